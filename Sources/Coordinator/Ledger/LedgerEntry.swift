import Core
import Foundation
import GRDB
import Sweeps
import System

/// One thing that the ledger writes down.
enum LedgerEntry: Sendable, Equatable {
    /// An attempt begins.
    case lease(AttemptID, SlotID, SlotProcess)
    /// An attempt has ended.
    case end(AttemptID, AttemptOutcome, reason: String)
    /// Failed attempts that say nothing about their cells.
    case forgiven([AttemptID], reason: String)
    /// A verified file is in place; undoes an earlier giving-up.
    case result(StoredResult)
    /// The bytes of a published file, kept until the file itself is known to be on the disk.
    case intake(CellID, [UInt8])
    /// A result's file cannot be used.
    case forgetResult(CellID)
    /// A checkpoint is in place, instead of the one before.
    case checkpoint(CellID, StoredCheckpoint)
    /// A checkpoint is gone.
    case forgetCheckpoint(CellID)
    /// A cell is given up.
    case failure(CellID, reason: String)
    /// A slot registered, and whose key it showed.
    case slot(SlotID, SlotProcess, blasCore: String, owner: String? = nil)
    /// Where an allocation of workers stands.
    case allocation(AllocationRecord)
    /// Something worth telling.
    case event(kind: String, subject: String, text: String)
}

extension Ledger {
    /// Writes entries down, all or none.
    ///
    /// - Parameters:
    ///   - entries: what happened, in order.
    ///   - date: when.
    ///   - durably: whether they must survive a power cut when this returns; else the last ones may be lost to one, which
    ///     the cell files make good. The death of this process loses nothing either way.
    /// - Throws: `CoordinatorError` when the ledger cannot be written.
    func write(
        _ entries: [LedgerEntry], at date: Date = Date(), durably: Bool = false
    ) throws(CoordinatorError) {
        guard !entries.isEmpty else { return }
        let at = Timestamp.text(date)
        do {
            try database.writeWithoutTransaction { db in
                // sqlite.org/pragma.html#pragma_synchronous: in WAL mode FULL syncs the log after each transaction.
                if durably { try db.execute(sql: "PRAGMA synchronous = FULL") }
                try db.inTransaction {
                    for entry in entries { try db.write(entry, at) }
                    return .commit
                }
                if durably { try db.execute(sql: "PRAGMA synchronous = NORMAL") }
            }
        } catch {
            throw refusal("write to the ledger", error)
        }
    }

    /// Writes one entry down.
    func write(_ entry: LedgerEntry, at date: Date = Date()) throws(CoordinatorError) {
        try write([entry], at: date)
    }
}

extension Database {
    fileprivate func write(_ entry: LedgerEntry, _ at: String) throws {
        switch entry {
        case .lease(let attempt, let slot, let process):
            try run(
                """
                INSERT OR REPLACE INTO attempts (cell, attempt, worker, slot, incarnation,
                    host, pid, stamp, leased_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    attempt.cell.hex, attempt.attempt, slot.worker, slot.slot, slot.incarnation,
                    process.host, process.pid, process.stamp, at,
                ])
        case .end(let attempt, let outcome, let reason):
            try run(
                """
                UPDATE attempts SET ended_at = ?, outcome = ?, reason = ?
                WHERE cell = ? AND attempt = ?
                """, [at, outcome.rawValue, reason, attempt.cell.hex, attempt.attempt])
        case .forgiven(let attempts, _):
            for attempt in attempts {
                try run(
                    "UPDATE attempts SET outcome = 'forgiven' WHERE cell = ? AND attempt = ?",
                    [attempt.cell.hex, attempt.attempt])
            }
        case .result(let result):
            try run(
                "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?)",
                [
                    result.cell.hex, result.attempt, result.sha256, result.size, at,
                    try result.summary.encoded(for: result.cell),
                ])
            try run("DELETE FROM failures WHERE cell = ?", [result.cell.hex])
        case .intake(let cell, let bytes):
            try run("INSERT INTO intake (cell, bytes) VALUES (?, ?)", [cell.hex, Data(bytes)])
        case .forgetResult(let cell):
            try run("DELETE FROM results WHERE cell = ?", [cell.hex])
        case .checkpoint(let cell, let checkpoint):
            let offer = checkpoint.offer
            try run(
                "INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    cell.hex, checkpoint.attempt, offer.step, offer.size, offer.sha256,
                    offer.engine, offer.blasCore, at,
                ])
        case .forgetCheckpoint(let cell):
            try run("DELETE FROM checkpoints WHERE cell = ?", [cell.hex])
        case .failure(let cell, let reason):
            try run("INSERT OR REPLACE INTO failures VALUES (?, ?, ?)", [cell.hex, reason, at])
        case .slot(let slot, let process, let blasCore, let owner):
            try run(
                "INSERT OR IGNORE INTO workers VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    slot.worker, slot.slot, slot.incarnation, process.host, process.pid, blasCore,
                    at,
                ])
            if let owner {
                try run("INSERT OR REPLACE INTO keys VALUES (?, ?)", [slot.worker, owner])
            }
        case .allocation(let record):
            try run(
                "INSERT OR REPLACE INTO allocations VALUES (?, ?, ?, ?, ?, ?)",
                [record.launcher, record.name, record.state, record.reason, record.slots, at])
        case .event(let kind, let subject, let text):
            try run(
                "INSERT INTO events (at, kind, subject, text) VALUES (?, ?, ?, ?)",
                [at, kind, subject, text])
        }
    }

    private func run(_ sql: String, _ arguments: StatementArguments) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }
}

// MARK: - Intake

extension Ledger {
    /// A published file whose bytes are kept here until the file itself is known to be on the disk.
    struct Intake: Sendable {
        /// Its place in the order of arrival.
        var number: Int64
        /// The cell.
        var cell: CellID
        /// The file's bytes.
        var bytes: [UInt8]
    }

    /// The number of the last file that was taken in, nil when none is kept.
    func lastIntake() throws(CoordinatorError) -> Int64? {
        try read("intake") { try Int64.fetchOne($0, sql: "SELECT max(number) FROM intake") }
    }

    /// Every file kept, in the order of arrival.
    func intake() throws(CoordinatorError) -> [Intake] {
        try read("intake") { db in
            try Row.fetchAll(db, sql: "SELECT * FROM intake ORDER BY number").compactMap {
                guard let cell = $0.cell, let bytes: Data = $0.sound("bytes") else { return nil }
                return Intake(number: $0["number"], cell: cell, bytes: Array(bytes))
            }
        }
    }

    /// Forgets the files up to this one: they are on the disk.
    func retireIntake(through number: Int64) throws(CoordinatorError) {
        try write("intake") { db in
            try db.execute(sql: "DELETE FROM intake WHERE number <= ?", arguments: [number])
        }
    }

    /// Gives the space of forgotten files back to the file system where it is worth it.
    func compact() throws(CoordinatorError) {
        let pages = try read("size") { try Int.fetchOne($0, sql: "PRAGMA freelist_count") ?? 0 }
        // 8 MiB of SQLite's 4 KiB pages.
        guard pages > 2048 else { return }
        do {
            try database.vacuum()
        } catch {
            throw refusal("compact the ledger", error)
        }
    }
}
