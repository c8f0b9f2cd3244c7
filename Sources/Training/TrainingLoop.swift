import BLAS
import CKernels
package import Core

/// One cell's training from its seed to its outcome.
package struct TrainingRun {
    private let problem: CellProblem
    private let rule: PhaseRule
    private let stop: StopPolicy
    private let record: RecordRequest
    private let kernels: KernelSet
    /// Steps between two calls of a progress closure: fewer where a step takes long.
    var progressInterval: Int

    /// A run on one kernel set, by default the widest that the processor has; images and parameters in files are read before.
    package init(
        configuration: CellConfiguration, seed: UInt64, images: Images? = nil,
        given: GivenParameters? = nil, rule: PhaseRule = PhaseRule(), stop: StopPolicy = .decided,
        record: RecordRequest = RecordRequest(), kernels: KernelSet = .best
    ) {
        OpenBLAS.useOneThread()
        problem = CellProblem(configuration, seed: seed, images: images, given: given)
        self.rule = rule
        self.stop = stop
        self.record = record
        self.kernels = kernels
        let products = problem.productsPerExample * configuration.batchSize
        let speed = configuration.precision == .double ? 1 << 24 : 1 << 30
        progressInterval = max(1, min(256, speed / max(1, products)))
    }

    /// Trains to the end.
    ///
    /// - Parameter progress: called now and then, first after one update; false ends the run.
    /// - Returns: the outcome, or nil when `progress` ended the run.
    package func run(progress: (TrainingProgress) -> Bool = { _ in true }) -> CellOutcome? {
        problem.configuration.precision == .double
            ? run(ReferenceModel<Double>(problem), progress: progress)
            : run(FastModel(problem, kernels: kernels), progress: progress)
    }

    /// Trains to the end from where another run of the same cell, rule, record and kernel set stood.
    ///
    /// - Parameters:
    ///   - state: what `TrainingProgress.state` gave.
    ///   - progress: called now and then; false ends the run.
    /// - Returns: the outcome, bit for bit that of one uninterrupted run; nil when `progress` ended the run.
    /// - Throws: `StateError` when the bytes are not a state of such a run.
    package func resume(
        _ state: [UInt8], progress: (TrainingProgress) -> Bool = { _ in true }
    ) throws(StateError) -> CellOutcome? {
        problem.configuration.precision == .double
            ? try resume(ReferenceModel<Double>(problem), state, progress: progress)
            : try resume(FastModel(problem, kernels: kernels), state, progress: progress)
    }

    private func resume(
        _ model: some Model, _ state: [UInt8], progress: (TrainingProgress) -> Bool
    ) throws(StateError) -> CellOutcome? {
        var run = start(model)
        try run.restore(state)
        return finish(&run, progress: progress)
    }

    /// Trains a model from its initial parameters to the end.
    func run(_ model: some Model, progress: (TrainingProgress) -> Bool) -> CellOutcome? {
        var run = start(model)
        return finish(&run, progress: progress)
    }

    private func start<M: Model>(_ model: M) -> RunState<M> {
        RunState(
            model: model,
            batch: Batch(
                split: problem.split, size: problem.configuration.batch,
                seed: problem.seed(.batchOrder)),
            watch: RunWatch(problem, rule: rule, stop: stop, record: record))
    }

    /// The training loop. Step s is the state after s updates, s = 0 the initial one: a step's forward pass is both the
    /// evaluation of step s and the first half of the update that leads to step s + 1.
    private func finish(
        _ run: inout RunState<some Model>, progress: (TrainingProgress) -> Bool
    ) -> CellOutcome? {
        // Strong decay leaves a network of denormal weights, which are as good as 0.
        let before = kernel_flush_denormals()
        defer { kernel_restore_denormals(before) }
        while true {
            run.batch.advance()
            let result = differentiate(run)
            if let ending = run.watch.measure(result, step: run.step, model: run.model) {
                return run.watch.outcome(ending, step: run.step)
            }
            run.model.update()
            run.step += 1
            precondition(run.step <= problem.configuration.steps)
            if (run.step - 1).isMultiple(of: progressInterval),
                !progress(TrainingProgress(run))
            {
                return nil
            }
        }
    }

    private func differentiate(_ run: borrowing RunState<some Model>) -> StepResult {
        let (model, step) = (run.model, run.step)
        let result = model.differentiate(
            run.batch, step: step, evaluating: run.watch.wantsEvaluation(step))
        guard result.evaluation == nil, !result.loss.isFinite else { return result }
        // The run ends here, and its record with both whole sets.
        return model.differentiate(run.batch, step: step, evaluating: true)
    }
}

/// A run between two of its steps.
package struct TrainingProgress {
    /// Updates made.
    package let step: Int
    /// The latest evaluation.
    package let evaluation: Evaluation
    private let save: () -> [UInt8]

    init(_ run: RunState<some Model>) {
        step = run.step
        evaluation = run.watch.latest
        save = { run.bytes() }
    }

    /// Everything that the rest of the run depends on, for `TrainingRun.resume`; to be asked for before the progress
    /// closure returns.
    package func state() -> [UInt8] { save() }
}
