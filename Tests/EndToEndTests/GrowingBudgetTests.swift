import Core
import Foundation
import Results
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct GrowingBudgetTests {
        /// A decided cell, one that is far from it, one that diverges, and one whose learning rate follows the budget.
        private func sweep(steps: Int, keep: String = "last-state") -> String {
            """
            sweep: grown
            cell:
              task: {symbols: 8}
              model: {embedding: 2, hidden: [20, 20]}
              loss: {outputs: 10}
              train_fraction: 0.5
              steps: \(steps)
            axes:
              arm:
                arms:
                  decided: {optimizer.learning_rate: 0.02}
                  slow: {optimizer.learning_rate: 1.0e-6}
                  diverged: {optimizer: {kind: sgd, learning_rate: 1.0e+5}}
                  cosine: {optimizer: {learning_rate: 1.0e-6, schedule: cosine}}
            phase_rule: {train_accuracy: 0.3, validation_accuracy: 0.05, gap: 40, sustain: 3}
            keep: \(keep)
            """
        }

        private func train(_ place: Workplace, _ sweep: String) throws -> [StoredCell] {
            try place.write(sweep, to: "grown.yaml")
            let run = try place.grokmap(
                "run", "grown.yaml", "--out", "out", "--checkpoint-every", "0.02")
            #expect(run.code == 0, "\(run.errors)")
            return try place.cells().values.sorted { $0.definition.id.hex < $1.definition.id.hex }
        }

        @Test("a finished sweep with more steps comes to what a fresh one of as many comes to")
        func raised() throws {
            let fresh = try train(try Workplace(), sweep(steps: 9000))
            // As text: what diverged has losses that are not even equal to themselves.
            let wanted = fresh.map { "\($0.definition.id) \($0.outcome)" }
            for keep in ["last-state", "nothing"] {
                let place = try Workplace()
                let short = try train(place, sweep(steps: 4000, keep: keep))
                #expect(
                    Set(short.map(\.outcome.stopReason)) == [.decided, .budget, .diverged])
                let grown = try train(place, sweep(steps: 9000, keep: keep))
                    .filter { $0.definition.configuration.steps == 9000 }
                #expect(grown.map { "\($0.definition.id) \($0.outcome)" } == wanted, "\(keep)")
                for cell in grown where cell.outcome.stopReason == .budget {
                    let follows = cell.definition.configuration.optimizer.schedule.dependsOnBudget
                    let goesOn = keep == "last-state" && !follows
                    #expect((cell.provenance.stateFrom != nil) == goesOn, "\(keep)")
                }
            }
        }
    }
}
