import Foundation
@preconcurrency import Glibc
import System

/// The workers of this machine: one supervisor, started again when it dies.
final class LocalWorkers: Launcher {
    let name = "local"
    let isRecorded = false
    let interval = 0.2
    let policy = AllocationPolicy(
        idleSeconds: .infinity, registerSeconds: .infinity, unknownSeconds: .infinity,
        longestSpacing: 30)

    private let executable: URL
    private let arguments: [String]
    private let logPath: String
    private let clock = SuspendingClock()
    private var process: Process?

    /// The allocation's one name.
    static let allocation = "one"

    /// Workers that connect to an endpoint.
    ///
    /// - Parameters:
    ///   - executable: the worker program.
    ///   - endpoint: where the coordinator listens.
    ///   - slots: trainer processes.
    ///   - launch: identity of this launch, handed back by each slot's hello.
    ///   - options: what else workers are told.
    ///   - logPath: file that takes what they say.
    init(
        _ executable: URL, endpoint: String, slots: Int, launch: String, options: WorkerOptions,
        logPath: String
    ) {
        self.executable = executable
        arguments =
            ["--connect", endpoint, "--slots", String(slots), "--launch", launch]
            + ["--allocation", "local:\(LocalWorkers.allocation)"] + options.arguments
        self.logPath = logPath
    }

    /// The last line that the workers wrote.
    private var lastWords: String {
        // A log that cannot be read says nothing; the exit itself is told all the same.
        let bytes = (try? Posix.read(logPath)) ?? []
        let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).last
        return (line.map(String.init) ?? "they ended without a word")
            + " (all of it: \(logPath))"
    }

    func submit(_ count: Int) throws(CoordinatorError) -> [String] {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        // A crashing supervisor that Swift's crash handler holds, for good when a second signal comes, would never be
        // replaced.
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["SWIFT_BACKTRACE": "enable=no"]
        ) { inherited, _ in inherited }
        process.standardInput = FileHandle.nullDevice
        let descriptor = try LocalWorkers.openLog(logPath)
        let log = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        process.standardOutput = log
        process.standardError = log
        do {
            try process.run()
        } catch {
            throw CoordinatorError("start workers", executable.path, "\(error)")
        }
        self.process = process
        return [LocalWorkers.allocation]
    }

    /// Makes sure that workers can write their log: trying again would not make a file of something else.
    ///
    /// - Throws: `CoordinatorError` when they cannot.
    static func checkLog(_ path: String) throws(CoordinatorError) { close(try openLog(path)) }

    private static func openLog(_ path: String) throws(CoordinatorError) -> CInt {
        try Posix.openRegular("write", path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW)
    }

    /// The log starts again when it has grown this long, bytes; what was in it is kept beside it, once.
    private static let longestLog = 16 << 20

    private func boundLog() throws(CoordinatorError) {
        var status = stat()
        guard lstat(logPath, &status) == 0, status.st_size > LocalWorkers.longestLog else {
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

    func look(_: [String: Demand.Presence]) throws(CoordinatorError) -> [String: AllocationState] {
        try boundLog()
        guard let process else { return [:] }
        guard !process.isRunning else { return [LocalWorkers.allocation: .running] }
        let end: AllocationEnd =
            switch (process.terminationReason, process.terminationStatus) {
            case (.exit, 2), (.exit, 64): .hopeless
            case (.exit, _): .failed
            default: .taken
            }
        return [LocalWorkers.allocation: .ended(end, lastWords)]
    }

    /// There is one, and it stays for as long as there is work.
    func retire(_: [String]) throws(CoordinatorError) {}

    func handOver() {
        if let process, process.isRunning { kill(process.processIdentifier, SIGTERM) }
    }

    /// Ends the workers: politely, and after a moment for good. The supervisor takes its slots along.
    func end(patience: Double) -> [String] {
        guard let process, process.isRunning else { return [] }
        let deadline = clock.now + .seconds(patience)
        while process.isRunning, clock.now < deadline { usleep(20_000) }
        guard process.isRunning else { return [] }
        // The second TERM is the one that stops at once.
        kill(process.processIdentifier, SIGTERM)
        usleep(100_000)
        kill(process.processIdentifier, SIGTERM)
        let last = clock.now + .seconds(5)
        while process.isRunning, clock.now < last { usleep(20_000) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        return []
    }
}
