@preconcurrency import Glibc
import System

/// Lines of data on their way to a file or to the standard output, many at a time.
final class LineOutput {
    /// Nobody reads the standard output any more.
    struct ReaderGone: Error {}

    private let path: String?
    private let descriptor: CInt
    private var pending = ""

    private static let batch = 1 << 16

    /// Lines to a file, which is in its place once `finish` was called, or to the standard output.
    ///
    /// - Throws: `SystemError` when the file cannot be made.
    init(_ path: String?) throws(SystemError) {
        self.path = path
        guard let path else {
            descriptor = -1
            return
        }
        let temporary = path + ".tmp"
        unlink(temporary)
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw SystemError("write", path, errno: errno) }
    }

    deinit {
        // One that was not finished.
        guard descriptor >= 0, let path else { return }
        close(descriptor)
        unlink(path + ".tmp")
    }

    /// Adds a line.
    ///
    /// - Throws: `SystemError` when the file cannot be written, `ReaderGone` when there is no reader left.
    func write(_ line: String) throws {
        pending += line
        pending += "\n"
        if pending.utf8.count >= LineOutput.batch { try flush() }
    }

    /// Writes what is left, and puts a file in its place.
    ///
    /// - Throws: `SystemError` when the file cannot be written.
    func finish() throws {
        try flush()
        guard let path else { return }
        guard fsync(descriptor) == 0 else { throw SystemError("write", path, errno: errno) }
        try Posix.publish(path + ".tmp", as: path)
    }

    private func flush() throws {
        defer { pending = "" }
        guard !pending.isEmpty else { return }
        guard let path else {
            StandardOutput.data(String(pending.dropLast()))
            if StandardOutput.hasFailed { throw ReaderGone() }
            return
        }
        try Posix.write(Array(pending.utf8), to: descriptor, path)
    }
}
