import Core
@preconcurrency import Glibc

/// A sweep's directory on disk: where everything in it lies, and the lock that makes one coordinator its owner.
final class SweepDirectory {
    /// The directory.
    let path: String
    private var lock: CInt = -1

    /// The sweep file as launched.
    var specPath: String { path + "/sweep.yaml" }
    /// The ledger.
    var ledgerPath: String { path + "/ledger.sqlite" }
    /// The consolidated file.
    var consolidatedPath: String { path + "/sweep.h5" }
    /// The report.
    var reportPath: String { path + "/report" }
    /// What happened, as JSON lines.
    var eventLogPath: String { path + "/events.jsonl" }
    /// What the workers of this machine had to say.
    var workerLogPath: String { path + "/worker.log" }

    /// The file of a cell: `cells/3f/3fa9….h5`.
    func cellPath(_ id: CellID) -> String { "\(cellFolder(id))/\(id.hex).h5" }

    /// The directory that a cell's file lies in: `cells/3f`.
    func cellFolder(_ id: CellID) -> String { "\(path)/cells/\(id.hex.prefix(2))" }

    /// The latest checkpoint of a cell in training: `checkpoints/3fa9….ckpt`.
    func checkpointPath(_ id: CellID) -> String { "\(path)/checkpoints/\(id.hex).ckpt" }

    /// A view of a directory, without owning it.
    init(_ path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    deinit {
        if lock >= 0 { close(lock) }
    }

    /// Whether another process runs the sweep now.
    var isClaimed: Bool {
        let descriptor = open(path + "/lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // A lock of one's own for this moment: an owner that starts in it sees the directory taken, and says so.
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }

    /// Whether a sweep was ever launched here.
    var holdsSweep: Bool { Posix.exists(specPath) }

    /// The launched sweep.
    ///
    /// - Throws: `CoordinatorError` when there is none, or its file cannot be read.
    func storedSpec() throws(CoordinatorError) -> SweepSpec {
        guard holdsSweep else {
            throw CoordinatorError(
                "open the sweep", path, "no sweep.yaml in it",
                hint: "name a directory that grokmap run has made")
        }
        let bytes = try Posix.read(specPath)
        do {
            return try SweepSpec(bytes, named: specPath)
        } catch {
            var problem = CoordinatorError("read the stored sweep", path, "\(error)")
            problem.isDamage = true
            throw problem
        }
    }

    /// The launched sweep, nil where its file is no sweep file: it is replaced by the one being launched.
    private func readableSpec() throws(CoordinatorError) -> SweepSpec? {
        do {
            return try storedSpec()
        } catch {
            guard error.isDamage else { throw error }
            return nil
        }
    }

    /// Makes the directory this process' own for a sweep of this name; it stays so until the process ends.
    ///
    /// - Throws: `CoordinatorError` when it cannot be made or written, holds something else, or has an owner.
    func claim(for sweep: String) throws(CoordinatorError) {
        try Posix.makeDirectory(path)
        let names = Posix.list(path)
        if holdsSweep {
            if let stored = try readableSpec(), stored.name != sweep {
                throw CoordinatorError(
                    "use the directory", path, "it holds the sweep \"\(stored.name)\"",
                    hint: "choose another --out for \"\(sweep)\"")
            }
        } else if names.contains(where: { !SweepDirectory.ours.contains($0) }) {
            throw CoordinatorError(
                "use the directory", path,
                "it holds other files (\(names.prefix(3).joined(separator: ", ")))",
                hint: "choose an empty or new directory with --out")
        }
        try acquireLock()
        for name in ["cells", "checkpoints", "quarantine", "incoming"] {
            try Posix.makeFolder(path + "/" + name)
        }
        // What a killed coordinator left half received is sent again by the slot that still has it.
        try Posix.empty(path + "/incoming")
    }

    private static let ours: Set<String> = [
        "lock", "cells", "checkpoints", "quarantine", "incoming", "ledger.sqlite",
        "ledger.sqlite-wal", "ledger.sqlite-shm", "ledger.sqlite-journal", "sweep.yaml.tmp",
        "worker.log", "events.jsonl",
    ]

    private func acquireLock() throws(CoordinatorError) {
        let lockPath = path + "/lock"
        let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw CoordinatorError(
                "write to the sweep directory", path, errno: errno,
                hint: "choose a writable directory with --out")
        }
        // Whoever merely looks whether the sweep has an owner holds the lock for a moment.
        let isOurs = (0..<5).contains { turn in
            if turn > 0 { usleep(50_000) }
            return flock(descriptor, LOCK_EX | LOCK_NB) == 0
        }
        guard isOurs else {
            close(descriptor)
            let holder = (try? Posix.read(lockPath)).map { String(decoding: $0, as: UTF8.self) }
            throw CoordinatorError(
                "own the sweep directory", path,
                "another coordinator has it: \(holder?.split(separator: "\n").first ?? "unknown")",
                hint: "wait for it, stop it, or use another --out")
        }
        let pid = getpid()
        let stamp = HostProcess.stamp(of: pid) ?? "unknown"
        let text = "host \(HostProcess.host), pid \(pid), boot/start \(stamp)\n"
        do throws(CoordinatorError) {
            guard ftruncate(descriptor, 0) == 0 else {
                throw CoordinatorError("write", lockPath, errno: errno)
            }
            try Posix.write(Array(text.utf8), to: descriptor, lockPath)
            guard fsync(descriptor) == 0 else {
                throw CoordinatorError("write", lockPath, errno: errno)
            }
        } catch {
            close(descriptor)
            throw error
        }
        lock = descriptor
    }

    /// Moves a file that cannot be used out of the way, keeping it for a look.
    ///
    /// - Returns: where it lies now.
    @discardableResult
    func quarantine(_ file: String) throws(CoordinatorError) -> String {
        let name = file.split(separator: "/").last.map(String.init) ?? "file"
        var number = 1
        while Posix.exists("\(path)/quarantine/\(name).\(number)") { number += 1 }
        let target = "\(path)/quarantine/\(name).\(number)"
        try Posix.makeFolder(path + "/quarantine")
        try Posix.publish(file, as: target)
        return target
    }

    /// Moves the ledger out of the way with SQLite's side files.
    ///
    /// - Returns: where it lies now.
    func quarantineLedger() throws(CoordinatorError) -> String {
        for suffix in ["-wal", "-shm", "-journal"] where Posix.exists(ledgerPath + suffix) {
            try quarantine(ledgerPath + suffix)
        }
        return try quarantine(ledgerPath)
    }
}
