import CLinux
@preconcurrency import Glibc

/// The few system calls whose outcome grokmap must know exactly (exclusive creation, fsync, locks).
enum Posix {
    /// The system's words for an error number, with the number.
    static func text(_ code: Int32) -> String {
        String(cString: strerror(code)) + " (errno \(code))"
    }

    /// Makes a directory and its parents, private to nobody in particular.
    static func makeDirectory(_ path: String) throws(CoordinatorError) {
        var partial = path.hasPrefix("/") ? "/" : ""
        for piece in path.split(separator: "/") {
            partial += (partial.isEmpty || partial.hasSuffix("/") ? "" : "/") + piece
            guard mkdir(partial, 0o777) != 0, errno != EEXIST else { continue }
            let code = errno
            var status = stat()
            // EROFS and EACCES come before EEXIST on some file systems.
            if stat(partial, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { continue }
            throw CoordinatorError("make the directory", partial, errno: code)
        }
    }

    /// All bytes of a file.
    static func read(_ path: String) throws(CoordinatorError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CoordinatorError("read", path, errno: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw CoordinatorError("read", path, errno: errno)
        }
        var bytes: [UInt8] = []
        // One byte more than the file is long, so that its end shows; a file that grows meanwhile takes another turn.
        var room = Int(status.st_size) + 1
        while true {
            var failure: CInt = 0
            let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
                while filled < room {
                    let count = Glibc.read(
                        descriptor, buffer.baseAddress?.advanced(by: filled), room - filled)
                    if count < 0, errno == EINTR { continue }
                    if count < 0 { failure = errno }
                    guard count > 0 else { return }
                    filled += count
                }
            }
            guard failure == 0 else { throw CoordinatorError("read", path, errno: failure) }
            if bytes.isEmpty { bytes = piece } else { bytes += piece }
            guard piece.count == room else { return bytes }
            room = 1 << 16
        }
    }

    /// Writes a file so that it is there wholly or not at all: a temporary neighbour, fsync, rename, fsync of the
    /// directory.
    static func writeDurably(_ bytes: [UInt8], to path: String) throws(CoordinatorError) {
        let temporary = path + ".tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw CoordinatorError("write", path, errno: errno) }
        do throws(CoordinatorError) {
            try write(bytes, to: descriptor, path)
            guard fsync(descriptor) == 0 else {
                throw CoordinatorError("write", path, errno: errno)
            }
        } catch {
            close(descriptor)
            unlink(temporary)
            throw error
        }
        close(descriptor)
        try publish(temporary, as: path)
    }

    /// Writes all bytes to an open file.
    static func write(
        _ bytes: [UInt8], to descriptor: CInt, _ path: String
    ) throws(CoordinatorError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                Glibc.write(descriptor, raw.baseAddress?.advanced(by: written), raw.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw CoordinatorError("write", path, errno: errno) }
            written += count
        }
    }

    /// Renames a finished file into place and makes the new name durable.
    static func publish(_ temporary: String, as path: String) throws(CoordinatorError) {
        guard rename(temporary, path) == 0 else {
            throw CoordinatorError("rename into place", path, errno: errno)
        }
        let slash = path.lastIndex(of: "/")
        let directory = slash.map { String(path[..<$0]) } ?? "."
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// Waits until everything written to the file system of a path so far is on its disk.
    static func synchronizeFileSystem(of path: String) throws(CoordinatorError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CoordinatorError("synchronize", path, errno: errno) }
        defer { close(descriptor) }
        guard syncfs(descriptor) == 0 else {
            throw CoordinatorError("synchronize", path, errno: errno)
        }
    }

    /// Whether a path names something.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Names in a directory, sorted, without `.` and `..`; empty when it cannot be read.
    static func list(_ path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
