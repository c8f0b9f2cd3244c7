import Core
import Foundation
@preconcurrency import Glibc
import SHA256
import Sweeps
import System

/// The checkpoints of cells in training, one file per cell, replaced by each that comes.
///
/// They save work and prove nothing: whatever is wrong with one, its cell begins at step 0.
final class CheckpointStore {
    /// What a look at the files found.
    struct Audit {
        /// Checkpoints that cells can resume from.
        var usable: [CellID: StoredCheckpoint] = [:]
        /// Checkpoints that were put away, and why.
        var dropped: [(cell: CellID, reason: String)] = []
    }

    let directory: SweepDirectory
    private let ledger: Ledger
    let spec: SweepSpec
    private var incoming: IncomingFiles
    private let reader: CheckpointReader
    private var reading: Set<AttemptID> = []

    /// The store of a claimed directory, for cells trained as a sweep asks; `wake` is called on another thread when
    /// `publishRead` has something to do.
    init(
        _ directory: SweepDirectory, _ ledger: Ledger, _ spec: SweepSpec,
        wake: @escaping @Sendable () -> Void = {}
    ) {
        reader = CheckpointReader(wake: wake)
        self.directory = directory
        self.ledger = ledger
        self.spec = spec
        incoming = IncomingFiles(directory, suffix: ".ckpt", largest: Checkpoint.largestSize)
    }

    // MARK: Looking at what is there

    /// Reads the checkpoints of the cells that are missing; those of other cells are of no use any more.
    ///
    /// - Parameters:
    ///   - plan: the sweep.
    ///   - isMissing: whether a cell is still to be trained.
    /// - Returns: what was found.
    /// - Throws: `CoordinatorError` when the ledger or the directory cannot be written.
    func audit(
        _ plan: SweepPlan, isMissing: (CellID) -> Bool
    ) throws(CoordinatorError) -> Audit {
        var audit = Audit()
        let known = try ledger.checkpoints()
        for cell in plan.cells {
            let path = directory.checkpointPath(cell.id)
            guard Posix.exists(path) else {
                if known[cell.id] != nil { try ledger.write(.forgetCheckpoint(cell.id)) }
                continue
            }
            guard isMissing(cell.id) else {
                try drop(cell.id)
                continue
            }
            do {
                let bytes = try bytes(at: path)
                let stored = try CheckpointStore.examine(
                    bytes, cell.id, spec, attempt: known[cell.id]?.attempt ?? 0,
                    sha256: SHA256Digest.hex(of: bytes))
                if stored != known[cell.id] {
                    try ledger.write(.checkpoint(cell.id, stored))
                }
                audit.usable[cell.id] = stored
            } catch let reason as Unusable {
                if reason.isDamage { try directory.quarantine(path) }
                try drop(cell.id)
                audit.dropped.append((cell.id, reason.text))
            } catch {
                throw error as? CoordinatorError
                    ?? CoordinatorError("read the checkpoint", path, "\(error)")
            }
        }
        return audit
    }

    /// Why a checkpoint is not one that a cell of this sweep can resume from.
    struct Unusable: Error {
        /// One line.
        var text: String
        /// Whether its bytes are at fault, and not what it was made for.
        var isDamage: Bool
    }

    private func bytes(at path: String) throws -> [UInt8] {
        do {
            return try Posix.read(path, atMost: Checkpoint.largestSize)
        } catch {
            guard error.isDamage else { throw error }
            throw Unusable(text: error.reason, isDamage: true)
        }
    }

    /// What a checkpoint says of itself, when a cell of a sweep can resume from it; any thread may ask.
    static func examine(
        _ bytes: [UInt8], _ cell: CellID, _ spec: SweepSpec, attempt: Int, sha256: String
    ) throws -> StoredCheckpoint {
        let checkpoint: Checkpoint
        do {
            checkpoint = try Checkpoint(decoding: bytes)
        } catch {
            throw Unusable(text: error.description, isDamage: true)
        }
        let origin = checkpoint.origin
        // Whether engine and BLAS core are the same, the slot that is to go on knows.
        let expected = Checkpoint.Origin(
            cell: cell, rule: spec.phaseRule, stop: spec.stop.policy(for: cell),
            record: spec.record, engine: origin.engine, blasCore: origin.blasCore)
        if let difference = origin.difference(from: expected) {
            throw Unusable(text: "made for \(difference)", isDamage: false)
        }
        return StoredCheckpoint(
            attempt: attempt,
            offer: CheckpointOffer(
                step: checkpoint.step, size: bytes.count, sha256: sha256,
                engine: origin.engine, blasCore: origin.blasCore))
    }

    // MARK: Receiving

    /// Takes in one piece of a checkpoint; `publishRead` has what comes of a complete one.
    ///
    /// - Throws: `CoordinatorError` when this machine cannot store it (disk full, read-only).
    func receive(_ chunk: FileChunk) throws(CoordinatorError) -> KeptPiece {
        switch try incoming.receive(chunk) {
        case .receiving(let offset): return .receiving(offset)
        case .refused(let reason): return .refused(reason)
        case .complete(let file):
            reading.insert(file.attempt)
            reader.read(file, spec)
            return .complete
        }
    }

    /// Puts the checkpoints in their places that have been read.
    ///
    /// - Parameter isWanted: whether the attempt is still in the hands of a slot; a checkpoint of another one is forgotten.
    /// - Returns: what came of each that is wanted: stored durably and in the ledger, or unusable.
    /// - Throws: `CoordinatorError` when this machine cannot store it.
    func publishRead(
        isWanted: (AttemptID) -> Bool
    ) throws(CoordinatorError) -> [(file: SentFile, reading: CheckpointReading)] {
        var results: [(file: SentFile, reading: CheckpointReading)] = []
        for (file, found) in reader.collect() {
            reading.remove(file.attempt)
            defer { discard(file.attempt) }
            guard isWanted(file.attempt) else { continue }
            let sent = SentFile(
                kind: .checkpoint, attempt: file.attempt, size: file.size, sha256: file.sha256)
            switch found {
            case .success(let stored):
                let cell = file.attempt.cell
                try Posix.makeFolder(directory.path + "/checkpoints")
                try file.publish(as: directory.checkpointPath(cell))
                try ledger.write(.checkpoint(cell, stored))
                results.append((sent, .stored(stored)))
            // What this machine could not read is not the checkpoint's fault.
            case .failure(let error as CoordinatorError): throw error
            case .failure(let error):
                let reason = (error as? Unusable)?.text ?? "\(error)"
                results.append((sent, .unusable(reason)))
            }
        }
        return results
    }

    /// Forgets a half-received checkpoint, if there is one.
    func discard(_ attempt: AttemptID) {
        // One that is being read stays until that is over.
        if !reading.contains(attempt) { incoming.discard(attempt) }
    }

    // MARK: Handing out

    /// A piece of a cell's checkpoint, nil when it is not there as it was.
    ///
    /// - Throws: `CoordinatorError` when this machine cannot read it: that says nothing about the checkpoint.
    func piece(
        of cell: CellID, _ offer: CheckpointOffer, offset: Int
    ) throws(CoordinatorError) -> [UInt8]? {
        let path = directory.checkpointPath(cell)
        guard (0..<offer.size).contains(offset), Posix.kind(of: path, following: true) == S_IFREG
        else { return nil }
        let descriptor = try Posix.openRegular("read", path, O_RDONLY)
        defer { close(descriptor) }
        let length = min(FileChunk.largestPayload, offer.size - offset)
        var bytes = [UInt8](repeating: 0, count: length)
        var count = 0
        while count < length {
            let more = bytes.withUnsafeMutableBytes { raw in
                pread(
                    descriptor, raw.baseAddress?.advanced(by: count), length - count,
                    off_t(offset + count))
            }
            if more < 0, errno == EINTR { continue }
            guard more >= 0 else { throw CoordinatorError("read", path, errno: errno) }
            guard more > 0 else { return nil }
            count += more
        }
        return bytes
    }

    /// Removes a cell's checkpoint: the cell is trained, given up, or cannot resume from it.
    func drop(_ cell: CellID) throws(CoordinatorError) {
        unlink(directory.checkpointPath(cell))
        try ledger.write(.forgetCheckpoint(cell))
    }
}
