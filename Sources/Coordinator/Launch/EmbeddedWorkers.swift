import Foundation
@preconcurrency import Glibc
import System

/// The worker processes that `grokmap run` starts on its own machine: one supervisor, started again when it dies.
final class EmbeddedWorkers {
    private let executable: URL
    private let arguments: [String]
    private let logPath: String
    private var process: Process?
    private var starts = 0
    private let clock = SuspendingClock()
    private var notBefore: SuspendingClock.Instant?

    /// Workers that connect to an endpoint.
    ///
    /// - Parameters:
    ///   - endpoint: where the coordinator listens.
    ///   - slots: trainer processes.
    ///   - launch: identity of this launch, handed back by each slot's hello.
    ///   - options: what else is passed to `grokmap-worker`.
    ///   - logPath: file that takes what the workers say.
    /// - Throws: `CoordinatorError` when the worker program is not to be found.
    init(
        endpoint: String, slots: Int, launch: String, options: [String], logPath: String
    ) throws(CoordinatorError) {
        executable = try EmbeddedWorkers.find()
        arguments =
            ["--connect", endpoint, "--slots", String(slots), "--launch", launch] + options
        self.logPath = logPath
    }

    /// Starts without any slot ever registering after which it is pointless to go on.
    private static let patience = 5

    /// The last line that the workers wrote.
    private var lastWords: String {
        // A log that cannot be read says nothing; the exit itself is told all the same.
        let bytes = (try? Posix.read(logPath)) ?? []
        let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).last
        return line.map(String.init) ?? "they ended without a word"
    }

    /// The worker program: beside this one, or on the PATH.
    static func find() throws(CoordinatorError) -> URL {
        let name = "grokmap-worker"
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = URL(fileURLWithPath: own).deletingLastPathComponent().path
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        for directory in [beside] + path.split(separator: ":").map(String.init) {
            let candidate = directory + "/" + name
            if FileManager.default.isExecutableFile(atPath: candidate) {
                return URL(fileURLWithPath: candidate)
            }
        }
        throw CoordinatorError(
            "start workers", name, "not beside grokmap and not on the PATH",
            hint: "build it with make, or start workers by hand with --slots 0")
    }

    /// Starts the supervisor unless it runs, no sooner than its backoff allows.
    ///
    /// - Parameter registered: whether any slot is registered now: workers that get this far may die and be started again
    ///   without end, others are given up.
    /// - Throws: `CoordinatorError` with the workers' last words when they cannot be started, or cannot run.
    func ensureRunning(registered: Bool) throws(CoordinatorError) {
        if registered { starts = 1 }
        try boundLog()
        if let process, process.isRunning { return }
        if let process, process.terminationReason == .exit {
            let cannotWork = [2, 64].contains(process.terminationStatus)
            if !registered, cannotWork || starts >= EmbeddedWorkers.patience {
                throw CoordinatorError(
                    "keep workers running", executable.path, lastWords,
                    hint: "all of it: \(logPath)")
            }
            // Workers of other machines may go on; these would only fail again.
            if cannotWork { return }
        }
        if let notBefore, clock.now < notBefore { return }
        starts += 1
        notBefore = clock.now + .seconds(min(30, 0.5 * Double(1 << min(starts, 6))))
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        // A crashing supervisor that Swift's crash handler holds, for good when a second signal comes, would never be
        // replaced.
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["SWIFT_BACKTRACE": "enable=no"]
        ) { inherited, _ in inherited }
        process.standardInput = FileHandle.nullDevice
        let descriptor = try Posix.openRegular(
            "write", logPath, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW)
        let log = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        process.standardOutput = log
        process.standardError = log
        do {
            try process.run()
        } catch {
            throw CoordinatorError("start workers", executable.path, "\(error)")
        }
        self.process = process
    }

    /// The log begins anew when it has grown this long, bytes; what was in it is kept beside it, once.
    private static let longestLog = 16 << 20

    private func boundLog() throws(CoordinatorError) {
        var status = stat()
        guard lstat(logPath, &status) == 0, status.st_size > EmbeddedWorkers.longestLog else {
            return
        }
        let descriptor = try Posix.openRegular("write", logPath, O_WRONLY | O_NOFOLLOW)
        defer { close(descriptor) }
        try Posix.writeDurably(try Posix.read(logPath), to: logPath + ".1")
        // Workers have the file open and append to it: it is emptied in its place.
        guard ftruncate(descriptor, 0) == 0 else {
            throw CoordinatorError("write", logPath, errno: errno)
        }
    }

    /// Has the workers hand over what they are at, with checkpoints, and leave.
    func handOver() {
        if let process, process.isRunning { kill(process.processIdentifier, SIGTERM) }
    }

    /// Ends the workers: politely, and after a moment for good.
    ///
    /// - Parameter patience: seconds to wait before killing; the supervisor takes its slots along.
    func end(patience: Double) {
        guard let process, process.isRunning else { return }
        let deadline = clock.now + .seconds(patience)
        while process.isRunning, clock.now < deadline { usleep(20_000) }
        guard process.isRunning else { return }
        // The second TERM is the one that stops at once.
        kill(process.processIdentifier, SIGTERM)
        usleep(100_000)
        kill(process.processIdentifier, SIGTERM)
        let last = clock.now + .seconds(5)
        while process.isRunning, clock.now < last { usleep(20_000) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
}
