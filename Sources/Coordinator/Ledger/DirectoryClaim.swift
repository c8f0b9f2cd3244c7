@preconcurrency import Glibc
import Sweeps
import Synchronization
import System

/// What makes one coordinator the owner of a sweep's directory: a lock on the directory itself, and one on the file `lock`
/// in it, which says who the owner is.
///
/// A lock belongs to an inode, and names can be given to others: the file may be deleted, the directory moved and another
/// put in its place. The first is got over by the directory's own lock, and both are looked at again before anything is
/// written.
final class DirectoryClaim: Sendable {
    private let path: String
    private let directory: CInt
    /// Whether the file system locks directories; NFS does not.
    private let holdsDirectory: Bool
    private let file: Mutex<CInt>

    /// Claims a directory; the claim lasts until it is let go of or the process ends.
    ///
    /// - Throws: `CoordinatorError` when it cannot be written, has an owner, or cannot be locked.
    init(_ path: String) throws(CoordinatorError) {
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else {
            throw DirectoryClaim.unwritable(path, CoordinatorError("", path, errno: errno))
        }
        do throws(CoordinatorError) {
            holdsDirectory =
                switch DirectoryClaim.lock(directory) {
                case 0: true
                case EWOULDBLOCK: throw DirectoryClaim.taken(path)
                default: false
                }
            file = Mutex(try DirectoryClaim.lockFile(path))
        } catch {
            close(directory)
            throw error
        }
        self.path = path
        self.directory = directory
    }

    deinit {
        file.withLock { _ = close($0) }
        close(directory)
    }

    /// Says to whoever looks from another machine that the owner is alive.
    func giveSignOfLife() {
        // A file system that keeps no times of change costs those on other machines this news, and nobody else anything.
        file.withLock { _ = futimens($0, nil) }
    }

    /// Makes sure that what is about to be written goes where it is meant to, and that nobody else writes there.
    ///
    /// - Throws: `CoordinatorError` when the directory is not the one that was claimed.
    func check() throws(CoordinatorError) {
        guard DirectoryClaim.isAt(path, directory) else {
            throw CoordinatorError(
                "continue with the sweep", path,
                "its directory was moved, removed or replaced while it ran",
                hint: "put it back, then run again to resume")
        }
        try file.withLock { descriptor throws(CoordinatorError) in
            guard !DirectoryClaim.isAt(path + "/lock", descriptor) else { return }
            guard holdsDirectory else {
                throw CoordinatorError(
                    "continue with the sweep", path + "/lock",
                    "it was removed or replaced, so that others may run the sweep as well",
                    hint: "run again to resume")
            }
            let fresh = try DirectoryClaim.lockFile(path)
            close(descriptor)
            descriptor = fresh
        }
    }

    /// Locks without waiting.
    ///
    /// - Returns: 0, or the error number.
    private static func lock(_ descriptor: CInt) -> CInt {
        flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : errno
    }

    /// The file `lock`, made where it is not there, locked, and with this process' name in it.
    private static func lockFile(_ path: String) throws(CoordinatorError) -> CInt {
        let name = path + "/lock"
        while true {
            let descriptor: CInt
            do {
                descriptor = try Posix.openRegular("write", name, O_RDWR | O_CREAT | O_NOFOLLOW)
            } catch {
                throw error.isDamage ? error : unwritable(path, error)
            }
            do throws(CoordinatorError) {
                switch lock(descriptor) {
                case 0: break
                case EWOULDBLOCK: throw taken(path)
                case let code:
                    throw CoordinatorError(
                        "lock the sweep directory", name, errno: code,
                        hint: "its file system must support flock(2); grokmap run --out DIR takes"
                            + " another place")
                }
                // Between opening and locking its name may have passed to another file, and another owner.
                if isAt(name, descriptor) {
                    try sign(descriptor, name)
                    return descriptor
                }
            } catch {
                close(descriptor)
                throw error
            }
            close(descriptor)
        }
    }

    private static func sign(_ descriptor: CInt, _ name: String) throws(CoordinatorError) {
        let text = SweepOwner.text(for: descriptor)
        guard ftruncate(descriptor, 0) == 0 else {
            throw CoordinatorError("write", name, errno: errno)
        }
        try Posix.write(Array(text.utf8), to: descriptor, name)
        guard fsync(descriptor) == 0 else { throw CoordinatorError("write", name, errno: errno) }
    }

    /// Whether a name is still that of an open file.
    private static func isAt(_ name: String, _ descriptor: CInt) -> Bool {
        FileIdentity(name).map { $0 == FileIdentity(of: descriptor) } ?? false
    }

    private static func taken(_ path: String) -> CoordinatorError {
        // A lock file that cannot be read names nobody; that there is an owner is certain all the same.
        let holder = (try? Posix.read(path + "/lock", atMost: 4096))
            .map { String(decoding: $0, as: UTF8.self) }
        return CoordinatorError(
            "own the sweep directory", path,
            "another coordinator has it: \(holder?.split(separator: "\n").first ?? "unknown")",
            hint: "wait for it or stop it; grokmap run --out DIR takes another")
    }

    private static func unwritable(_ path: String, _ cause: CoordinatorError) -> CoordinatorError {
        CoordinatorError(
            "write to the sweep directory", path, cause.reason,
            hint: "run, verify and retry write to it; grokmap run --out DIR takes another")
    }
}
