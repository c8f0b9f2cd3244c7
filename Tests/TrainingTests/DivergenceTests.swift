import Core
import Testing

@testable import Training

/// Runs that end because nothing more can come of them.
@Suite struct DivergenceTests {
    /// A fast model that never looks whether it stands still, so that its runs take their whole budget.
    private final class Restless: Model {
        private let model: FastModel

        init(_ model: FastModel) { self.model = model }

        func differentiate(_ batch: borrowing Batch, step: Int, evaluating: Bool) -> StepResult {
            model.differentiate(batch, step: step, evaluating: evaluating)
        }
        func update() { model.update() }
        func idleUpdates(upTo limit: Int) -> Int { 0 }
        func timelessState() -> [UInt8]? { nil }
        var parameters: [NamedTensor] { model.parameters }
        var gradients: [NamedTensor] { model.gradients }
        var squaredNorm: Double { model.squaredNorm }
        func copy(_ name: String) -> [Double]? { model.copy(name) }
        func outputs(of examples: [Int32]) -> [Double] { model.outputs(of: examples) }
        func save(to state: inout StateWriter) { model.save(to: &state) }
        func restore(from state: inout StateReader) throws(StateError) {
            try model.restore(from: &state)
        }
    }

    private func cell(_ text: String) throws -> CellConfiguration {
        try CellDefinition(parsing: "{\(text)}").configuration
    }

    private func run(_ configuration: CellConfiguration, _ rule: PhaseRule = PhaseRule())
        -> TrainingRun
    {
        TrainingRun(
            configuration: configuration, seed: 1, rule: rule, stop: .budget,
            record: RecordRequest(measures: [.weightNorm], parameters: [.last]))
    }

    @Test(
        "a batch whose loss is not finite ends the run, evaluated or not",
        arguments: ["batch: 0", "batch: 7", "batch: 7, evaluate_every: 500"])
    func notFinite(_ batch: String) throws {
        let optimizer = "{kind: sgd, learning_rate: 1.0e+5}"
        let configuration = try cell(
            """
            \(batch), steps: 1000, optimizer: \(optimizer),
            model: {activation: relu, hidden: [20]}
            """)
        let outcome = try #require(run(configuration).run())
        #expect(outcome.stopReason == .diverged && outcome.stepsRun < 100)
        #expect(outcome.curve.steps.last == outcome.stepsRun)
        let last = [outcome.curve.trainLoss, outcome.curve.validationLoss].map { $0.last ?? 0 }
        let finite = outcome.curve.earlyTrainLoss.prefix { $0.isFinite }
        #expect(last.contains { !$0.isFinite })
        #expect(finite.count >= outcome.stepsRun)
        #expect(outcome.parameters.map(\.step) == [outcome.stepsRun])
    }

    @Test("gradient descent that has come to rest has settled, and has not diverged")
    func atRest() throws {
        let configuration = try cell(
            """
            task: {kind: teacher, inputs: 30, outputs: 1, hidden: [], samples: 120,
                   tolerance: 0.001},
            model: {kind: mlp, input: numbers, hidden: [], bias: false, initialisation: normal},
            optimizer: {kind: sgd, learning_rate: 0.05, weight_decay: 1.0e-4},
            train_fraction: 0.5, steps: 20000
            """)
        let outcome = try #require(run(configuration).run())
        #expect(outcome.stopReason == .settled && outcome.stepsRun < 15_000)
        #expect(outcome.curve.trainLoss.allSatisfy { $0.isFinite })
    }

    /// Cells that stand still sooner or later, for unlike reasons.
    static let standing = [
        "optimizer: {learning_rate: 0, weight_decay: 3}",
        "optimizer: {learning_rate: 1.0e-16}",
        "optimizer: {learning_rate: 1.0e-16, schedule: cosine, warmup: 200, grokfast: {kind: ema}}",
        """
        task: {kind: modular, operation: x+y, modulus: 7}, loss: {kind: cross-entropy},
        model: {kind: mlp, bias: false, scale: 0}, optimizer: {weight_decay: 1}
        """,
    ]

    @Test("a run that stands still ends with what it would have ended with", arguments: standing)
    func standstill(_ text: String) throws {
        let configuration = try cell("\(text), steps: 6000")
        let run = run(configuration)
        let problem = CellProblem(configuration, seed: 1)
        let whole = try #require(
            run.run(Restless(FastModel(problem, kernels: .best))) { _ in true })
        let outcome = try #require(run.run())
        #expect(whole.stopReason == .budget && whole.stepsRun == 6000)
        #expect(outcome.stopReason == .settled && outcome.isComplete)
        #expect(outcome.stepsRun < 5500)
        #expect(outcome.curve.steps.last == outcome.stepsRun)
        #expect(outcome.verdict == whole.verdict)
        #expect(outcome.curve.trainLoss.last == whole.curve.trainLoss.last)
        #expect(outcome.curve.validationLoss.last == whole.curve.validationLoss.last)
        #expect(outcome.parameters.last?.tensors == whole.parameters.last?.tensors)
        #expect(whole.curve.steps.starts(with: outcome.curve.steps))
    }

    @Test(
        "a run that goes round in a circle ends with what it would have ended with, resumed or not")
    func circle() throws {
        func text(_ rate: Double) -> String {
            """
            task: {kind: teacher, inputs: 1, outputs: 1, hidden: [], samples: 40, tolerance: 1.0e-6},
            model: {kind: mlp, input: numbers, hidden: [], bias: false, initialisation: normal},
            optimizer: {kind: sgd, learning_rate: \(rate), weight_decay: 0.1},
            train_fraction: 0.5, steps: 6000
            """
        }
        let split = CellProblem(try cell(text(0.1)), seed: 1).split
        let squares = split.train.reduce(0.0) { sum, row in
            sum + Double(split.features[Int(row)]) * Double(split.features[Int(row)])
        }
        // Each step overshoots by all that is left but a hundredth, which ends in two neighbouring numbers.
        let rate = 1.99 / (2 * squares / Double(split.train.count) + 0.1)
        let configuration = try cell(text(rate))
        let whole = try #require(run(configuration).run())
        #expect(whole.stopReason == .budget && whole.stepsRun == 6000)
        var run = TrainingRun(
            configuration: configuration, seed: 1,
            record: RecordRequest(measures: [.weightNorm], parameters: [.last]))
        let outcome = try #require(run.run())
        #expect(outcome.stopReason == .cycled && outcome.isComplete)
        #expect(outcome.stepsRun < 4200)
        #expect(outcome.verdict == whole.verdict)
        #expect(whole.curve.steps.starts(with: outcome.curve.steps.dropLast()))
        // An even number of steps on, the whole run is where this one ended.
        #expect((6000 - outcome.stepsRun) % 2 == 0)
        #expect(outcome.curve.trainLoss.last == whole.curve.trainLoss.last)
        #expect(outcome.parameters.last?.tensors == whole.parameters.last?.tensors)
        run.progressInterval = 1
        for stop in [600, outcome.stepsRun - 1] {
            var state: [UInt8] = []
            _ = run.run { progress in
                state = progress.state()
                return progress.step < stop
            }
            #expect(try run.resume(state) == outcome, "stopped at \(stop)")
        }
    }

    @Test(
        "a state is one to come back to where the next one follows from it alone",
        arguments: [
            ("optimizer: {kind: sgd, momentum: 0.9}", 1), ("optimizer: {kind: lion}", 1),
            ("optimizer: {beta2: 0.9}", 400),
            ("optimizer: {beta2: 0.9, grokfast: {kind: ema}}", 400),
            ("optimizer: {kind: sgd, warmup: 300}", 301), ("optimizer: {beta2: 0.999}", nil),
            ("optimizer: {kind: sgd, schedule: cosine}", nil),
            ("optimizer: {kind: sgd, grokfast: {kind: ma, window: 3}}", nil),
            ("{batch: 7, optimizer: {kind: sgd}}", nil),
            ("{perturbation: {lambda2: 0.1}, optimizer: {kind: sgd}}", nil),
        ])
    func timeless(_ changes: String, _ first: Int?) throws {
        let inner = changes.hasPrefix("{") ? String(changes.dropFirst().dropLast()) : changes
        let configuration = try cell("steps: 900, model: {hidden: [5]}, \(inner)")
        let problem = CellProblem(configuration, seed: 2)
        let model = FastModel(problem, kernels: .best)
        var batch = Batch(split: problem.split, size: configuration.batch, seed: 2)
        for step in 0..<500 {
            batch.advance()
            _ = model.differentiate(batch, step: step, evaluating: false)
            if let first, step > first { #expect(model.timelessState() != nil, "\(step)") }
            if step < (first ?? 500) - 300 { #expect(model.timelessState() == nil, "\(step)") }
            model.update()
        }
    }

    @Test("batches that differ from step to step are not taken for a standstill")
    func miniBatches() throws {
        let outcome = try #require(
            run(try cell("batch: 7, steps: 300, optimizer: {learning_rate: 0}")).run())
        #expect(outcome.stopReason == .budget)
    }

    @Test("a crossing that has begun is awaited")
    func pending() throws {
        let rule = PhaseRule(trainAccuracy: 1e-3, validationAccuracy: 0.9, gap: 50, sustain: 170)
        let outcome = try #require(
            run(try cell("steps: 2000, optimizer: {learning_rate: 0}"), rule).run())
        #expect(outcome.curve.trainAccuracy[0] > 0)
        #expect(outcome.stopReason == .settled)
        #expect(outcome.trainCrossing == Crossing(step: 0))
        #expect((169..<200).contains(outcome.stepsRun))
    }

    @Test("looking for a standstill leaves everything as it was")
    func looking() throws {
        let problem = CellProblem(
            try cell("steps: 50, optimizer: {clip: 0.01, orthogonal: true}"), seed: 2)
        let model = FastModel(problem, kernels: .best)
        var batch = Batch(split: problem.split, size: 0, seed: 2)
        batch.advance()
        for step in 0..<3 {
            _ = model.differentiate(batch, step: step, evaluating: false)
            let gradients = model.gradients
            var before = StateWriter()
            model.save(to: &before)
            #expect(model.idleUpdates(upTo: 20) == 0)
            var after = StateWriter()
            model.save(to: &after)
            #expect(before.bytes == after.bytes && gradients == model.gradients)
            model.update()
        }
    }

    @Test("a resumed run stands still at the same step")
    func resumed() throws {
        var run = run(try cell("steps: 900, optimizer: {learning_rate: 0}"))
        run.progressInterval = 1
        let whole = try #require(run.run())
        for stop in [40, whole.stepsRun - 1, whole.stepsRun] {
            var state: [UInt8] = []
            _ = run.run { progress in
                state = progress.state()
                return progress.step < stop
            }
            let resumed = try run.resume(state)
            #expect(resumed == whole, "stopped at \(stop)")
        }
    }
}
