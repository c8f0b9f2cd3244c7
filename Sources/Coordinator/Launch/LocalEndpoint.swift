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
        // sun_path holds 108 bytes (unix(7)), less than many a results directory's path.
        let folder = "/tmp/grokmap-\(getuid())"
        if mkdir(folder, 0o700) != 0, errno != EEXIST {
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
        guard let resolved = realpath(directory, nil) else {
            throw CoordinatorError("resolve", directory, errno: errno)
        }
        defer { free(resolved) }
        let digest = SHA256Digest.hex(of: Array(String(cString: resolved).utf8))
        return .ipc(path: "\(folder)/\(digest.prefix(20)).sock")
    }
}
