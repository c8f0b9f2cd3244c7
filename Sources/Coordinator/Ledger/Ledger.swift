import Core
import Foundation
import GRDB
@preconcurrency import Glibc
import Sweeps
import System

/// The sweep's database: plan, attempts, results, workers and events, in `ledger.sqlite`.
///
/// It says who did what and when; which cells are there is decided by their verified files. Lost or damaged, it is
/// rebuilt from them. One process owns it, so every call is made from the coordinator's one server thread.
final class Ledger: LedgerQueries {
    /// The longest whole path of a file that SQLite opens, in bytes: `MAX_PATHNAME` of its `os_unix.c`, less the `-journal` of
    /// the file beside it.
    static let longestPath = 512 - 8

    let database: DatabaseQueue
    /// Where it lies.
    let path: String
    private let identity: FileIdentity?

    /// Opens or makes a ledger.
    ///
    /// - Throws: `CoordinatorError` when the file is no intact ledger.
    init(_ path: String) throws(CoordinatorError) {
        self.path = path
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            // WAL survives the death of the process at any instant; NORMAL may lose the last commits to a power cut,
            // which the cell files make good.
            try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
        }
        for suffix in ["", "-wal", "-shm"] {
            // SQLite would follow a link, and wait for a FIFO.
            guard let kind = Posix.kind(of: path + suffix), kind != S_IFREG else { continue }
            throw CoordinatorError(
                "open the ledger", path + suffix, "it is no file of its own",
                hint: "move it away, then grokmap run rebuilds the ledger from the cells")
        }
        let database: DatabaseQueue
        do throws(CoordinatorError) {
            database = try Ledger.opened(
                path, configuration)
        } catch {
            // A disk that fails to read looks like damage, once or for good: the file must be readable, and damaged
            // when it is looked at again.
            guard error.isDamage else { throw error }
            for suffix in ["", "-wal"] where Posix.exists(path + suffix) {
                _ = try Posix.read(path + suffix)
            }
            database = try Ledger.opened(
                path, configuration)
        }
        self.database = database
        identity = FileIdentity(path)
    }

    /// Makes sure that the ledger is still the file that was opened: SQLite would write on in one that has no name any more.
    ///
    /// - Throws: `CoordinatorError` when it is not.
    func check() throws(CoordinatorError) {
        guard FileIdentity(path) != identity else { return }
        throw CoordinatorError(
            "continue with the ledger", path, "it was removed or replaced while the sweep ran",
            hint: "run again to resume: what is missing of it is made from the cells")
    }

    private static func opened(
        _ path: String, _ configuration: Configuration
    ) throws(CoordinatorError) -> DatabaseQueue {
        do {
            let database = try DatabaseQueue(path: path, configuration: configuration)
            let verdict = try database.read {
                try String.fetchOne($0, sql: "PRAGMA quick_check(1)")
            }
            guard verdict == "ok" else {
                throw Ledger.damage(path, verdict ?? "not a database")
            }
            if try database.read(LedgerSchema.migrator.hasBeenSuperseded) {
                throw CoordinatorError(
                    "open the ledger", path, "a later version of grokmap wrote it",
                    hint: "use that version, or move it away: run makes the ledger from the cells")
            }
            try LedgerSchema.migrator.migrate(database)
            if let column = try database.read(LedgerSchema.missingColumn) {
                throw Ledger.damage(path, "it has no column \(column)")
            }
            // Where nothing was to be migrated: SQLite opens for reading what it cannot write.
            try database.write {
                try $0.execute(sql: "INSERT OR IGNORE INTO meta VALUES ('schema', '1')")
            }
            return database
        } catch let error as CoordinatorError {
            throw error
        } catch {
            guard let code = (error as? DatabaseError)?.extendedResultCode,
                Ledger.provesDamage(code, path)
            else { throw CoordinatorError("open the ledger", path, "\(error)") }
            throw Ledger.damage(path, "\(error)")
        }
    }

    private static func damage(_ path: String, _ reason: String) -> CoordinatorError {
        var error = CoordinatorError("open the ledger", path, reason)
        error.isDamage = true
        return error
    }

    /// Whether a failure to open a ledger is the file's own: a full disk, a lock or a lack of rights says nothing about it,
    /// and history that is merely out of reach must not be put away.
    private static func provesDamage(_ code: ResultCode, _ path: String) -> Bool {
        if code == .SQLITE_IOERR_SHORT_READ { return true }
        return switch code.primaryResultCode {
        // ERROR: tables or a format that are none of ours.
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT, .SQLITE_ERROR: true
        // A damaged header makes SQLite believe that the file is of a later format, which it would only read.
        case .SQLITE_READONLY: access(path, W_OK) == 0
        default: false
        }
    }

    /// Runs changes as one transaction.
    func write(
        _ what: String, _ changes: (Database) throws -> Void
    ) throws(CoordinatorError) {
        do {
            try database.write { try changes($0) }
        } catch {
            throw refusal("write to the ledger (\(what))", error)
        }
    }

    /// Why SQLite would not, in the system's words where it is the disk's fault.
    func refusal(_ action: String, _ error: any Error) -> CoordinatorError {
        if (error as? DatabaseError)?.resultCode == .SQLITE_FULL {
            return CoordinatorError(action, path, errno: ENOSPC)
        }
        return CoordinatorError(action, path, "\(error)")
    }
}

// MARK: - Writing

extension Ledger {
    /// Replaces the plan.
    func recordPlan(_ plan: SweepPlan) throws(CoordinatorError) {
        try write("plan") { db in
            try db.execute(sql: "DELETE FROM cells")
            let insert = try db.makeStatement(sql: "INSERT INTO cells VALUES (?, ?, ?, ?)")
            for (position, cell) in plan.cells.enumerated() {
                try insert.execute(arguments: [
                    cell.id.hex, position, plan.label(cell.point),
                    Int64(cell.definition.seed),
                ])
            }
        }
    }

    /// Gives failed cells another chance: their attempts no longer count against them.
    ///
    /// - Returns: how many cells.
    func forgiveFailures() throws(CoordinatorError) -> Int {
        var count = 0
        try write("retry") { db in
            try db.execute(
                sql: """
                    UPDATE attempts SET outcome = 'forgiven'
                    WHERE outcome IN ('failed', 'lost') AND cell IN (SELECT cell FROM failures)
                    """)
            try db.execute(sql: "DELETE FROM failures")
            count = db.changesCount
        }
        return count
    }
}
