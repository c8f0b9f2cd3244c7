import Glibc

/// File operations whose effect must survive a power cut.
enum DurableFile {
    /// Asks the kernel to put a file's bytes on the disk.
    ///
    /// - Throws: `Mismatch` with the reason and errno.
    static func synchronize(_ path: String) throws(Mismatch) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot be opened", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("cannot be synchronized", errno) }
    }

    /// Puts a finished file in another's place, and the change of the directory on the disk.
    ///
    /// - Throws: `Mismatch` with the reason and errno.
    static func replace(_ path: String, with finished: String) throws(Mismatch) {
        guard rename(finished, path) == 0 else { throw failure("cannot be renamed", errno) }
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        try synchronize(parent.isEmpty ? "/" : parent)
    }

    /// Removes a file that was not finished; one that is gone already is as good.
    static func discard(_ path: String) {
        unlink(path)
    }

    /// Whether there is anything at a path.
    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    private static func failure(_ what: String, _ code: CInt) -> Mismatch {
        Mismatch("\(what): \(String(cString: strerror(code))) (\(code))")
    }
}
