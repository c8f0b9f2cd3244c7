import CLinux
import Core
import Foundation
@preconcurrency import Glibc
import Results
import Sweeps
import Synchronization
import System

/// The process that reads cell files: `grokmap-worker read`, which has shut itself in and may crash without harm. It is
/// started when it is first needed, and again when a file has ended it.
final class CellReader: CellReading {
    /// The one of this process.
    static let shared = CellReader()

    private struct Child {
        var process: pid_t
        var socket: CInt
    }

    private let child = Mutex<Child?>(nil)
    private let program: String?

    /// A reader; by default with the worker program beside this one.
    init(program: String? = nil) { self.program = program }

    deinit {
        if let child = child.withLock({ $0 }) { _ = CellReader.end(child) }
    }

    /// Seconds without a word after which a process is given up that should have ended itself before.
    private static let patience = 600

    func read(_ path: String, _ question: CellFileQuestion) throws -> CellFileAnswer {
        let descriptor: CInt
        do {
            descriptor = try Posix.openRegular("read", path, O_RDONLY)
        } catch {
            guard error.isDamage else { throw error }
            throw ResultsError(path: path, problem: error.reason)
        }
        defer { close(descriptor) }
        let words = Array(try JSONEncoder().encode(question))
        return try child.withLock { child in
            // What ended the process once may have been somebody else's doing, twice it was the file.
            let first = try CellReader.ask(&child, words, descriptor, program)
            guard
                let answer = try first.bytes
                    ?? CellReader.ask(&child, words, descriptor, program).bytes
            else {
                throw ResultsError(
                    path: path, problem: "reading it ended the process that reads: \(first.end)")
            }
            let rest = Array(answer.dropFirst())
            if answer.first == UInt8(ascii: "M") {
                throw CoordinatorError(
                    "read the cell file", path, String(decoding: rest, as: UTF8.self).onOneLine)
            }
            guard answer.first == UInt8(ascii: "S") else {
                throw ResultsError(
                    path: path, problem: String(decoding: rest, as: UTF8.self).onOneLine)
            }
            return try CellFileAnswer(decoding: rest, about: path)
        }
    }

    /// Asks once; without an answer, how the process ended.
    private static func ask(
        _ child: inout Child?, _ words: [UInt8], _ descriptor: CInt, _ program: String?
    ) throws(CoordinatorError) -> (bytes: [UInt8]?, end: String) {
        let running: Child
        if let child { running = child } else { running = try start(program) }
        child = running
        do throws(FileQuestions.Broken) {
            try FileQuestions.send(words, over: running.socket, with: descriptor)
            return (try FileQuestions.answer(over: running.socket), "")
        } catch {
            child = nil
            return (nil, end(running))
        }
    }

    /// Ends a process that does not answer, and says how it ended.
    private static func end(_ child: Child) -> String {
        close(child.socket)
        // It has ended, or is about to; what it was doing is of no use.
        usleep(10_000)
        var status: CInt = 0
        if waitpid(child.process, &status, WNOHANG) == 0 {
            kill(child.process, SIGKILL)
            while waitpid(child.process, &status, 0) < 0, errno == EINTR {}
        }
        let signal = status & 0x7f
        if signal == SIGALRM { return "it took too long" }
        return signal == 0 ? "exit code \((status >> 8) & 0xff)" : "signal \(signal)"
    }

    private static func start(_ named: String?) throws(CoordinatorError) -> Child {
        let program = if let named { named } else { try WorkerProgram.find().path }
        var ends: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw CoordinatorError("start the reader of cell files", program, errno: errno)
        }
        defer { close(ends[1]) }
        clinux_limit_wait(ends[0], patience)
        let process: pid_t
        do throws(CoordinatorError) {
            process = try spawn(program, ends[1])
        } catch {
            close(ends[0])
            throw error
        }
        let child = Child(process: process, socket: ends[0])
        guard let word = try? FileQuestions.answer(over: child.socket) else {
            let how = end(child)
            throw CoordinatorError(
                "start the reader of cell files", program, "it ended with \(how)",
                hint: "grokmap and grokmap-worker must be of one build")
        }
        let confinement = String(decoding: word, as: UTF8.self).onOneLine
        if confinement != "seccomp" {
            Screen.write("grokmap: cell files are read in a process with \(confinement)\n")
        }
        return child
    }

    /// Starts the program with the socket for its standard input, in a group of its own: what interrupts grokmap is nothing
    /// to it.
    private static func spawn(
        _ program: String, _ socket: CInt
    ) throws(CoordinatorError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let environment = ProcessInfo.processInfo.environment.merging(
            ["SWIFT_BACKTRACE": "enable=no", "OPENBLAS_NUM_THREADS": "1"]
        ) { _, new in new }
        let words = CellReader.texts([program, "read"])
        let variables = CellReader.texts(environment.map { "\($0)=\($1)" })
        defer { for text in words + variables { free(text) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, program, &actions, &attributes, words, variables)
        guard code == 0 else {
            throw CoordinatorError("start the reader of cell files", program, errno: code)
        }
        return process
    }
    /// C strings and the null behind them; to be freed.
    private static func texts(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { strdup($0) } + [nil]
    }
}

extension SweepReader {
    /// Looks at a directory, reading cell files in the process for it.
    init(_ path: String) throws(CoordinatorError) {
        try self.init(path, reader: CellReader.shared)
    }
}
