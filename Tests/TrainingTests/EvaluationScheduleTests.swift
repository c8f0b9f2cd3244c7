import Core
import Testing

@testable import Training

@Suite struct EvaluationScheduleTests {
    private func problem(
        modulus: Int = 23, batch: Int = 0, fraction: Double = 0.3, every: Int = 0
    ) throws -> CellProblem {
        CellProblem(
            try CellDefinition(
                parsing: """
                    {task: {kind: modular, modulus: \(modulus)}, loss: {kind: cross-entropy},
                     model: {kind: mlp, hidden: [8]}, train_fraction: \(fraction), batch: \(batch),
                     evaluate_every: \(every), steps: 1000}
                    """
            ).configuration, seed: 0)
    }

    private func evaluation(_ train: Double, _ validation: Double) -> Evaluation {
        Evaluation(
            trainLoss: 1, trainAccuracy: train, validationLoss: 1, validationAccuracy: validation)
    }

    /// The steps evaluated up to `end` when accuracies are those of a function of the step.
    private func steps(
        _ schedule: EvaluationSchedule, until end: Int,
        _ accuracies: (Int) -> (train: Double, validation: Double)
    ) -> [Int] {
        var schedule = schedule
        var steps: [Int] = []
        for step in 0...end where schedule.isDue(step) {
            let now = accuracies(step)
            schedule.note(evaluation(now.train, now.validation), step: step)
            steps.append(step)
        }
        return steps
    }

    @Test("small sets are evaluated at every step")
    func small() throws {
        let schedule = EvaluationSchedule(try problem(modulus: 13), rule: PhaseRule())
        #expect(schedule.interval == 1)
        #expect(steps(schedule, until: 20) { _ in (0, 0) } == Array(0...20))
    }

    @Test("larger ones so that it adds a tenth to the work, or as the configuration says")
    func interval() throws {
        // 529 pairs, of which 158 are a batch: 371 forward against 158 forward and backward, 0.78 of a step.
        #expect(EvaluationSchedule(try problem(), rule: PhaseRule()).interval == 8)
        #expect(EvaluationSchedule(try problem(batch: 20), rule: PhaseRule()).interval == 85)
        #expect(EvaluationSchedule(try problem(every: 33), rule: PhaseRule()).interval == 33)
        let fixed = EvaluationSchedule(try problem(every: 7), rule: PhaseRule())
        #expect(steps(fixed, until: 28) { _ in (0.89, 0.89) } == [0, 7, 14, 21, 28])
    }

    @Test("never further apart than a tenth of the rule's gap")
    func gap() throws {
        var rule = PhaseRule()
        rule.gap = 300
        #expect(EvaluationSchedule(try problem(batch: 20), rule: rule).interval == 30)
        rule.gap = 0
        #expect(EvaluationSchedule(try problem(batch: 20), rule: rule).interval == 1)
    }

    @Test("nothing rising, the distance doubles up to the interval")
    func doubling() throws {
        let schedule = EvaluationSchedule(try problem(), rule: PhaseRule())
        #expect(steps(schedule, until: 31) { _ in (0.1, 0.1) } == [0, 1, 3, 7, 15, 23, 31])
    }

    @Test("a threshold that is being approached is met within a step or two")
    func approach() throws {
        let schedule = EvaluationSchedule(try problem(batch: 20), rule: PhaseRule())
        // Rises by 0.001 a step: it crosses 0.9 at step 900.
        let seen = steps(schedule, until: 1000) { (1, Double($0) / 1000) }
        let before = try #require(seen.last { $0 < 900 })
        let after = try #require(seen.first { $0 >= 900 })
        #expect(after - before <= 2)
        #expect(seen.count < 120)
    }

    @Test("what has been saved continues with the same steps; nonsense is refused")
    func saved() throws {
        var first = EvaluationSchedule(try problem(), rule: PhaseRule())
        for step in 0...40 where first.isDue(step) {
            first.note(evaluation(0.2, Double(step) / 100), step: step)
        }
        var writer = StateWriter()
        first.save(to: &writer)
        var second = EvaluationSchedule(try problem(), rule: PhaseRule())
        var reader = StateReader(writer.bytes)
        try second.restore(from: &reader)
        for step in 41...200 {
            #expect(first.isDue(step) == second.isDue(step))
            guard first.isDue(step) else { continue }
            let now = evaluation(0.2, min(1, Double(step) / 100))
            first.note(now, step: step)
            second.note(now, step: step)
        }
        var broken = StateWriter()
        broken.write([0.5, 2])
        broken.write(1)
        broken.write(2)
        var nonsense = StateReader(broken.bytes)
        #expect(throws: StateError.self) { try second.restore(from: &nonsense) }
    }
}
