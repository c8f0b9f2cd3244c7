import BLAS
package import Core

/// One cell's training from its seed to its outcome.
package struct TrainingRun {
    private let problem: CellProblem
    private let seed: UInt64
    private let rule: PhaseRule
    private let stop: StopPolicy
    private let record: RecordRequest
    private let kernels: KernelSet

    /// Steps between two calls of a run's progress closure.
    package static let progressInterval = 256

    /// A run on one kernel set, by default the widest that the processor has; a task of images needs them read.
    package init(
        configuration: CellConfiguration, seed: UInt64, images: Images? = nil,
        rule: PhaseRule = PhaseRule(), stop: StopPolicy = .decided,
        record: RecordRequest = RecordRequest(), kernels: KernelSet = .best
    ) {
        OpenBLAS.useOneThread()
        problem = CellProblem(configuration, seed: seed, images: images)
        self.seed = seed
        self.rule = rule
        self.stop = stop
        self.record = record
        self.kernels = kernels
    }

    /// Trains to the end.
    ///
    /// - Parameter progress: called every `progressInterval` steps with the step and its losses; false ends the run.
    /// - Returns: the outcome, or nil when `progress` ended the run.
    package func run(
        progress: (_ step: Int, _ evaluation: Evaluation) -> Bool = { _, _ in true }
    ) -> CellOutcome? {
        run(FastModel(problem, kernels: kernels), progress: progress)
    }

    /// The training loop. Step s is the state after s updates, s = 0 the initial one: a step's forward pass is both the
    /// evaluation of step s and the first half of the update that leads to step s + 1.
    func run(
        _ model: some Model, progress: (_ step: Int, _ evaluation: Evaluation) -> Bool
    ) -> CellOutcome? {
        let budget = problem.configuration.steps
        var batch = Batch(split: problem.split, size: problem.configuration.batch, seed: seed)
        var watch = RunWatch(problem, rule: rule, stop: stop, record: record)
        var step = 0
        while true {
            batch.advance()
            let result = model.differentiate(
                batch, step: step, evaluating: watch.wantsEvaluation(step))
            let ending = watch.measure(result, step: step, model: model)
            if let ending { return watch.outcome(ending, step: step) }
            if step % TrainingRun.progressInterval == 0, !progress(step, watch.latest) { return nil }
            model.update()
            step += 1
            precondition(step <= budget)
        }
    }
}
