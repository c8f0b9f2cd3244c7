import Core
import Foundation
import Results
import Training

/// Who trains cells here and with what: what a cell file says beside the science.
struct CellAuthor {
    /// The worker's name.
    var worker: String
    /// The machine's name.
    var host: String
    /// The OpenBLAS core in use.
    var blasCore: String
    /// The kernel set in use.
    var kernels: KernelSet

    /// What a curve's bits depend on beside the BLAS core: `grokmap 0.1.0 (avx2)`.
    var engine: String { "grokmap \(Grokmap.version) (\(kernels.name))" }

    /// Trains a cell, from its checkpoint where it has one.
    ///
    /// - Parameters:
    ///   - job: what to train.
    ///   - progress: called now and then; false ends the training.
    /// - Returns: the cell with its provenance, nil when `progress` ended it.
    /// - Throws: `StateError` when the engine cannot resume from the checkpoint; nothing has been trained then.
    func train(
        _ job: TrainingJob, progress: (TrainingProgress) -> Bool
    ) throws(StateError) -> StoredCell? {
        let clock = SuspendingClock()
        let begin = clock.now
        let started = Date.now
        let run = TrainingRun(
            configuration: job.definition.configuration, seed: job.definition.seed,
            images: job.images, given: job.given, rule: job.rule, stop: job.stop,
            record: job.record, kernels: kernels)
        let outcome =
            if let checkpoint = job.checkpoint {
                try run.resume(checkpoint.state, progress: progress)
            } else {
                run.run(progress: progress)
            }
        guard let outcome else { return nil }
        let provenance = CellProvenance(
            sweep: job.sweep, worker: worker, host: host, attempt: job.attempt.attempt,
            engine: engine, blasCore: blasCore, started: started.ISO8601Format(),
            finished: Date.now.ISO8601Format(),
            wallSeconds: CellAuthor.seconds(job, clock.now - begin),
            stateFrom: job.checkpoint == nil ? nil : job.stateFrom)
        return StoredCell(definition: job.definition, outcome: outcome, provenance: provenance)
    }

    /// A checkpoint of a cell that has been trained here for so long.
    func checkpoint(
        of job: TrainingJob, _ progress: TrainingProgress, elapsed: Duration
    ) -> Checkpoint {
        Checkpoint(
            origin: job.origin(engine: engine, blasCore: blasCore), step: progress.step,
            seconds: CellAuthor.seconds(job, elapsed), state: progress.state())
    }

    /// Seconds of training, with those that it took to get to the checkpoint.
    private static func seconds(_ job: TrainingJob, _ elapsed: Duration) -> Double {
        (job.checkpoint?.seconds ?? 0) + elapsed / .seconds(1)
    }
}
