import Core
import Testing

@testable import Training

/// Whether crossings lie where sparse evaluations say they can.
@Suite struct BracketTests {
    private func outcome(_ every: Int, _ rate: Double, _ seed: UInt64) throws -> CellOutcome {
        let configuration = try CellDefinition(
            parsing: """
                {model: {hidden: [16]}, loss: {kind: cross-entropy}, steps: 600, batch: 15,
                 optimizer: {learning_rate: \(rate)}, evaluate_every: \(every)}
                """
        ).configuration
        return try TrainingLoopTests.outcome(
            configuration, seed: seed, rule: PhaseRule(validationAccuracy: 0.6))
    }

    @Test("a crossing that every step's evaluation finds lies in the bracket of fewer ones")
    func truth() throws {
        var counts = (crossings: 0, hidden: 0, missed: 0)
        for rate in [0.01, 0.03, 0.1] {
            for seed in 0..<UInt64(12) {
                let dense = try outcome(1, rate, seed)
                for every in [5, 17] {
                    let sparse = try outcome(every, rate, seed)
                    for (truth, found) in [
                        (dense.trainCrossing, sparse.trainCrossing),
                        (dense.validationCrossing, sparse.validationCrossing),
                    ] {
                        guard let truth, let found else { continue }
                        counts.crossings += 1
                        if truth.step <= found.step - every { counts.hidden += 1 }
                        if !(found.notBefore...found.step).contains(truth.step) {
                            counts.missed += 1
                        }
                    }
                }
            }
        }
        print(
            "brackets: \(counts.crossings) crossings, \(counts.hidden) hidden before the last"
                + " evaluation, \(counts.missed) outside their bracket")
        #expect(counts.crossings > 40 && counts.hidden > 5)
        #expect(counts.missed == 0)
    }
}
