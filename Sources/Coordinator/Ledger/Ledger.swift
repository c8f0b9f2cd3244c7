import Core
import Foundation
import GRDB
@preconcurrency import Glibc

/// The sweep's database: plan, attempts, results, workers and events, in `ledger.sqlite`.
///
/// It says who did what and when; which cells are there is decided by their verified files. Lost or damaged, it is
/// rebuilt from them. One process owns it, so every call is made from the coordinator's one server thread.
final class Ledger: Sendable {
    let database: DatabaseQueue
    /// Where it lies.
    let path: String

    /// Opens or makes a ledger.
    ///
    /// - Throws: `CoordinatorError` when the file is no intact ledger.
    init(_ path: String, readOnly: Bool = false) throws(CoordinatorError) {
        self.path = path
        var configuration = Configuration()
        configuration.readonly = readOnly
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            guard !readOnly else { return }
            // WAL survives the death of the process at any instant; NORMAL may lose the last commits to a power cut,
            // which the cell files make good.
            try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
        }
        for suffix in ["", "-wal", "-shm"] {
            // SQLite would follow a link, and wait for a FIFO.
            guard let kind = Posix.kind(of: path + suffix), kind != S_IFREG else { continue }
            throw CoordinatorError(
                "open the ledger", path + suffix, "it is no file of its own",
                hint: "move it away, then grokmap run makes the ledger anew from the cells")
        }
        do throws(CoordinatorError) {
            database = try Ledger.opened(
                path, configuration, schema: readOnly ? nil : Ledger.schema)
        } catch {
            // A disk that fails to read looks like damage, once or for good: the file must be readable, and damaged
            // when it is looked at again.
            guard error.isDamage else { throw error }
            for suffix in ["", "-wal"] where Posix.exists(path + suffix) {
                _ = try Posix.read(path + suffix)
            }
            database = try Ledger.opened(
                path, configuration, schema: readOnly ? nil : Ledger.schema)
        }
    }

    private static func opened(
        _ path: String, _ configuration: Configuration, schema: String?
    ) throws(CoordinatorError) -> DatabaseQueue {
        do {
            let database = try DatabaseQueue(path: path, configuration: configuration)
            let verdict = try database.read {
                try String.fetchOne($0, sql: "PRAGMA quick_check(1)")
            }
            guard verdict == "ok" else {
                throw Ledger.damage(path, verdict ?? "not a database")
            }
            if let schema { try database.write { try $0.execute(sql: schema) } }
            let version = try database.read {
                try String.fetchOne($0, sql: "SELECT value FROM meta WHERE key = 'schema'")
            }
            guard version == "1" else {
                throw Ledger.damage(path, "its schema is \(version ?? "unknown"), not 1")
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

    private static let schema = """
        CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
        INSERT OR IGNORE INTO meta VALUES ('schema', '1');
        CREATE TABLE IF NOT EXISTS cells (
            cell TEXT PRIMARY KEY, position INTEGER NOT NULL, label TEXT NOT NULL,
            seed INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS attempts (
            cell TEXT NOT NULL, attempt INTEGER NOT NULL, worker TEXT NOT NULL,
            slot INTEGER NOT NULL, incarnation TEXT NOT NULL, host TEXT NOT NULL,
            pid INTEGER NOT NULL, stamp TEXT NOT NULL, leased_at TEXT NOT NULL, ended_at TEXT,
            outcome TEXT, reason TEXT, PRIMARY KEY (cell, attempt));
        CREATE TABLE IF NOT EXISTS results (
            cell TEXT PRIMARY KEY, attempt INTEGER NOT NULL, sha256 TEXT NOT NULL,
            size INTEGER NOT NULL, stored_at TEXT NOT NULL, summary TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS intake (
            number INTEGER PRIMARY KEY AUTOINCREMENT, cell TEXT NOT NULL, bytes BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS checkpoints (
            cell TEXT PRIMARY KEY, attempt INTEGER NOT NULL, step INTEGER NOT NULL,
            size INTEGER NOT NULL, sha256 TEXT NOT NULL, engine TEXT NOT NULL,
            blas_core TEXT NOT NULL, stored_at TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS failures (
            cell TEXT PRIMARY KEY, reason TEXT NOT NULL, failed_at TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS workers (
            worker TEXT NOT NULL, slot INTEGER NOT NULL, incarnation TEXT NOT NULL,
            host TEXT NOT NULL, pid INTEGER NOT NULL, blas_core TEXT NOT NULL,
            first_seen TEXT NOT NULL, PRIMARY KEY (worker, slot, incarnation));
        CREATE TABLE IF NOT EXISTS keys (worker TEXT PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS events (
            number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL,
            subject TEXT NOT NULL, text TEXT NOT NULL);
        """

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

    func read<Value>(
        _ what: String, _ query: (Database) throws -> Value
    ) throws(CoordinatorError) -> Value {
        do {
            return try database.read { try query($0) }
        } catch {
            throw CoordinatorError("read the ledger (\(what))", path, "\(error)")
        }
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

// MARK: - Reading

extension Ledger {
    /// An attempt as written down.
    struct Attempt: Sendable {
        /// Which attempt at which cell.
        var id: AttemptID
        /// Who had it.
        var slot: SlotID
        /// The process behind the slot.
        var process: SlotProcess
        /// When it began, ISO 8601.
        var leasedAt: String
        /// When it ended, nil while it is in a slot's hands.
        var endedAt: String?
        /// How it ended: an `AttemptOutcome`, or `forgiven`.
        var outcome: String?
        /// Why it ended so.
        var reason: String?
    }

    /// What an attempt's number can be: messages bear no others.
    private static let attemptNumbers = 1...(1 << 39)

    /// Every attempt, by cell and number; rows that cannot be read are left out.
    func attempts(of cell: CellID? = nil) throws(CoordinatorError) -> [Attempt] {
        try read("attempts") { db in
            let filter = cell == nil ? "" : "WHERE cell = ?"
            let rows = try Row.fetchAll(
                db, sql: "SELECT * FROM attempts \(filter) ORDER BY cell, attempt",
                arguments: cell.map { [$0.hex] } ?? [])
            return rows.compactMap { row in
                guard let id = row.cell, let attempt: Int = row.sound("attempt"),
                    Ledger.attemptNumbers.contains(attempt),
                    let worker: String = row.sound("worker"), let slot: Int = row.sound("slot"),
                    let incarnation: String = row.sound("incarnation"),
                    let host: String = row.sound("host"), let pid: Int32 = row.sound("pid"),
                    let stamp: String = row.sound("stamp"),
                    let leasedAt: String = row.sound("leased_at")
                else { return nil }
                return Attempt(
                    id: AttemptID(cell: id, attempt: attempt),
                    slot: SlotID(worker: worker, slot: slot, incarnation: incarnation),
                    process: SlotProcess(host: host, pid: pid, stamp: stamp),
                    leasedAt: leasedAt, endedAt: row.sound("ended_at"),
                    outcome: row.sound("outcome"), reason: row.sound("reason"))
            }
        }
    }

    /// Every result by cell; rows that cannot be read are left out, so that their files are looked at anew.
    func results() throws(CoordinatorError) -> [CellID: StoredResult] {
        typealias Kept = (cell: CellID, attempt: Int, sha256: String, size: Int, summary: String)
        let rows = try read("results") { db in
            try Row.fetchAll(db, sql: "SELECT * FROM results").compactMap { row -> Kept? in
                guard let id = row.cell, let summary: String = row.sound("summary"),
                    let attempt: Int = row.sound("attempt"),
                    let sha256: String = row.sound("sha256"), let size: Int = row.sound("size")
                else { return nil }
                return (id, attempt, sha256, size, summary)
            }
        }
        let results = rows.concurrentMap { row in
            ResultSummary(decoding: row.summary, for: row.cell).map {
                StoredResult(
                    cell: row.cell, attempt: row.attempt, sha256: row.sha256, size: row.size,
                    summary: $0)
            }
        }
        return Dictionary(
            results.compactMap { $0.map { ($0.cell, $0) } }, uniquingKeysWith: { $1 })
    }

    /// The checkpoint of every cell that has one.
    func checkpoints() throws(CoordinatorError) -> [CellID: StoredCheckpoint] {
        try read("checkpoints") { db in
            var checkpoints: [CellID: StoredCheckpoint] = [:]
            // A ledger that is only looked at may be of a time before there were any.
            guard try db.tableExists("checkpoints") else { return [:] }
            for row in try Row.fetchAll(db, sql: "SELECT * FROM checkpoints") {
                guard let id = row.cell, let attempt: Int = row.sound("attempt"),
                    let step: Int = row.sound("step"), let size: Int = row.sound("size"),
                    let sha256: String = row.sound("sha256"),
                    let engine: String = row.sound("engine"),
                    let blasCore: String = row.sound("blas_core")
                else { continue }
                checkpoints[id] = StoredCheckpoint(
                    attempt: attempt,
                    offer: CheckpointOffer(
                        step: step, size: size, sha256: sha256, engine: engine,
                        blasCore: blasCore))
            }
            return checkpoints
        }
    }

    /// The name of the key that each worker showed, where it was asked for one.
    func keys() throws(CoordinatorError) -> [String: String] {
        try read("keys") { db in
            guard try db.tableExists("keys") else { return [:] }
            var keys: [String: String] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT * FROM keys") {
                if let worker: String = row.sound("worker") { keys[worker] = row.sound("name") }
            }
            return keys
        }
    }

    /// Why each cell that was given up was given up.
    func failures() throws(CoordinatorError) -> [CellID: String] {
        try read("failures") { db in
            var failures: [CellID: String] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT cell, reason FROM failures") {
                if let id = row.cell { failures[id] = row.sound("reason") ?? "unknown" }
            }
            return failures
        }
    }

    /// The latest events, oldest first.
    func events(last count: Int) throws(CoordinatorError) -> [String] {
        try read("events") { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM events ORDER BY number DESC LIMIT ?", arguments: [count]
            )
            .reversed().map { row in
                ["at", "kind", "subject", "text"].map { row.sound($0) ?? "?" }
                    .joined(separator: " ")
            }
        }
    }
}

extension Row {
    /// A column's value; nil where it is of another kind or nothing, as it may be in a damaged ledger: the subscripts of
    /// GRDB trap there. Texts are on one line, whoever wrote them.
    func sound<Value: DatabaseValueConvertible>(_ column: String) -> Value? {
        let value: DatabaseValue? = self[column]
        let found = value.flatMap(Value.fromDatabaseValue)
        return (found as? String)?.onOneLine as? Value ?? found
    }

    /// The cell that the row is about.
    var cell: CellID? {
        let hex: String? = sound("cell")
        return hex.flatMap(CellID.init(hex:))
    }
}

/// Times as files and tables hold them.
enum Timestamp {
    /// ISO 8601 in UTC with milliseconds.
    static func text(_ date: Date) -> String {
        date.formatted(
            Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt))
    }
}
