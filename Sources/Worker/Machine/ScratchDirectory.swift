import Foundation

/// Where results lie until the coordinator has them.
///
/// Every process that uses one of our making holds a lock on it, so that the next worker on this machine can tell what
/// killed ones have left behind.
struct ScratchDirectory {
    /// The directory.
    let path: String
    private let isOurs: Bool

    private static let prefix = "grokmap-worker."

    /// The directory that was asked for, or a new one under `TMPDIR`.
    ///
    /// - Throws: `WorkerFailure` unless files can be written there: such a node would fail every cell.
    init(_ wanted: String?, worker: String) throws(WorkerFailure) {
        isOurs = wanted == nil
        path = wanted ?? NSTemporaryDirectory() + "/" + ScratchDirectory.prefix + worker
        if isOurs { ScratchDirectory.removeRemains(in: NSTemporaryDirectory()) }
        try ScratchDirectory.make(path)
        let probe = path + "/.probe." + worker
        do {
            try Data("probe".utf8).write(to: URL(fileURLWithPath: probe))
            try FileManager.default.removeItem(atPath: probe)
        } catch {
            throw ScratchDirectory.failure(path, error)
        }
    }

    /// Makes the directory where a cleaner of temporary files has taken it away.
    static func restore(_ path: String) throws(WorkerFailure) {
        if access(path, F_OK) != 0 { try make(path) }
    }

    /// Makes the directory unless it is there, and holds it until this process ends.
    ///
    /// - Throws: `WorkerFailure` when it cannot be made.
    static func make(_ path: String) throws(WorkerFailure) {
        let isOurs = URL(fileURLWithPath: path).lastPathComponent.hasPrefix(prefix)
        for _ in 0..<10 {
            do {
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true,
                    attributes: isOurs ? [.posixPermissions: 0o700] : nil)
            } catch {
                throw failure(path, error)
            }
            // Whoever removes remains may have come between the two.
            if hold(path) { return }
        }
    }

    /// Removes what killed workers of this user have left: directories that no process holds any more. A result that was
    /// not delivered was announced, and stays for a day.
    static func removeRemains(in parent: String) {
        // Nothing to be read, nothing to be removed.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names where name.hasPrefix(prefix) {
            let path = parent + "/" + name
            let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { _ = close(descriptor) }
            var status = stat()
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &status) == 0,
                status.st_uid == getuid()
            else { continue }
            let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            let holdsResult = files.contains { $0.hasSuffix(".h5") && !$0.hasPrefix("self-test.") }
            guard !holdsResult || time(nil) - status.st_mtim.tv_sec > 86_400 else { continue }
            for file in files { _ = unlinkat(descriptor, file, 0) }
            _ = rmdir(path)
        }
    }

    /// Removes a directory of our making unless an undelivered result lies there.
    func removeIfOurs() {
        // rmdir(2) fails on a directory that is not empty, which is what is wanted.
        if isOurs { _ = rmdir(path) }
    }

    /// Locks the directory together with others, for good; one that cannot be locked is nobody's to remove either.
    ///
    /// - Returns: whether it is still the one at this path.
    private static func hold(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        if flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK {
            _ = close(descriptor)
            return false
        }
        var (held, there) = (stat(), stat())
        guard fstat(descriptor, &held) == 0, stat(path, &there) == 0,
            held.st_dev == there.st_dev, held.st_ino == there.st_ino
        else {
            _ = close(descriptor)
            return false
        }
        return true
    }

    private static func failure(_ path: String, _ error: any Error) -> WorkerFailure {
        // Foundation's own words leave out what the system said.
        let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error ?? error
        return WorkerFailure(
            "scratch directory", subject: path, why: cause.localizedDescription,
            hint: "--scratch DIR or TMPDIR names another")
    }
}
