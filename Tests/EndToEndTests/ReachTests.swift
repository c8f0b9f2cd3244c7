import Core
import Foundation
import Results
import Testing

extension EndToEnd {
    /// A sweep that ends cells whose splits put generalisation out of reach, with real workers.
    @Suite struct ReachTests {
        /// Half of the splits of 11 of 55 pairs show less than half of the labels.
        private static let sweep = """
            sweep: reach
            cell:
              task: {symbols: 10}
              loss: {kind: mse, outputs: 30}
              model: {embedding: 1, hidden: [24, 24]}
              optimizer: {decoder: {learning_rate: 1.0e-2, weight_decay: 0}, representation: {learning_rate: 1.0e-2}}
              train_fraction: 0.2
              steps: 1500
            axes:
              weight_decay: {path: optimizer.decoder.weight_decay, values: [0, 0.5]}
            seeds: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]
            stop: reachable
            """

        @Test(
            "cells out of reach end where they fit, a share goes on, and another stop or rule opens what it must"
        )
        func reachable() throws {
            let place = try Workplace()
            try place.write(Self.sweep, to: "sweep.yaml")
            let options = ["run", "sweep.yaml", "--out", "out", "--slots", "2", "--quiet"]
            let run = try place.start("grokmap", options).wait()
            #expect(run.code == 0, "\(run.errors)")
            let early = try place.cells()
            let ended = early.filter { $0.value.outcome.stopReason == .unreachable }
            let audited = early.filter {
                ($0.value.outcome.reachable ?? 1) < 0.9 && $0.value.outcome.stopReason == .budget
                    && $0.value.outcome.trainCrossing != nil
            }
            #expect(ended.count > 20 && !audited.isEmpty && early.count == 30)
            for (id, cell) in ended {
                #expect(cell.outcome.stepsRun == cell.outcome.trainCrossing?.step)
                #expect(StopPolicy.reachable.policy(for: id) == .reachable)
            }
            #expect(audited.keys.allSatisfy { StopPolicy.reachable.policy(for: $0) == .decided })
            let members = try Self.status(place)
            #expect(members["unreachable"] as? Int == ended.count)
            let report = try place.grokmap("report", "out", "--format", "json")
            let drawn = try #require(
                try JSONSerialization.jsonObject(with: Data(report.output.utf8)) as? [String: Any])
            for count in ["cells", "verified", "missing", "unreachable", "memorization"] {
                #expect(drawn[count] as? Int == members[count] as? Int, "\(count)")
            }
            #expect(members["verified"] as? Int == 30 - ended.count)
            #expect(members["missing"] as? Int == 0)
            #expect(members["unreachable_audited"] as? Int == audited.count)
            #expect(members["unreachable_generalised"] as? Int == 0)
            let saved = ended.values.reduce(0) { $0 + 1500 - $1.outcome.stepsRun }
            #expect(members["unreachable_steps_saved"] as? Int == saved)
            #expect(run.errors.contains("\(ended.count) cells ended where they had fitted"))
            let csv = try place.grokmap("export", "out", "--format", "csv")
            let rows = csv.output.split(separator: "\n").filter { $0.contains(",unreachable,") }
            #expect(rows.count == ended.count)
            #expect(rows.allSatisfy { $0.contains("memorization") })
            let again = try place.start("grokmap", options).wait()
            #expect(again.errors.contains("nothing to train"), "\(again.errors)")

            // A rule whose threshold some splits let one expect opens those.
            let low = ended.values.map { $0.outcome.reachable ?? 1 }.sorted()[ended.count / 2]
            let plan = try place.grokmap(
                "plan", "sweep.yaml", "--out", "out", "--format", "json", "--no-calibrate", "--set",
                "phase_rule={validation_accuracy: \(low)}")
            let opened = ended.count { ($0.value.outcome.reachable ?? 1) >= low }
            #expect(plan.output.contains("\"missing\":\(opened)"), "\(plan.output)")

            // In the end the whole runs have the letters that were expected.
            let whole = try place.start("grokmap", options + ["--set", "stop=decided"]).wait()
            #expect(whole.code == 0, "\(whole.errors)")
            let cells = try place.cells()
            for id in ended.keys {
                #expect(cells[id]?.outcome.stopReason == .budget)
                #expect(cells[id]?.outcome.verdict.phase == .memorization)
            }
            // And they are evidence from now on.
            let back = try place.start("grokmap", options).wait()
            #expect(back.errors.contains("nothing to train"), "\(back.errors)")
            let all = try Self.status(place)
            #expect(all["unreachable_audited"] as? Int == ended.count + audited.count)
        }

        private static func status(_ place: Workplace) throws -> [String: Any] {
            let status = try place.grokmap("status", "out", "--format", "json")
            return try #require(
                try JSONSerialization.jsonObject(with: Data(status.output.utf8)) as? [String: Any])
        }
    }
}
