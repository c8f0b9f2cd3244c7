import Core
import Foundation
import Results

/// The verified cell files of a sweep, and the way a received file becomes one of them.
///
/// All HDF5 of the coordinator happens here and in the consolidated file, on the one thread that owns the sweep.
final class CellStore {
    /// What a look at a plan's files found.
    struct Audit {
        /// Cells whose verified file holds what the sweep asks for, with their verdicts under its rule.
        var verified: [CellID: (result: StoredResult, verdict: PhaseVerdict)] = [:]
        /// Cells with a sound file that holds too little for the rule or the record asked for.
        var insufficient: Set<CellID> = []
        /// Files that could not be used, and why; they lie in `quarantine/` now.
        var quarantined: [(cell: CellID, reason: String)] = []
    }

    private let directory: SweepDirectory
    private let ledger: Ledger
    private var incoming: IncomingFiles

    /// The store of a claimed directory.
    init(_ directory: SweepDirectory, _ ledger: Ledger) {
        self.directory = directory
        self.ledger = ledger
        incoming = IncomingFiles(directory, suffix: "", largest: CellStore.largestFile)
    }

    // MARK: Looking at what is there

    /// Checks every planned cell's file against the ledger's hash, or reads it through where the ledger knows none.
    ///
    /// - Throws: `CoordinatorError` when the ledger or the directory cannot be written.
    func audit(_ plan: SweepPlan) throws(CoordinatorError) -> Audit {
        let spec = plan.spec
        let known = try ledger.results()
        var audit = Audit()
        for cell in plan.cells {
            let path = directory.cellPath(cell.id)
            guard Posix.exists(path) else {
                if known[cell.id] != nil { try ledger.forgetResult(cell.id) }
                continue
            }
            do {
                let result = try examine(cell.id, path, known: known[cell.id])
                guard result.summary.satisfies(spec.record, stop: spec.stop),
                    let verdict = try verdict(result, path, under: spec.phaseRule)
                else {
                    audit.insufficient.insert(cell.id)
                    continue
                }
                audit.verified[cell.id] = (result, verdict)
            } catch let damage as ResultsError {
                try directory.quarantine(path)
                try ledger.forgetResult(cell.id)
                audit.quarantined.append((cell.id, damage.problem))
            } catch let error as CoordinatorError {
                throw error
            } catch {
                throw CoordinatorError("examine the cell file", path, "\(error)")
            }
        }
        return audit
    }

    private func examine(
        _ id: CellID, _ path: String, known: StoredResult?
    ) throws -> StoredResult {
        let bytes = try Posix.read(path)
        let sha256 = SHA256Digest.hex(of: bytes)
        if let known, known.sha256 == sha256 { return known }
        let result = try StoredResult(reading: path, id, sha256: sha256, size: bytes.count)
        try ledger.recordResult(result, at: Date())
        return result
    }

    private func verdict(
        _ result: StoredResult, _ path: String, under rule: PhaseRule
    ) throws -> PhaseVerdict? {
        if let verdict = result.summary.verdict(under: rule) { return verdict }
        return rule.decide(try CellFile.summary(path, expecting: result.cell).outcome)
    }

    // MARK: Receiving

    /// What became of a chunk.
    enum Reception {
        /// More is wanted from this offset.
        case receiving(Int)
        /// The file is durable, verified and in the ledger.
        case stored(StoredResult, PhaseVerdict?)
        /// The file is damaged, or not the cell it claims to be.
        case refused(String)
    }

    /// Result files are at most this long.
    static let largestFile = 1 << 32

    /// Takes in one piece of a result file; the last one verifies and publishes it.
    ///
    /// - Throws: `CoordinatorError` when this machine cannot store it (disk full, read-only).
    func receive(
        _ chunk: FileChunk, under rule: PhaseRule
    ) throws(CoordinatorError) -> Reception {
        switch try incoming.receive(chunk) {
        case .receiving(let offset): return .receiving(offset)
        case .refused(let reason): return .refused(reason)
        case .complete(let file):
            defer { discard(chunk.attempt) }
            return try publish(file, chunk.attempt, rule)
        }
    }

    private func publish(
        _ file: IncomingFiles.Arrival, _ attempt: AttemptID, _ rule: PhaseRule
    ) throws(CoordinatorError) -> Reception {
        let result: StoredResult
        let verdict: PhaseVerdict?
        do {
            result = try StoredResult(
                reading: file.path, attempt.cell, sha256: file.sha256, size: file.size)
            verdict = try self.verdict(result, file.path, under: rule)
        } catch {
            return .refused("\(error)")
        }
        let target = directory.cellPath(attempt.cell)
        try Posix.makeDirectory(String(target.prefix(target.count - 68)))
        try file.publish(as: target)
        try ledger.recordResult(result, at: Date())
        return .stored(result, verdict)
    }

    /// Forgets a half-received file, if there is one: its attempt has ended, or it starts anew.
    func discard(_ attempt: AttemptID) { incoming.discard(attempt) }
}

extension StoredResult {
    /// Reads a cell file through and summarises it.
    ///
    /// - Throws: `ResultsError` when it is damaged, incomplete or another cell's.
    init(
        reading path: String, _ id: CellID, sha256: String, size: Int
    ) throws(ResultsError) {
        let summary = try CellFile.summary(path, expecting: id)
        self.init(
            cell: id, attempt: summary.provenance.attempt, sha256: sha256, size: size,
            summary: ResultSummary(
                summary.outcome, parameterSteps: summary.outcome.parameters.map(\.step),
                wallSeconds: summary.provenance.wallSeconds))
    }
}
