import Core
import Foundation
import Results
import SHA256
import Training

/// The slot's main thread: trains one cell after the other and writes their files.
struct Trainer {
    /// Where orders come from and reports go.
    let mailbox: TrainerMailbox
    /// Who trains, for the files.
    let author: CellAuthor
    /// Directory of files that are not delivered yet.
    let scratch: String
    /// Distinguishes this process' files from those of its predecessors.
    let incarnation: String
    /// Training time between two checkpoints of a cell, nil for none but when it is handed over.
    let checkpointInterval: Duration?
    /// Where the files of tasks are.
    var data = DataDirectory()

    /// Trains until it is told to leave.
    func work() -> SlotExit {
        while true {
            switch mailbox.nextOrder() {
            case .leave(let exit): return exit
            case .train(let job): mailbox.post(train(job))
            }
        }
    }

    /// Trains a cell.
    ///
    /// - Returns: how it ended.
    func train(_ job: TrainingJob) -> LinkEvent {
        let attempt = job.attempt
        let name = "\(attempt.cell.hex).\(attempt.attempt).\(incarnation).h5"
        let path = scratch + "/" + name
        do {
            var job = job
            do {
                job.images = try data.images(of: job.definition.configuration.task)
                job.given = try data.given(job.definition.configuration)
            } catch {
                // That says nothing about the cell: others may have the files.
                return .scratchFailed(attempt, reason: "cannot read the data: \(error)")
            }
            switch try runOrStartOver(job) {
            case .stopped: return .trainingStopped(attempt)
            case .handedOver(let checkpoint): return .handedOver(attempt, checkpoint)
            case .finished(let cell):
                for measured in cell.outcome.curve.measures {
                    if let gap = measured.gap { mailbox.post(.remark(attempt, gap)) }
                }
                do {
                    try ScratchDirectory.restore(scratch)
                    let bytes = try CellFile.write(cell, to: path)
                    return .trained(attempt, ResultFile(path: path, holding: bytes))
                } catch {
                    try? FileManager.default.removeItem(atPath: path)
                    let cause = Trainer.cause(of: error)
                    return .scratchFailed(
                        attempt, reason: "cannot keep a result: \(path): \(cause)")
                }
            }
        } catch {
            // The file that could not be written or read is of no use; that it may not exist is fine.
            try? FileManager.default.removeItem(atPath: path)
            return .trainingFailed(attempt, reason: "\(error)")
        }
    }

    /// The system's own words within HDF5's, which go on for lines.
    private static func cause(of error: any Error) -> String {
        let text = "\(error)".onOneLine
        return text.firstMatch(of: /error message = '([^']+)'/).map { String($0.output.1) } ?? text
    }

    private enum Ending {
        case finished(StoredCell)
        case stopped
        case handedOver(SealedCheckpoint)
    }

    /// Trains from the job's checkpoint, or from step 0 where the engine cannot resume from it.
    private func runOrStartOver(_ job: TrainingJob) throws(StateError) -> Ending {
        do {
            return try run(job)
        } catch {
            guard job.checkpoint != nil else { throw error }
            mailbox.post(.startedOver(job.attempt, reason: error.description))
            var fresh = job
            fresh.checkpoint = nil
            return try run(fresh)
        }
    }

    private func run(_ job: TrainingJob) throws(StateError) -> Ending {
        let clock = SuspendingClock()
        let begin = clock.now
        var schedule = CheckpointSchedule(every: checkpointInterval)
        var handedOver: SealedCheckpoint?
        let cell = try author.train(job) { moment in
            func checkpoint() -> SealedCheckpoint {
                SealedCheckpoint(
                    author.checkpoint(of: job, moment, elapsed: clock.now - begin))
            }
            let evaluation = moment.evaluation
            let word = mailbox.progress(
                Progress(
                    attempt: job.attempt, step: moment.step, trainLoss: evaluation.trainLoss,
                    trainAccuracy: evaluation.trainAccuracy,
                    validationAccuracy: evaluation.validationAccuracy))
            switch word {
            case .stop: return false
            case .handOver:
                handedOver = checkpoint()
                return false
            case .goOn:
                if schedule.isDue(at: clock.now - begin) {
                    mailbox.post(.checkpoint(job.attempt, checkpoint()))
                }
                return true
            }
        }
        if let cell { return .finished(cell) }
        return handedOver.map { .handedOver($0) } ?? .stopped
    }
}

extension ResultFile {
    /// A file with the hash of its bytes as they are in memory, whatever becomes of them on the disk.
    init(path: String, holding bytes: [UInt8]) {
        self.init(path: path, size: bytes.count, sha256: SHA256Digest.hex(of: bytes))
    }
    /// Reads a piece of the file.
    ///
    /// - Throws: `WorkerFailure` when the file is not there any more or is shorter than it was.
    func piece(offset: Int, length: Int) throws(WorkerFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { file.closeFile() }
            try file.seek(toOffset: UInt64(offset))
            while bytes.count < length,
                let data = try file.read(upToCount: length - bytes.count), !data.isEmpty
            {
                bytes += data
            }
        } catch {
            throw WorkerFailure("read result", subject: path, why: "\(error)")
        }
        guard bytes.count == length else {
            throw WorkerFailure("read result", subject: path, why: "the file has become shorter")
        }
        return bytes
    }
}
