import Foundation
import Synchronization
import System

/// Signals as bytes in a pipe, so that they are events among others and interrupt nothing.
///
/// Handlers rather than blocked signals: OpenBLAS may start threads before `main`, and a signal goes to any thread that
/// does not block it.
enum SignalPipe {
    private static let writeEnd = Atomic<Int32>(-1)

    /// Collects these signals from now on; once per process.
    ///
    /// - Returns: a descriptor that never blocks and yields one byte per signal, its number.
    static func open(_ signals: [Int32]) throws(WorkerFailure) -> Int32 {
        let pipe = try PrivatePipe()
        for end in [pipe.readEnd, pipe.writeEnd] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        writeEnd.store(pipe.writeEnd, ordering: .sequentiallyConsistent)
        // Children are waited for, whoever ignores their end; every other signal is ours only if it was let through.
        let taken = signals.filter { $0 == SIGCHLD || !Signals.isIgnored($0) }
        for number in taken {
            signal(number) { number in
                // signal-safety(7): write is allowed here; errno belongs to whatever was interrupted.
                let code = errno
                var byte = UInt8(truncatingIfNeeded: number)
                _ = write(SignalPipe.writeEnd.load(ordering: .relaxed), &byte, 1)
                errno = code
            }
        }
        // Whoever started this process may have blocked them, and a mask is inherited.
        var set = sigset_t()
        sigemptyset(&set)
        for number in taken { sigaddset(&set, number) }
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        // A log that nobody reads any more, or a slot that has just died, is not worth dying for.
        signal(SIGPIPE, SIG_IGN)
        return pipe.readEnd
    }

    /// The signals that have come since the last call.
    static func read(_ descriptor: Int32) -> [Int32] {
        var signals: [Int32] = []
        var byte: UInt8 = 0
        while Foundation.read(descriptor, &byte, 1) == 1 { signals.append(Int32(byte)) }
        return signals
    }
}

/// A pipe that no child process inherits by accident.
struct PrivatePipe {
    /// The end to read from; the owner closes it.
    let readEnd: Int32
    /// The end to write to; the owner closes it.
    let writeEnd: Int32

    /// Opens a pipe.
    init() throws(WorkerFailure) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            let code = errno
            throw WorkerFailure(
                "pipe", subject: "control", why: "\(String(cString: strerror(code))) (\(code))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        readEnd = ends[0]
        writeEnd = ends[1]
    }
}

extension PrivatePipe {
    /// Keeps every descriptor but the standard three from processes started later, those that were inherited included.
    static func keepDescriptorsFromChildren() {
        // No /proc, no list: then children inherit what they would have inherited anyway.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in names.compactMap(Int32.init) where descriptor > STDERR_FILENO {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }
}
