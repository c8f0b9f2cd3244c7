import Core
import Training

/// What trains a cell for a slot: the engine, or its stand-in in tests.
protocol CellEngine {
    /// What a curve's bits depend on beside the BLAS core: version and kernel set.
    var name: String { get }

    /// Trains a cell, from step 0 or from the state of an earlier run in the same circumstances.
    ///
    /// - Parameters:
    ///   - job: the cell.
    ///   - state: what `EngineMoment.state` once gave, nil for step 0.
    ///   - progress: called every so many steps; false ends the training.
    /// - Returns: the outcome, the same as from step 0 to the bit; nil when `progress` ended the training.
    /// - Throws: `UnusableState` when the engine cannot go on from the state; nothing has been trained then.
    func train(
        _ job: TrainingJob, from state: [UInt8]?, progress: (EngineMoment) -> Bool
    ) throws(UnusableState) -> CellOutcome?
}

/// A cell's training at one step.
struct EngineMoment {
    /// Updates made.
    var step: Int
    /// The step's losses and accuracies.
    var evaluation: Evaluation
    /// All that is needed to go on from here, nil where the engine cannot say; to be called before `progress` returns.
    var state: () -> [UInt8]?
}

/// Why an engine cannot go on from a state.
struct UnusableState: Error {
    /// One line.
    var reason: String
}

/// The engine of this build on one kernel set.
struct TrainingEngine: CellEngine {
    /// The kernel set.
    let kernels: KernelSet

    /// `grokmap 0.1.0 (avx2)`.
    var name: String { "grokmap \(Grokmap.version) (\(kernels.name))" }

    /// Trains a cell, from its state where there is one.
    func train(
        _ job: TrainingJob, from state: [UInt8]?, progress: (EngineMoment) -> Bool
    ) throws(UnusableState) -> CellOutcome? {
        let run = TrainingRun(
            configuration: job.definition.configuration, seed: job.definition.seed,
            images: job.images, rule: job.rule, stop: job.stop, record: job.record,
            kernels: kernels)
        func told(_ moment: TrainingProgress) -> Bool {
            progress(EngineMoment(step: moment.step, evaluation: moment.evaluation) {
                moment.state()
            })
        }
        guard let state else { return run.run(progress: told) }
        do {
            return try run.resume(state, progress: told)
        } catch {
            throw UnusableState(reason: "\(error)")
        }
    }
}
