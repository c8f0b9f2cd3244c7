import Foundation
package import GRDB
@preconcurrency import Glibc
package import System

/// Somebody's ledger as it stood at one moment, asked without a trace: SQLite itself would need locks and files beside it.
///
/// One that nobody writes to is asked where it lies, as a file that does not change; of any other, and of one whose owner was
/// killed, a copy is asked.
package final class LedgerSnapshot: LedgerQueries {
    package let database: DatabaseQueue
    package let path: String

    /// How the file looked when it was opened in its place; nil for a copy.
    private let stamp: Stamp?

    /// The ledger at this moment, whoever writes to it meanwhile.
    ///
    /// - Parameters:
    ///   - path: the ledger.
    ///   - isWritten: whether a process may be writing to it.
    /// - Throws: `SystemError` when it cannot be read, or is damaged.
    package init(_ path: String, isWritten: Bool = true) throws(SystemError) {
        self.path = path
        if !isWritten, let (database, stamp) = LedgerSnapshot.inPlace(path) {
            (self.database, self.stamp) = (database, stamp)
            return
        }
        stamp = nil
        let folder = try LedgerSnapshot.makeFolder()
        // SQLite has its files open by then, and needs their names no more.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let copy = folder + "/ledger.sqlite"
        try LedgerSnapshot.copy(path, to: copy)
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            // sqlite.org/wal.html#use_of_wal_without_shared_memory: then there is no third file.
            try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
        }
        do {
            database = try DatabaseQueue(path: copy, configuration: configuration)
            // Nothing is opened before the first question.
            _ = try database.read { try $0.tableExists("results") }
        } catch {
            throw SystemError("read the ledger", path, "\(error)", hint: ledgerRemedy)
        }
    }

    /// Asks the database.
    ///
    /// - Throws: `SystemError` when it cannot be read, or did not stay as it was.
    package func read<Value>(
        _ what: String, _ query: (Database) throws -> Value
    ) throws(SystemError) -> Value {
        let found = Result { try database.read { try query($0) } }
        if let stamp, stamp != Stamp(path) {
            throw SystemError(
                "read the ledger (\(what))", path, "somebody has begun to write to it",
                hint: "try again")
        }
        do {
            return try found.get()
        } catch {
            throw SystemError("read the ledger (\(what))", path, "\(error)", hint: ledgerRemedy)
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

    // MARK: In its place

    /// What changes when somebody writes to a ledger.
    private struct Stamp: Equatable {
        let size: Int
        let seconds: Int
        let nanoseconds: Int

        /// The stamp of a ledger without a log; nil where there is a log, or no ledger.
        init?(_ path: String) {
            var log = stat()
            guard stat(path + "-wal", &log) != 0 || log.st_size == 0 else { return nil }
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
            size = Int(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    /// The ledger opened as a file that never changes (sqlite.org/uri.html#uriimmutable): without locks and without files
    /// beside it. Nil where that cannot be done.
    private static func inPlace(_ path: String) -> (DatabaseQueue, Stamp)? {
        var allowed = CharacterSet.urlPathAllowed
        allowed.remove(charactersIn: "?#%;")
        guard let stamp = Stamp(path),
            let name = (try? Posix.resolved(path))?
                .addingPercentEncoding(withAllowedCharacters: allowed)
        else { return nil }
        var configuration = Configuration()
        configuration.readonly = true
        // A library that takes no such names finds no file.
        guard
            let database = try? DatabaseQueue(
                path: "file://\(name)?immutable=1", configuration: configuration),
            (try? database.read({ try $0.tableExists("results") })) == true
        else { return nil }
        return (database, stamp)
    }

    // MARK: A copy

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
    /// started again; and that changes its header (sqlite.org/fileformat2.html#walformat).
    private static func copy(_ path: String, to target: String) throws(SystemError) {
        for _ in 0..<50 {
            let before = try LedgerSnapshot.log(path, atMost: headerSize)
            let database = try Posix.read(path)
            let log = try LedgerSnapshot.log(path, atMost: nil)
            let after = try LedgerSnapshot.log(path, atMost: headerSize)
            guard before == after, log.prefix(headerSize).elementsEqual(after) else { continue }
            try write(database, to: target)
            if !log.isEmpty { try write(log, to: target + "-wal") }
            return
        }
        throw SystemError(
            "read the ledger", path, "it changes faster than it can be read", hint: "try again")
    }

    /// Writes a file that need not outlive the process.
    private static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError("write", path, errno: errno) }
        defer { close(descriptor) }
        try Posix.write(bytes, to: descriptor, path)
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

/// What to do where a ledger cannot be read.
private let ledgerRemedy = "grokmap verify --rebuild rebuilds it from the cells"
