import Core
import Foundation
@preconcurrency import Glibc
import Results
import Testing

extension EndToEnd {
    /// A sweep that is measured only where its phases meet, with real workers.
    @Suite struct RefinementTests {
        /// The linear teacher of docs/ground-truth.md: 17 × 9 sites of some milliseconds each.
        private static let sweep = """
            sweep: refined
            cell:
              task: {kind: teacher, inputs: 8, outputs: 1, hidden: [], samples: 40, tolerance: 0.01}
              model: {kind: mlp, input: numbers, hidden: [], bias: true}
              loss: {kind: mse, targets: values}
              optimizer: {kind: sgd}
              train_fraction: 0.6
              steps: 600
            axes:
              learning_rate: {path: optimizer.learning_rate, log: [1.0e-3, 1], points: 17}
              weight_decay: {path: optimizer.weight_decay, log: [1.0e-3, 1], points: 9}
            phase_rule: {gap: 100}
            refine: {pitch: 4, audit: 0.3}
            """

        private static let rounds = """
            SELECT number, kind, cell, inferred FROM rounds JOIN round_cells USING (round)
            ORDER BY number, place
            """

        @Test(
            "kill -9 of coordinator and slots changes neither rounds nor results of a refined sweep"
        )
        func killed() throws {
            let calm = try Workplace()
            try calm.write(Self.sweep, to: "sweep.yaml")
            let run = try calm.grokmap(
                "run", "sweep.yaml", "--out", "out", "--slots", "2", "--quiet")
            #expect(run.code == 0, "\(run.errors)")
            let rounds = try calm.ledger(Self.rounds)
            let place = try Workplace()
            try place.write(Self.sweep, to: "sweep.yaml")
            for count in [1, 20, 40, 55] {
                let coordinator = try place.start(
                    "grokmap", ["run", "sweep.yaml", "--out", "out", "--slots", "2", "--quiet"])
                try eventually("\(count) cells are there") {
                    place.cellFiles().count >= count || !coordinator.isRunning
                }
                for process in place.processes() { kill(process.pid, SIGKILL) }
                _ = try coordinator.wait()
            }
            let last = try place.grokmap(
                "run", "sweep.yaml", "--out", "out", "--slots", "2", "--quiet")
            #expect(last.code == 0, "\(last.errors)")
            #expect(try place.ledger(Self.rounds) == rounds)
            #expect(Set(try place.cells().keys) == Set(try calm.cells().keys))
            #expect(rounds.count < 17 * 9)
            #expect(Set(rounds.map { $0.split(separator: "|")[1] }).contains("audit"))

            let status = try place.grokmap("status", "out", "--format", "json")
            let members = try #require(
                try JSONSerialization.jsonObject(with: Data(status.output.utf8))
                    as? [String: Any])
            #expect(members["complete"] as? Bool == true)
            #expect(members["missing"] as? Int == 0)
            #expect(members["verified"] as? Int == rounds.count)
            let inferred = try #require(members["inferred_sites"] as? Int)
            #expect(inferred + rounds.count == 17 * 9)
            #expect(members["saved_cells"] as? Int == inferred)

            // With everything audited it keeps what is there, says so, and finds no more letters wrong than it claimed.
            let letters = try Self.inferred(place)
            #expect(letters.count == inferred)
            let whole = try place.grokmap(
                "run", "sweep.yaml", "--out", "out", "--slots", "2", "--quiet", "--set",
                "refine={audit: 1}")
            #expect(whole.code == 0, "\(whole.errors)")
            #expect(whole.errors.contains("\(rounds.count) verified cells are kept"))
            let cells = try place.cells()
            #expect(cells.count == 17 * 9)
            let wrong = letters.filter { id, letter in
                cells.first { $0.key.short == id }?.value.outcome.verdict.phase.name != letter
            }
            let most = try #require(members["audit_error_high"] as? Double)
            #expect(Double(wrong.count) <= most * Double(inferred))
            print("\(wrong.count) of \(inferred) inferred letters wrong, at most \(most) claimed")
        }

        /// The inferred phases of the sweep by cell, as exported.
        private static func inferred(_ place: Workplace) throws -> [String: String] {
            let csv = try place.grokmap("export", "out", "--format", "csv")
            let lines = csv.output.split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
            let header = lines.first ?? []
            guard let status = header.firstIndex(of: "status"),
                let cell = header.firstIndex(of: "cell"),
                let phase = header.firstIndex(of: "inferred_phase")
            else {
                Issue.record("\(header)")
                return [:]
            }
            var letters: [String: String] = [:]
            for line in lines.dropFirst() where line[status] == "inferred" {
                letters[String(line[cell].prefix(12))] = line[phase]
            }
            return letters
        }
    }
}
