package import Core
package import GRDB
package import System

/// A sweep's database as it can be asked: the coordinator's own, or somebody's at one moment.
///
/// The ledger says who did what and when; which cells there are is decided by their verified files.
package protocol LedgerQueries: Sendable {
    /// The open database.
    var database: DatabaseQueue { get }
    /// Where the ledger lies.
    var path: String { get }

    /// Asks the database.
    ///
    /// - Throws: `SystemError` when it cannot be read.
    func read<Value>(
        _ what: String, _ query: (Database) throws -> Value
    ) throws(SystemError) -> Value
}

/// What an attempt's number can be: messages bear no others.
private let attemptNumbers = 1...(1 << 39)

extension LedgerQueries {
    /// Asks the database.
    package func read<Value>(
        _ what: String, _ query: (Database) throws -> Value
    ) throws(SystemError) -> Value {
        do {
            return try database.read { try query($0) }
        } catch {
            throw SystemError("read the ledger (\(what))", path, "\(error)")
        }
    }

    /// Every attempt, by cell and number, or those of a cell, or those without an end; rows that cannot be read are left
    /// out.
    package func attempts(
        of cell: CellID? = nil, open: Bool = false
    ) throws(SystemError) -> [LedgerAttempt] {
        try read("attempts") { db in
            let conditions: [String] =
                (cell == nil ? [] : ["cell = ?"]) + (open ? ["ended_at IS NULL"] : [])
            let filter =
                conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
            let rows = try Row.fetchAll(
                db, sql: "SELECT * FROM attempts \(filter) ORDER BY cell, attempt",
                arguments: cell.map { [$0.hex] } ?? [])
            return rows.compactMap { row in
                guard let id = row.cell, let attempt: Int = row.sound("attempt"),
                    attemptNumbers.contains(attempt),
                    let worker: String = row.sound("worker"), let slot: Int = row.sound("slot"),
                    let incarnation: String = row.sound("incarnation"),
                    let host: String = row.sound("host"), let pid: Int32 = row.sound("pid"),
                    let stamp: String = row.sound("stamp"),
                    let leasedAt: String = row.sound("leased_at")
                else { return nil }
                return LedgerAttempt(
                    id: AttemptID(cell: id, attempt: attempt),
                    slot: SlotID(worker: worker, slot: slot, incarnation: incarnation),
                    process: SlotProcess(host: host, pid: pid, stamp: stamp),
                    leasedAt: leasedAt, endedAt: row.sound("ended_at"),
                    outcome: row.sound("outcome"), reason: row.sound("reason"))
            }
        }
    }

    /// How many attempts were made at each cell.
    package func attemptCounts(of cells: [CellID]? = nil) throws(SystemError) -> [CellID: Int] {
        try read("attempts") { db in
            let (filter, arguments) = condition(cells)
            let rows = try Row.fetchCursor(
                db, sql: "SELECT cell, count(*) FROM attempts \(filter) GROUP BY cell",
                arguments: arguments)
            var counts: [CellID: Int] = [:]
            while let row = try rows.next() {
                if let hex: String = row.sound(0), let id = CellID(hex: hex) {
                    counts[id] = row.sound(1)
                }
            }
            return counts
        }
    }

    /// Every result by cell, or those of some cells; rows that cannot be read are left out, so that their files are looked at
    /// again.
    package func results(
        of cells: [CellID]? = nil
    ) throws(SystemError) -> [CellID: StoredResult] {
        typealias Kept = (cell: CellID, attempt: Int, sha256: String, size: Int, summary: String)
        let rows = try read("results") { db in
            let (filter, arguments) = condition(cells)
            let rows = try Row.fetchCursor(
                db, sql: "SELECT cell, attempt, sha256, size, summary FROM results \(filter)",
                arguments: arguments)
            var kept: [Kept] = []
            while let row = try rows.next() {
                guard let hex: String = row.sound(0), let id = CellID(hex: hex),
                    let attempt: Int = row.sound(1), let sha256: String = row.sound(2),
                    let size: Int = row.sound(3), let summary: String = row.sound(4)
                else { continue }
                kept.append((id, attempt, sha256, size, summary))
            }
            return kept
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

    /// A condition for rows about some cells, none for all; SQLite takes no list without end.
    private func condition(_ cells: [CellID]?) -> (sql: String, arguments: StatementArguments) {
        guard let cells, cells.count <= 100 else { return ("", []) }
        let places = Array(repeating: "?", count: cells.count).joined(separator: ",")
        return ("WHERE cell IN (\(places))", StatementArguments(cells.map(\.hex)))
    }

    /// The checkpoint of every cell that has one.
    package func checkpoints() throws(SystemError) -> [CellID: StoredCheckpoint] {
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
    package func keys() throws(SystemError) -> [String: String] {
        try read("keys") { db in
            guard try db.tableExists("keys") else { return [:] }
            var keys: [String: String] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT * FROM keys") {
                if let worker: String = row.sound("worker") { keys[worker] = row.sound("name") }
            }
            return keys
        }
    }

    /// Every allocation of workers that was ever asked for, as it last stood, in the order of its last change.
    package func allocations() throws(SystemError) -> [AllocationRecord] {
        try read("allocations") { db in
            guard try db.tableExists("allocations") else { return [] }
            return try Row.fetchAll(db, sql: "SELECT * FROM allocations ORDER BY at, name")
                .compactMap { row in
                    guard let launcher: String = row.sound("launcher"),
                        let name: String = row.sound("name"),
                        let state: String = row.sound("state"),
                        let reason: String = row.sound("reason"),
                        let slots: Int = row.sound("slots"),
                        let at: String = row.sound("at")
                    else { return nil }
                    return AllocationRecord(
                        launcher: launcher, name: name, state: state, reason: reason, slots: slots,
                        at: at)
                }
        }
    }

    /// Why each cell that was given up was given up.
    package func failures() throws(SystemError) -> [CellID: String] {
        try read("failures") { db in
            var failures: [CellID: String] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT cell, reason FROM failures") {
                if let id = row.cell { failures[id] = row.sound("reason") ?? "unknown" }
            }
            return failures
        }
    }

    /// Cells whose file's bytes are kept until the file is known to be on the disk.
    package func keptFiles() throws(SystemError) -> Set<CellID> {
        try read("intake") { db in
            guard try db.tableExists("intake") else { return [] }
            return Set(try Row.fetchAll(db, sql: "SELECT cell FROM intake").compactMap(\.cell))
        }
    }

    /// The latest events, oldest first.
    package func events(last count: Int) throws(SystemError) -> [String] {
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
    package func sound<Value: DatabaseValueConvertible>(_ column: String) -> Value? {
        Row.sound(self[column] as DatabaseValue?)
    }

    /// A column's value by its place, which is found faster than its name where there are many rows.
    package func sound<Value: DatabaseValueConvertible>(_ place: Int) -> Value? {
        Row.sound(self[place] as DatabaseValue)
    }

    private static func sound<Value: DatabaseValueConvertible>(_ value: DatabaseValue?) -> Value? {
        let found = value.flatMap(Value.fromDatabaseValue)
        return (found as? String)?.onOneLine as? Value ?? found
    }

    /// The cell that the row is about.
    package var cell: CellID? {
        let hex: String? = sound("cell")
        return hex.flatMap(CellID.init(hex:))
    }
}
