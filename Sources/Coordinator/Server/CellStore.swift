import Core
import Foundation
import Results
import SHA256
import Sweeps
import System

/// The verified cell files of a sweep, and the way a received file becomes one of them.
///
/// All HDF5 of the coordinator happens here and in the consolidated file; only `verify` is called from another thread than
/// the one that owns the sweep.
final class CellStore {
    /// A file that could not be used, and why; it lies in `quarantine/` now.
    typealias Damage = (cell: CellID, reason: String)

    private let directory: SweepDirectory
    private let ledger: Ledger
    private let reader: any CellReading
    private var incoming: IncomingFiles

    /// The store of a claimed directory.
    init(
        _ directory: SweepDirectory, _ ledger: Ledger,
        reader: any CellReading = CellReader.shared
    ) {
        self.reader = reader
        self.directory = directory
        self.ledger = ledger
        incoming = IncomingFiles(directory, suffix: "", largest: CellStore.largestFile)
    }

    // MARK: Looking at what is there

    /// Checks every planned cell's file against the ledger's hash, or reads it through where the ledger knows none or
    /// another, so that the ledger is right about the files afterwards.
    ///
    /// - Returns: the files that were damaged.
    /// - Throws: `CoordinatorError` when a file cannot be read, or ledger or directory cannot be written.
    func audit(_ plan: SweepPlan) throws(CoordinatorError) -> [Damage] {
        try putBack()
        let known = try ledger.results()
        let unchanged = plan.cells.map { (directory.cellPath($0.id), known[$0.id]?.sha256) }
            .concurrentMap(CellStore.isUnchanged)
        var quarantined: [Damage] = []
        for (cell, unchanged) in zip(plan.cells, unchanged) where !unchanged {
            let path = directory.cellPath(cell.id)
            guard try Posix.size(path) != nil || Posix.exists(path) else {
                if known[cell.id] != nil { try ledger.write(.forgetResult(cell.id)) }
                continue
            }
            switch try examine(cell.definition, path) {
            case .success(let result): try ledger.write(.result(result))
            case .failure(let damage):
                // What is no file has no mark.
                let marked = (try? Posix.read(path)).flatMap(CellFile.withoutWritingMark)
                guard marked == nil else {
                    throw CoordinatorError(
                        "read the cell file", path, "another program has it open for writing",
                        hint: "close it there, then run again")
                }
                try directory.quarantine(path)
                try ledger.write(.forgetResult(cell.id))
                quarantined.append((cell.id, damage.problem))
            }
        }
        return quarantined
    }

    /// Writes again the files that a power cut kept from the disk: until they are known to be there, the ledger has their
    /// bytes.
    private func putBack() throws(CoordinatorError) {
        let kept = try ledger.intake()
        let known = kept.isEmpty ? [:] : try ledger.results()
        for file in kept {
            let path = directory.cellPath(file.cell)
            // The kept copy may be the damaged one: what is there gives way only to bytes that the ledger vouches for.
            if let there = try CellStore.hash(of: path) {
                let wanted = known[file.cell]?.sha256
                guard there != wanted, SHA256Digest.hex(of: file.bytes) == wanted else { continue }
            }
            try Posix.makeFolder(directory.cellFolder(file.cell))
            try Posix.writeDurably(file.bytes, to: path)
        }
        guard let last = kept.last else { return }
        try Posix.synchronizeFileSystem(of: directory.path)
        try ledger.retireIntake(through: last.number)
    }

    /// The hash of the file at a path, nil where there is nothing, and no hash where something else than a file lies there.
    private static func hash(of path: String) throws(CoordinatorError) -> String? {
        guard Posix.exists(path) else { return nil }
        do {
            return SHA256Digest.hex(of: try Posix.read(path))
        } catch {
            guard error.isDamage else { throw error }
            return ""
        }
    }

    /// Whether a file is as the ledger saw it. Such a file is sound, whatever keeps anybody from reading it.
    @Sendable private static func isUnchanged(_ path: String, _ sha256: String?) -> Bool {
        guard let sha256, let bytes = try? Posix.read(path) else { return false }
        return holds(bytes, sha256)
    }

    /// Whether bytes are those of a hash, but for the mark of a program that has the file open for writing.
    static func holds(_ bytes: [UInt8], _ sha256: String) -> Bool {
        if SHA256Digest.hex(of: bytes) == sha256 { return true }
        return CellFile.withoutWritingMark(bytes).map { SHA256Digest.hex(of: $0) == sha256 }
            ?? false
    }

    /// Reads a file through that nobody vouches for but the checksums inside.
    private func examine(
        _ cell: CellDefinition, _ path: String
    ) throws(CoordinatorError) -> Result<StoredResult, ResultsError> {
        switch try FileCheck.read(path, { try reader.summary(path, of: cell) }) {
        case .failure(let damage): return .failure(damage)
        case .success(let summary):
            let bytes = try Posix.read(path)
            return .success(
                StoredResult(summary, sha256: SHA256Digest.hex(of: bytes), size: bytes.count))
        }
    }

    // MARK: Receiving

    /// A received file that is sound, on its way to its place.
    struct Verified: Sendable {
        /// What the ledger will say of it.
        var result: StoredResult
        /// Where its cell stands with it, nil when its curves cannot tell.
        var status: CellStatus?
        /// Where it lies.
        fileprivate var file: IncomingFiles.Arrival
    }

    /// Result files are at most this long.
    static let largestFile = 1 << 32
    /// Files up to this long are made durable many at a time, by the ledger's one log; longer ones each by themselves.
    static let largestIntake = 256 * 1024

    /// Takes in one piece of a result file.
    ///
    /// - Throws: `CoordinatorError` when this machine cannot store it (disk full, read-only).
    func receive(_ chunk: FileChunk) throws(CoordinatorError) -> IncomingFiles.Piece {
        try incoming.receive(chunk)
    }

    /// Reads a received file through; any thread may.
    ///
    /// - Throws: `ResultsError` when the file is damaged, incomplete, or not the cell it claims to be; `CoordinatorError`
    ///   when it is this machine that does not give back what it received.
    static func verify(
        _ file: IncomingFiles.Arrival, of cell: CellDefinition, for spec: SweepSpec,
        reader: any CellReading = CellReader.shared
    ) throws -> Verified {
        do {
            return try examine(file, of: cell, for: spec, reader)
        } catch {
            // To the library a failing disk, or no descriptor to be had, is a bad file. A slot answers for bytes that are
            // on this machine as it sent them, and were no result twice.
            guard SHA256Digest.hex(of: try Posix.read(file.path)) == file.sha256 else {
                throw CoordinatorError(
                    "read a received file", file.path, "its bytes are not those written",
                    hint: "look after this disk, then run again to resume")
            }
            return try examine(file, of: cell, for: spec, reader)
        }
    }

    private static func examine(
        _ file: IncomingFiles.Arrival, of cell: CellDefinition, for spec: SweepSpec,
        _ reader: any CellReading
    ) throws -> Verified {
        let question = CellFileQuestion(
            cell, sweep: spec.name, attempt: file.attempt.attempt, record: spec.record)
        let summary = try reader.read(file.path, question).summary(of: cell)
        let result = StoredResult(summary, sha256: file.sha256, size: file.size)
        let outcome = summary.outcome
        let stop = spec.stop.policy(for: cell.id)
        guard outcome.stopReason.isMeasured || stop.allows(outcome.stopReason, outcome.prediction)
        else {
            throw ResultsError(
                path: "file",
                problem:
                    "it ended as \(outcome.stopReason.rawValue), which stop: \(stop.rawValue) does not"
                    + " ask for")
        }
        return Verified(
            result: result, status: result.summary.status(under: spec.phaseRule, outcome),
            file: file)
    }

    /// Puts a verified file in its place.
    ///
    /// - Returns: what the ledger must write durably before anybody is told that the file is stored.
    /// - Throws: `CoordinatorError` when this machine cannot store it.
    func publish(_ verified: Verified) throws(CoordinatorError) -> [LedgerEntry] {
        let file = verified.file
        defer { discard(file.attempt) }
        let target = directory.cellPath(verified.result.cell)
        try Posix.makeFolder(directory.cellFolder(verified.result.cell))
        guard file.size <= CellStore.largestIntake else {
            try file.publish(as: target)
            return [.result(verified.result)]
        }
        let bytes = if let bytes = file.bytes { bytes } else { try Posix.read(file.path) }
        try file.rename(as: target)
        return [.result(verified.result), .intake(verified.result.cell, bytes)]
    }

    /// Forgets a half-received file, if there is one: its attempt has ended, or it starts again.
    func discard(_ attempt: AttemptID) { incoming.discard(attempt) }
}
