import Core
@preconcurrency import Glibc
import SHA256
import System

/// Where the slots of this machine find a sweep's coordinator: a socket file whose name follows from the directory, so
/// that a restarted coordinator is found again by the slots of the one before.
enum LocalEndpoint {
    /// The endpoint for a sweep directory.
    ///
    /// - Throws: `CoordinatorError` when the private directory for sockets cannot be made.
    static func endpoint(for directory: String) throws(CoordinatorError) -> Endpoint {
        let folder = try folder()
        let digest = SHA256Digest.hex(of: Array(try Posix.resolved(directory).utf8))
        let path = "\(folder)/\(digest.prefix(20)).sock"
        guard path.utf8.count < 108 else {
            throw CoordinatorError(
                "use the socket directory", folder, "its path is too long for a socket",
                hint: "name a shorter one with TMPDIR")
        }
        return .ipc(path: path)
    }

    /// A directory private to this user in /tmp, where every launch finds it whatever its TMPDIR; where /tmp cannot be
    /// written, in TMPDIR. Not beside the sweep: sun_path holds 108 bytes (unix(7)), less than many a path.
    private static func folder() throws(CoordinatorError) -> String {
        do {
            return try privateFolder(in: "/tmp")
        } catch {
            guard let other = getenv("TMPDIR").map({ String(cString: $0) }), !other.isEmpty else {
                var error = error
                error.hint = error.hint ?? "TMPDIR names another directory"
                throw error
            }
            return try privateFolder(in: other)
        }
    }

    private static func privateFolder(in parent: String) throws(CoordinatorError) -> String {
        let folder = "\(parent)/grokmap-\(getuid())"
        // EROFS comes before EEXIST on some systems.
        if mkdir(folder, 0o700) != 0, errno != EEXIST, access(folder, W_OK) != 0 {
            throw CoordinatorError("make the socket directory", folder, errno: errno)
        }
        var status = stat()
        guard lstat(folder, &status) == 0, status.st_uid == getuid(),
            status.st_mode & S_IFMT == S_IFDIR, status.st_mode & 0o077 == 0
        else {
            throw CoordinatorError(
                "use the socket directory", folder, "it is not private to this user",
                hint: "remove it, or chmod 700 it")
        }
        guard access(folder, W_OK) == 0 else {
            throw CoordinatorError("use the socket directory", folder, errno: errno)
        }
        return folder
    }

    /// Removes the socket file of a sweep that is run no more.
    static func remove(_ endpoint: String) { unlink(path(of: endpoint)) }

    /// Removes the socket files of coordinators that were killed: those that nobody listens on.
    static func removeRemains(beside endpoint: String) {
        let path = path(of: endpoint)
        let folder = path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)
        for name in Posix.list(String(folder)) where name.hasSuffix(".sock") {
            let file = "\(folder)/\(name)"
            var status = stat()
            // Between being made and being listened on a new one looks like a dead one.
            guard lstat(file, &status) == 0, time(nil) - status.st_mtim.tv_sec > 10,
                !isListenedOn(file)
            else { continue }
            unlink(file)
        }
    }

    private static func path(of endpoint: String) -> String {
        String(endpoint.dropFirst("ipc://".utf8.count))
    }

    private static func isListenedOn(_ path: String) -> Bool {
        let kind = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let descriptor = socket(AF_UNIX, CInt(kind), 0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
            guard path.utf8.count < room.count else { return false }
            room.copyBytes(from: path.utf8)
            return true
        }
        guard fits else { return true }
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // connect(2): ECONNREFUSED is said of a socket file that nobody listens on.
        return code == 0 || errno != ECONNREFUSED
    }
}
