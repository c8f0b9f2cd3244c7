import Core
import Foundation
import Results

/// Who trains cells here and with what: what a cell file says beside the science.
struct CellAuthor {
    /// The worker's name.
    var worker: String
    /// The machine's name.
    var host: String
    /// The OpenBLAS core in use.
    var blasCore: String
    /// The engine in use.
    var engine: any CellEngine

    /// Trains a cell, from its checkpoint where it has one.
    ///
    /// - Parameters:
    ///   - job: what to train.
    ///   - progress: called now and then; false ends the training.
    /// - Returns: the cell with its provenance, nil when `progress` ended it.
    /// - Throws: `UnusableState` when the engine cannot go on from the checkpoint.
    func train(
        _ job: TrainingJob, progress: (EngineMoment) -> Bool
    ) throws(UnusableState) -> StoredCell? {
        let clock = SuspendingClock()
        let begin = clock.now
        let started = Date.now
        let outcome = try engine.train(job, from: job.checkpoint?.state, progress: progress)
        guard let outcome else { return nil }
        let provenance = CellProvenance(
            sweep: job.sweep, worker: worker, host: host, attempt: job.attempt.attempt,
            engine: engine.name, blasCore: blasCore, started: started.ISO8601Format(),
            finished: Date.now.ISO8601Format(),
            wallSeconds: CellAuthor.seconds(job, clock.now - begin))
        return StoredCell(definition: job.definition, outcome: outcome, provenance: provenance)
    }

    /// A checkpoint of a cell that has been trained here for so long, nil where the engine can make none.
    func checkpoint(
        of job: TrainingJob, _ moment: EngineMoment, elapsed: Duration
    ) -> Checkpoint? {
        moment.state().map { state in
            Checkpoint(
                origin: job.origin(engine: engine.name, blasCore: blasCore), step: moment.step,
                seconds: CellAuthor.seconds(job, elapsed), state: state)
        }
    }

    /// Seconds of training, with those that it took to get to the checkpoint.
    private static func seconds(_ job: TrainingJob, _ elapsed: Duration) -> Double {
        (job.checkpoint?.seconds ?? 0) + elapsed / .seconds(1)
    }
}
