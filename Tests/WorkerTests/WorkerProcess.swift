import Foundation
import TestSupport
import Testing

/// The built `grokmap-worker`, running, with a directory of its own.
final class WorkerProcess {
    /// Files of this test: scratch directory, sockets.
    let directory: String
    private let process = Process()

    /// The program next to the test bundle.
    static var executable: URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("grokmap-worker")
    }

    /// Runs a test on a thread of its own in a directory that goes with it, where `cell.json` holds this cell.
    static func inDirectory(
        of cell: String, _ body: @escaping @Sendable (String) throws -> Void
    ) async throws {
        try await onOwnThread {
            let directory = try directory()
            defer { try? FileManager.default.removeItem(atPath: directory) }
            try Data(cell.utf8).write(to: URL(fileURLWithPath: directory + "/cell.json"))
            try body(directory)
        }
    }

    /// A directory that is nobody else's; short, because a socket's path may have 107 bytes only.
    static func directory() throws -> String {
        let path = "/tmp/gw-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// Starts a worker with these arguments.
    init(_ arguments: [String], in directory: String) throws {
        self.directory = directory
        let log = directory + "/log"
        try Data().write(to: URL(fileURLWithPath: log))
        process.executableURL = WorkerProcess.executable
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle(forWritingAtPath: log)
        process.standardOutput = FileHandle.nullDevice
        try process.runInterruptible()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Sends a signal to the supervisor.
    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for the end and returns the exit code.
    func wait() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// What it said so far.
    var log: String {
        String(
            decoding: FileManager.default.contents(atPath: directory + "/log") ?? Data(),
            as: UTF8.self)
    }

    /// Names of undelivered files.
    var scratch: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory + "/scratch")) ?? []
    }

    /// Runs a command to its end, with these variables set on top of the environment of the tests.
    static func run(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> (code: Int32, output: String, errors: String) {
        let process = Process()
        let output = Pipe()
        let errors = Pipe()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.runInterruptible()
        // Both are short: neither pipe can fill up while the other is read.
        let said = output.fileHandleForReading.readDataToEndOfFile()
        let complained = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (
            process.terminationStatus, String(decoding: said, as: UTF8.self),
            String(decoding: complained, as: UTF8.self)
        )
    }
}

/// Runs blocking code on a thread of its own, away from the cooperative pool.
func onOwnThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread {
            continuation.resume(with: Result { try body() })
        }
        thread.stackSize = 1 << 20
        thread.start()
    }
}
