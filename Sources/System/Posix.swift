import CLinux
@preconcurrency import Glibc

/// The few system calls whose outcome grokmap must know exactly (exclusive creation, fsync, locks).
///
/// What lies at a path of ours may be anything by now: files are opened as regular files or not at all, without waiting,
/// and what is written or emptied is never reached through a symbolic link.
package enum Posix {
    /// The system's words for an error number, with the number.
    package static func text(_ code: Int32) -> String {
        String(cString: strerror(code)) + " (errno \(code))"
    }

    /// Makes a directory and its parents, private to nobody in particular.
    package static func makeDirectory(_ path: String) throws(SystemError) {
        var partial = path.hasPrefix("/") ? "/" : ""
        for piece in path.split(separator: "/") {
            partial += (partial.isEmpty || partial.hasSuffix("/") ? "" : "/") + piece
            guard mkdir(partial, 0o777) != 0, errno != EEXIST else { continue }
            let code = errno
            var status = stat()
            // EROFS and EACCES come before EEXIST on some file systems.
            if stat(partial, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { continue }
            throw SystemError("make the directory", partial, errno: code)
        }
    }

    /// Makes a folder of a directory of ours, which must lie there itself: a symbolic link would lead what is written or
    /// removed in it elsewhere.
    package static func makeFolder(_ path: String) throws(SystemError) {
        if mkdir(path, 0o777) == 0 { return try synchronize(directory: parent(of: path)) }
        let code = errno
        switch kind(of: path) {
        case S_IFDIR?: return
        case nil: throw SystemError("make the directory", path, errno: code)
        case let kind?:
            throw SystemError(
                "use the directory", path, "it is \(word(for: kind)), not a directory",
                hint: "move it away; the whole sweep may lie behind a link")
        }
    }

    /// Opens a regular file, and nothing else: a FIFO or a device in its place would keep everybody waiting.
    ///
    /// - Parameters:
    ///   - action: what it is opened for, for the error.
    ///   - path: the file.
    ///   - flags: as open(2) takes them; with `O_NOFOLLOW` the file must lie there itself.
    /// - Returns: the descriptor.
    /// - Throws: `SystemError`, which is damage where something else lies there.
    package static func openRegular(
        _ action: String, _ path: String, _ flags: CInt
    ) throws(SystemError) -> CInt {
        let follows = flags & O_NOFOLLOW == 0
        if let kind = kind(of: path, following: follows), kind != S_IFREG {
            throw notRegular(action, path, kind)
        }
        let descriptor = open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw SystemError(action, path, errno: errno) }
        var status = stat()
        // It may have been exchanged since.
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw notRegular(action, path, status.st_mode & S_IFMT)
        }
        return descriptor
    }

    private static func notRegular(
        _ action: String, _ path: String, _ kind: mode_t
    ) -> SystemError {
        var error = SystemError(action, path, "it is \(word(for: kind)), not a file")
        error.isDamage = true
        return error
    }

    /// What lies at a path, as in `S_IFDIR`; nil for nothing.
    package static func kind(of path: String, following: Bool = false) -> UInt32? {
        var status = stat()
        guard (following ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
        return status.st_mode & S_IFMT
    }

    private static func word(for kind: mode_t) -> String {
        switch kind {
        case S_IFDIR: "a directory"
        case S_IFLNK: "a symbolic link"
        case S_IFIFO: "a FIFO"
        case S_IFSOCK: "a socket"
        case S_IFREG: "a file"
        default: "a device"
        }
    }

    /// All bytes of a regular file.
    ///
    /// - Throws: `SystemError`, which is damage where something else lies there, or more than a file of ours may hold.
    package static func read(
        _ path: String, atMost largest: Int = 1 << 32
    ) throws(SystemError) -> [UInt8] {
        let descriptor = try openRegular("read", path, O_RDONLY)
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw SystemError("read", path, errno: errno)
        }
        guard status.st_size <= largest else {
            var error = SystemError(
                "read", path, "it has \(status.st_size) bytes, more than \(largest)")
            error.isDamage = true
            throw error
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
            guard failure == 0 else { throw SystemError("read", path, errno: failure) }
            if bytes.isEmpty { bytes = piece } else { bytes += piece }
            guard piece.count == room else { return bytes }
            room = 1 << 16
        }
    }

    /// Writes a file so that it is there wholly or not at all: a temporary neighbour, fsync, rename, fsync of the
    /// directory.
    package static func writeDurably(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let temporary = path + ".tmp"
        // What a killed process left, or a link that somebody put there.
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw SystemError("write", path, errno: errno) }
        do throws(SystemError) {
            try write(bytes, to: descriptor, path)
            guard fsync(descriptor) == 0 else {
                throw SystemError("write", path, errno: errno)
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
    package static func write(
        _ bytes: [UInt8], to descriptor: CInt, _ path: String
    ) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                Glibc.write(descriptor, raw.baseAddress?.advanced(by: written), raw.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError("write", path, errno: errno) }
            written += count
        }
    }

    /// Renames a finished file into place and makes the new name durable.
    package static func publish(_ temporary: String, as path: String) throws(SystemError) {
        guard rename(temporary, path) == 0 else {
            throw SystemError("rename into place", path, errno: errno)
        }
        try synchronize(directory: parent(of: path))
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Waits until the names in a directory are on its disk.
    private static func synchronize(directory: String) throws(SystemError) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw SystemError("synchronize", directory, errno: errno)
        }
        defer { close(descriptor) }
        // fsync(2): EINVAL where a file system has no synchronization of directories.
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw SystemError("synchronize", directory, errno: errno)
        }
    }

    /// Removes the files in a folder of ours; a link in the folder's place is not followed, one in it removed itself.
    package static func empty(_ folder: String) throws(SystemError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("empty", folder, errno: errno) }
        defer { close(descriptor) }
        for name in list(folder) { unlinkat(descriptor, name, 0) }
    }

    /// Waits until everything written to the file system of a path so far is on its disk.
    package static func synchronizeFileSystem(of path: String) throws(SystemError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("synchronize", path, errno: errno) }
        defer { close(descriptor) }
        guard syncfs(descriptor) == 0 else {
            throw SystemError("synchronize", path, errno: errno)
        }
    }

    /// The first bytes of a regular file, as many as there are up to `count`.
    package static func read(_ path: String, first count: Int) throws(SystemError) -> [UInt8] {
        let descriptor = try openRegular("read", path, O_RDONLY)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        let length = pread(descriptor, &bytes, count, 0)
        guard length >= 0 else { throw SystemError("read", path, errno: errno) }
        return Array(bytes.prefix(length))
    }

    /// Size of a regular file in bytes, nil where none lies.
    ///
    /// - Throws: `SystemError` when nobody can tell: a folder that may not be entered, a disk that fails.
    package static func size(_ path: String) throws(SystemError) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else {
                throw SystemError("look at", path, errno: errno)
            }
            return nil
        }
        return status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    /// The absolute path of something, without links.
    ///
    /// - Throws: `SystemError` where nothing lies there, or nobody can tell.
    package static func resolved(_ path: String) throws(SystemError) -> String {
        guard let full = realpath(path, nil) else {
            throw SystemError("resolve", path, errno: errno)
        }
        defer { free(full) }
        return String(cString: full)
    }

    /// Whether a path names something.
    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Names in a directory, sorted, without `.` and `..`; empty when it cannot be read.
    package static func list(_ path: String) -> [String] {
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

/// What a name stands for at a moment: names are given to other files, this is not.
package struct FileIdentity: Equatable {
    private let device: dev_t
    private let inode: ino_t

    /// What lies at a path, nil for nothing.
    package init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, inode) = (status.st_dev, status.st_ino)
    }

    /// What a descriptor was opened on.
    package init?(of descriptor: CInt) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        (device, inode) = (status.st_dev, status.st_ino)
    }
}
