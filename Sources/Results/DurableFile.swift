import Glibc

/// File operations whose effect must survive a power cut.
enum DurableFile {
    /// Writes a new file, puts it on the disk, and reads it back; every call's failure counts, that of close too. What fails
    /// half-way is removed.
    ///
    /// - Throws: `Mismatch` with the reason and errno; a file that was there before is left as it was.
    static func create(_ path: String, _ bytes: [UInt8]) throws(Mismatch) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw errno == EEXIST
                ? Mismatch("there is a file already") : failure("cannot be written", errno)
        }
        do throws(Mismatch) {
            do throws(Mismatch) {
                try write(bytes, to: descriptor)
                guard fsync(descriptor) == 0 else { throw failure("cannot be synchronized", errno) }
            } catch {
                close(descriptor)
                throw error
            }
            guard close(descriptor) == 0 else { throw failure("cannot be closed", errno) }
            guard try holds(path, bytes) else {
                throw Mismatch("does not read back as it was written")
            }
        } catch {
            discard(path)
            throw error
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: CInt) throws(Mismatch) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                Glibc.write(descriptor, raw.baseAddress?.advanced(by: written), raw.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("cannot be written", count < 0 ? errno : EIO) }
            written += count
        }
    }

    /// Whether a file holds exactly these bytes.
    private static func holds(_ path: String, _ bytes: [UInt8]) throws(Mismatch) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot be opened", errno) }
        let same: Bool
        do throws(Mismatch) {
            same = try holds(descriptor, bytes)
        } catch {
            close(descriptor)
            throw error
        }
        guard close(descriptor) == 0 else { throw failure("cannot be closed", errno) }
        return same
    }

    private static func holds(_ descriptor: CInt, _ bytes: [UInt8]) throws(Mismatch) -> Bool {
        var buffer = [UInt8](repeating: 0, count: min(bytes.count + 1, 1 << 20))
        var place = 0
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("cannot be read back", errno) }
            guard count > 0 else { return place == bytes.count }
            guard place + count <= bytes.count,
                buffer[..<count].elementsEqual(bytes[place..<place + count])
            else { return false }
            place += count
        }
    }

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
