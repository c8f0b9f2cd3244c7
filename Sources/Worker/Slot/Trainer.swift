import Core
import Foundation
import Results
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

    /// Trains until it is told to leave.
    func work() -> SlotExit {
        while true {
            switch mailbox.nextOrder() {
            case .leave(let exit): return exit
            case .train(let job): mailbox.post(train(job))
            }
        }
    }

    private func train(_ job: TrainingJob) -> LinkEvent {
        let attempt = job.attempt
        let name = "\(attempt.cell.hex).\(attempt.attempt).\(incarnation).h5"
        let path = scratch + "/" + name
        do {
            let cell = author.train(job) { step, evaluation in
                mailbox.progress(
                    Progress(
                        attempt: attempt, step: step, trainLoss: evaluation.trainLoss,
                        trainAccuracy: evaluation.trainAccuracy,
                        validationAccuracy: evaluation.validationAccuracy))
            }
            guard let cell else { return .trainingStopped(attempt) }
            try CellFile.write(cell, to: path)
            return .trained(attempt, try ResultFile(hashing: path))
        } catch {
            // The file that could not be written or read is of no use; that it may not exist is fine.
            try? FileManager.default.removeItem(atPath: path)
            return .trainingFailed(attempt, reason: "\(error)")
        }
    }
}

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

    /// Trains a cell.
    ///
    /// - Parameters:
    ///   - job: what to train.
    ///   - progress: called now and then; false ends the training.
    /// - Returns: the cell with its provenance, nil when `progress` ended it.
    func train(
        _ job: TrainingJob, progress: (_ step: Int, _ evaluation: Evaluation) -> Bool
    ) -> StoredCell? {
        let clock = SuspendingClock()
        let begin = clock.now
        let started = Date.now
        let run = TrainingRun(
            configuration: job.definition.configuration, seed: job.definition.seed, rule: job.rule,
            stop: job.stop, record: job.record, kernels: kernels)
        guard let outcome = run.run(progress: { progress($0.step, $0.evaluation) })
        else { return nil }
        let provenance = CellProvenance(
            sweep: job.sweep, worker: worker, host: host, attempt: job.attempt.attempt,
            engine: "grokmap \(Grokmap.version) (\(kernels.name))", blasCore: blasCore,
            started: started.ISO8601Format(), finished: Date.now.ISO8601Format(),
            wallSeconds: (clock.now - begin) / .seconds(1))
        return StoredCell(definition: job.definition, outcome: outcome, provenance: provenance)
    }
}

extension ResultFile {
    /// Reads and hashes a closed file.
    init(hashing path: String) throws {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { file.closeFile() }
        var digest = StreamingDigest()
        var size = 0
        while let data = try file.read(upToCount: 1 << 20), !data.isEmpty {
            digest.update(Array(data)[...])
            size += data.count
        }
        self.init(path: path, size: size, sha256: digest.hex())
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
