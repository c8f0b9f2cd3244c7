import Core
import Foundation
@preconcurrency import Glibc
import System

/// A program of this machine that is given some input and run to its end, which may take so long and no longer.
struct ChildCommand: Sendable {
    /// How it ended and what it said.
    struct Outcome: Sendable, Equatable {
        /// The exit code; 128 and the signal where one ended it, as shells have it.
        var code: Int32
        /// What it wrote to stdout.
        var output: String
        /// What it wrote to stderr.
        var errors: String

        /// The last line that it complained with, or its code where it did not.
        var complaint: String {
            let last = [errors, output].lazy.compactMap { text in
                text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
            }.first
            return last.map { String($0).onOneLine(atMost: 400) } ?? "exit code \(code)"
        }
    }

    /// Program and arguments.
    var words: [String]
    /// What it finds on stdin.
    var input: [UInt8] = []
    /// Seconds that it may take.
    var patience: Double

    /// Bytes of each stream that are kept; what more a program says is read and forgotten.
    private static let most = 16 << 20

    /// The file of a program: where its name says, or on the PATH.
    static func find(_ name: String) -> String? {
        if name.contains("/") { return access(name, X_OK) == 0 ? name : nil }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs it.
    ///
    /// - Throws: `CoordinatorError` when it cannot be started, or has not ended in time; it is killed then.
    func run() throws(CoordinatorError) -> Outcome {
        guard let program = ChildCommand.find(words[0]) else {
            throw CoordinatorError("run", words[0], "not on the PATH")
        }
        let (source, output, errors) = (try Ends(), try Ends(), try Ends())
        defer { for ends in [source, output, errors] { ends.closeBoth() } }
        let pid = try spawn(program, source.reading, output.writing, errors.writing)
        for theirs in [source, output, errors] { theirs.closeChildEnd(theirs === source) }
        var streams = [Stream(descriptor: output.reading), Stream(descriptor: errors.reading)]
        _ = fcntl(source.writing, F_SETFL, O_NONBLOCK)
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(patience)
        var rest = input[...]
        var status: Int32?
        while clock.now < deadline {
            if source.writing >= 0 {
                rest = ChildCommand.feed(rest, to: source.writing)
                if rest.isEmpty { source.closeWriting() }
            }
            let isOpen = streams.contains(where: \.isOpen)
            let got = isOpen && Stream.read(&streams, milliseconds: source.writing >= 0 ? 10 : 50)
            if !isOpen { usleep(2_000) }
            if status == nil { status = ChildCommand.ended(pid) }
            // What it leaves behind may hold its streams open for good (ssh's shared connections do).
            if let status, !got {
                return Outcome(
                    code: status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f),
                    output: streams[0].text, errors: streams[1].text)
            }
        }
        if status == nil {
            kill(pid, SIGKILL)
            var end: Int32 = 0
            while waitpid(pid, &end, 0) < 0, errno == EINTR {}
        }
        throw CoordinatorError(
            "run", words[0], "no answer within \(Int(patience.rounded(.up))) s")
    }

    /// Starts it with these streams, all signals let through.
    private func spawn(
        _ program: String, _ source: CInt, _ output: CInt, _ errors: CInt
    ) throws(CoordinatorError) -> pid_t {
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        for (place, descriptor) in [source, output, errors].enumerated() {
            posix_spawn_file_actions_adddup2(&files, descriptor, CInt(place))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, broken) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigemptyset(&broken)
        // This process ignores it, and others would go on writing to nobody.
        sigaddset(&broken, SIGPIPE)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &broken)
        // A group of its own: an interrupt from the terminal is for this process, which ends what it has started.
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var argv = words.map { strdup($0) } + [nil]
        defer { for pointer in argv { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, program, &files, &attributes, &argv, environ)
        guard code == 0 else { throw CoordinatorError("run", words[0], errno: code) }
        return pid
    }

    /// The status of a process that has ended, nil for one that runs.
    private static func ended(_ pid: pid_t) -> Int32? {
        var status: Int32 = 0
        return waitpid(pid, &status, WNOHANG) == pid ? status : nil
    }

    /// The two ends of a pipe that children do not inherit.
    private final class Ends {
        private(set) var reading: CInt = -1
        private(set) var writing: CInt = -1

        init() throws(CoordinatorError) {
            var ends: [CInt] = [-1, -1]
            guard pipe(&ends) == 0 else {
                throw CoordinatorError("make a pipe", "for a program", errno: errno)
            }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            (reading, writing) = (ends[0], ends[1])
        }

        func closeChildEnd(_ isSource: Bool) {
            if isSource { closeReading() } else { closeWriting() }
        }

        func closeReading() {
            if reading >= 0 { close(reading) }
            reading = -1
        }

        func closeWriting() {
            if writing >= 0 { close(writing) }
            writing = -1
        }

        func closeBoth() {
            closeReading()
            closeWriting()
        }
    }

    /// Writes what there is room for.
    ///
    /// - Returns: what is left; nothing where nobody reads.
    private static func feed(_ bytes: ArraySlice<UInt8>, to descriptor: CInt) -> ArraySlice<UInt8> {
        guard !bytes.isEmpty else { return bytes }
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 { return errno == EAGAIN || errno == EINTR ? bytes : [] }
        return bytes.dropFirst(count)
    }

    /// One of its streams as far as it has been read.
    private struct Stream {
        var descriptor: CInt
        var bytes: [UInt8] = []
        var isOpen = true

        var text: String { String(decoding: bytes, as: UTF8.self) }

        /// Reads what comes within a moment; returns whether anything did.
        static func read(_ streams: inout [Stream], milliseconds: CInt) -> Bool {
            var items = streams.map {
                pollfd(fd: $0.isOpen ? $0.descriptor : -1, events: Int16(POLLIN), revents: 0)
            }
            guard poll(&items, nfds_t(items.count), milliseconds) > 0 else { return false }
            var got = false
            for (place, item) in items.enumerated() where item.revents != 0 {
                var buffer = [UInt8](repeating: 0, count: 1 << 16)
                let count = Glibc.read(streams[place].descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    streams[place].isOpen = false
                    continue
                }
                got = true
                if streams[place].bytes.count < most { streams[place].bytes += buffer[..<count] }
            }
            return got
        }
    }
}
