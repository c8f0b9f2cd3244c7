@preconcurrency import Glibc
import Synchronization

/// The data that a program prints. Losing it silently would be an answer that nobody got, so a write that fails is told at
/// the end; but for a reader that has gone (`head`, a pager), who wants no more.
package enum StandardOutput {
    private static let failure = Mutex<Int32>(0)

    /// Prints a line that programs read, byte by byte as it is: JSON, a path, a key.
    package static func data(_ line: String) {
        failure.withLock { code in
            // What follows a line that is lost would be read as if it were there.
            guard code == 0 else { return }
            code = DescriptorWriter.write(line + "\n", to: STDOUT_FILENO)
        }
    }

    /// Prints a line that people read, in the characters that their terminal has.
    package static func text(_ line: String) { data(Terminal.spelled(line)) }

    /// Whether a line could not be written: nothing is from then on.
    package static var hasFailed: Bool { failure.withLock { $0 != 0 } }

    /// Says whether everything was printed.
    ///
    /// - Throws: `SystemError` when a line could not be written.
    package static func finish() throws(SystemError) {
        let code = failure.withLock { $0 }
        guard code == 0 || code == EPIPE else {
            throw SystemError("write", "standard output", errno: code)
        }
    }
}

/// The talk of the program.
package enum StandardError {
    /// Writes a text; when nobody listens it is lost and nothing happens.
    package static func write(_ text: String) {
        _ = DescriptorWriter.write(Terminal.spelled(text), to: STDERR_FILENO)
    }
}

private enum DescriptorWriter {
    /// Writes all of a text in as few pieces as the system allows.
    ///
    /// - Returns: 0, or the error number of the call that failed.
    static func write(_ text: String, to descriptor: CInt) -> Int32 {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                // Somebody who shares the descriptor made it non-blocking.
                var item = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&item, 1, 1000)
                continue
            }
            guard count > 0 else { return count < 0 ? errno : EIO }
            written += count
        }
        return 0
    }
}
