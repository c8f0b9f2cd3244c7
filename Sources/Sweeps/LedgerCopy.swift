import Foundation
package import GRDB
@preconcurrency import Glibc
package import System

/// Somebody's ledger, copied to be asked: SQLite itself would need locks and files beside the ledger.
package final class LedgerCopy: LedgerQueries {
    package let database: DatabaseQueue
    package let path: String

    /// A copy of the ledger as it stood at one moment, whoever writes to it meanwhile.
    ///
    /// - Throws: `SystemError` when it cannot be read, or is damaged.
    package init(_ path: String) throws(SystemError) {
        self.path = path
        let folder = try LedgerCopy.makeFolder()
        // SQLite has its files open by then, and needs their names no more.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let copy = folder + "/ledger.sqlite"
        try LedgerCopy.copy(path, to: copy)
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            // sqlite.org/wal.html#use_of_wal_without_shared_memory: then there is no third file.
            try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
        }
        do {
            let database = try DatabaseQueue(path: copy, configuration: configuration)
            self.database = database
            let verdict = try database.read {
                try String.fetchOne($0, sql: "PRAGMA quick_check(1)")
            }
            guard verdict == "ok" else {
                throw SystemError("read the ledger", path, verdict ?? "not a database")
            }
        } catch let error as SystemError {
            throw error
        } catch {
            throw SystemError(
                "read the ledger", path, "\(error)",
                hint: "grokmap verify --rebuild makes it anew from the cells")
        }
    }

    /// Whether every table is there that is asked for.
    ///
    /// - Throws: `SystemError` when it cannot be read.
    package func isWhole() throws(SystemError) -> Bool {
        try read("schema") { database in
            try ["attempts", "results", "intake", "checkpoints", "failures", "events"]
                .allSatisfy { try database.tableExists($0) }
        }
    }

    private static func makeFolder() throws(SystemError) -> String {
        let pattern = FileManager.default.temporaryDirectory.path + "/grokmap-XXXXXX"
        var template = Array(pattern.utf8CString)
        guard mkdtemp(&template) != nil else {
            throw SystemError(
                "make a temporary directory", pattern, errno: errno,
                hint: "set TMPDIR to a directory with room for the ledger")
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Copies database and write-ahead log so that they belong together.
    ///
    /// Pages that a checkpoint moves from the log into the database during the copy are in the log too, until the log is
    /// begun anew; and that changes its header (sqlite.org/fileformat2.html#walformat).
    private static func copy(_ path: String, to target: String) throws(SystemError) {
        for _ in 0..<50 {
            let before = try LedgerCopy.log(path, atMost: headerSize)
            let database = try Posix.read(path)
            let log = try LedgerCopy.log(path, atMost: nil)
            let after = try LedgerCopy.log(path, atMost: headerSize)
            guard before == after, log.prefix(headerSize).elementsEqual(after) else { continue }
            try Posix.writeDurably(database, to: target)
            if !log.isEmpty { try Posix.writeDurably(log, to: target + "-wal") }
            return
        }
        throw SystemError(
            "read the ledger", path, "it changes faster than it can be read", hint: "try again")
    }

    private static let headerSize = 32

    /// The beginning of the write-ahead log, or all of it; empty where there is none.
    private static func log(_ path: String, atMost count: Int?) throws(SystemError) -> [UInt8] {
        let path = path + "-wal"
        guard Posix.exists(path) else { return [] }
        do throws(SystemError) {
            if let count { return try Posix.read(path, first: count) }
            return try Posix.read(path)
        } catch {
            // Its owner has left meanwhile.
            guard !Posix.exists(path) else { throw error }
            return []
        }
    }
}
