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
        guard let resolved = realpath(directory, nil) else {
            throw CoordinatorError("resolve", directory, errno: errno)
        }
        defer { free(resolved) }
        let digest = SHA256Digest.hex(of: Array(String(cString: resolved).utf8))
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
}
