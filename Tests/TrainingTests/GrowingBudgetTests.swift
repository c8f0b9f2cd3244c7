import Core
import Testing

@testable import Training

/// A run of a longer budget that resumes from a state of a shorter one ends as if it had been that long from the start.
@Suite struct GrowingBudgetTests {
    private func run(
        _ changes: String, steps: Int, stop: StopPolicy = .decided, interval: Int = 10
    ) throws -> TrainingRun {
        let cell = try CellDefinition(
            parsing: """
                {task: {symbols: 8}, model: {embedding: 2, hidden: [20, 20]}, loss: {outputs: 10},
                 train_fraction: 0.5, steps: \(steps)\(changes.isEmpty ? "" : ", " + changes)}
                """)
        var run = TrainingRun(
            configuration: cell.configuration, seed: 3,
            rule: PhaseRule(trainAccuracy: 0.3, validationAccuracy: 0.05, gap: 40, sustain: 3),
            stop: stop, record: RecordRequest(measures: [.weightNorm, .rqi], parameters: [.last]))
        run.progressInterval = interval
        return run
    }

    /// The last state that a run was asked for, some steps before its end, and how the run ended.
    private func last(_ run: TrainingRun) throws -> (state: [UInt8], outcome: CellOutcome) {
        var state: [UInt8] = []
        let outcome = run.run { progress in
            state = progress.state()
            return true
        }
        return (state, try #require(outcome))
    }

    /// What differs from a small cell.
    static let cells = [
        "optimizer: {learning_rate: 0.02}",
        "optimizer: {learning_rate: 1.0e-6}",
        "optimizer: {learning_rate: 0.02, decoder: {weight_decay: 3}}, batch: 7, evaluate_every: 9",
        "optimizer: {kind: sgd, learning_rate: 1.0e+5}",
        "optimizer: {schedule: {kind: restarts, period: 50}, learning_rate: 1.0e-6}",
        "optimizer: {schedule: {kind: steps, every: 20}, learning_rate: 1.0e-6}",
        "optimizer: {grokfast: {kind: ma, window: 37}, learning_rate: 1.0e-6}",
    ]

    @Test("its outcome is that of a fresh run of the longer budget")
    func same() throws {
        var endings: Set<StopReason> = []
        for changes in Self.cells {
            let (state, short) = try last(try run(changes, steps: 120))
            let long = try run(changes, steps: 300)
            let fresh = try #require(long.run())
            // As text: what diverged has losses that are not even equal to themselves.
            #expect(
                "\(try long.resume(state) as Any)" == "\(fresh as CellOutcome? as Any)",
                "\(changes)")
            endings.insert(short.stopReason)
            if short.stopReason == .budget { #expect(fresh.stepsRun > 120, "\(changes)") }
            if short.stopReason == .decided { #expect(fresh.stepsRun == short.stepsRun) }
        }
        #expect(endings.isSuperset(of: [.decided, .budget, .diverged]), "\(endings)")
    }

    @Test("a run that nobody stops early resumes from its end as well")
    func budget() throws {
        let (state, short) = try last(try run("batch: 7", steps: 150, stop: .budget))
        let long = try run("batch: 7", steps: 260, stop: .budget)
        #expect(short.stepsRun == 150)
        #expect(try long.resume(state) == long.run())
    }

    @Test("a schedule that follows the budget has no twin, and its state would lead elsewhere")
    func schedule() throws {
        for schedule in ["linear", "cosine", "{kind: cosine, floor: 0.1}"] {
            let changes = "optimizer: {schedule: \(schedule)}"
            let cell = try CellDefinition(parsing: changes)
            #expect(cell.lineage == nil && cell.configuration.optimizer.schedule.dependsOnBudget)
            let (state, _) = try last(try run(changes, steps: 120, stop: .budget))
            let long = try run(changes, steps: 300, stop: .budget)
            #expect(try long.resume(state) != long.run())
        }
    }

    @Test("one that stood still too near its end to look for it is not resumed")
    func standstill() throws {
        // At rate 0 nothing moves. The look at step 202 is too near the end of 210 steps to ask whether it is worth going
        // on; a longer run ends there.
        let changes = "optimizer: {learning_rate: 0}, evaluate_every: 101"
        let shortRun = try run(changes, steps: 210, interval: 1)
        let (state, short) = try last(shortRun)
        let long = try run(changes, steps: 400, interval: 1)
        #expect(short.stopReason == .budget && short.stepsRun == 210)
        #expect(long.run()?.stepsRun == 202)
        let error = #expect(throws: StateError.self) { try long.resume(state) }
        #expect(error?.description.contains("another budget") == true)
        #expect(try shortRun.resume(state) == short)
    }

    @Test("cells that differ in their budget alone have one lineage")
    func lineage() throws {
        let cells = try ["steps: 10", "steps: 20", "{steps: 10, seed: 1}", "{steps: 10, batch: 5}"]
            .map { try CellDefinition(parsing: $0).lineage }
        #expect(cells[0] != nil && cells[0] == cells[1])
        #expect(Set(cells).count == 3)
    }
}
