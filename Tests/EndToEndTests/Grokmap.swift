import Core
import Foundation
@preconcurrency import Glibc
import Results
import SHA256
import Synchronization
import TestSupport
import Testing

/// A directory of one test's own, with the built programs to run in it.
final class Workplace: Sendable {
    /// The directory; short, and gone when the test is over.
    let path: String

    /// An empty workplace.
    init() throws {
        path = "/tmp/grokmap-e2e-" + UUID().uuidString.prefix(8).lowercased()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // Whatever a failed test left running must not outlive it.
        for process in processes() { kill(process.pid, SIGKILL) }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// A built program.
    static func program(_ name: String) -> URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent(name)
    }

    /// Writes a file of the workplace.
    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    /// What a program said and how it ended.
    struct Ending {
        var code: Int32
        var output: String
        var errors: String

        /// The one line of complaint, nil when there is another number of lines.
        var complaint: String? {
            let lines = errors.split(whereSeparator: \.isNewline).map(String.init)
            return lines.count == 1 ? lines[0] : nil
        }
    }

    /// Starts a program in the workplace; its words go to files.
    func start(
        _ program: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> RunningProgram {
        try RunningProgram(
            Workplace.program(program), arguments, in: path, environment: environment)
    }

    /// Runs `grokmap` to its end.
    func grokmap(_ arguments: String...) throws -> Ending {
        try start("grokmap", arguments).wait()
    }

    /// Every process that has this workplace in its command line, by what it is.
    func processes() -> [(pid: Int32, kind: String)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let socket = socketName
        return names.compactMap { name in
            guard let pid = Int32(name), pid != getpid(),
                let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline")
            else { return nil }
            let words = String(decoding: data, as: UTF8.self).split(separator: "\0").map(
                String.init)
            guard
                words.contains(where: {
                    $0.contains(path) || (socket.map($0.contains) ?? false)
                })
            else { return nil }
            if words[0].hasSuffix("/grokmap") { return (pid, "coordinator") }
            guard words[0].hasSuffix("grokmap-worker") || words[0] == "/proc/self/exe" else {
                return nil
            }
            return (pid, words.contains("slot") ? "slot" : "supervisor")
        }
    }

    /// The name of the sweep's local socket, once its directory is there.
    private var socketName: String? {
        guard let resolved = realpath(path + "/out", nil) else { return nil }
        defer { free(resolved) }
        return String(SHA256Digest.hex(of: Array(String(cString: resolved).utf8)).prefix(20))
    }

    /// The verified cell files of the sweep in `out`, by cell.
    func cells() throws -> [CellID: StoredCell] {
        var cells: [CellID: StoredCell] = [:]
        for file in cellFiles() {
            let cell = try Workplace.cell(file)
            cells[cell.definition.id] = cell
        }
        return cells
    }

    /// The cell of a verified file.
    static func cell(_ file: String) throws -> StoredCell {
        try hdf5.withLock { _ in try CellFile.read(file) }
    }

    /// Writes the file of a cell.
    static func write(_ cell: StoredCell, to file: String) throws {
        _ = try hdf5.withLock { _ in try CellFile.write(cell, to: file) }
    }

    /// HDF5 is used by one test at a time.
    private static let hdf5 = Mutex(())

    /// Paths of the cell files in `out`, sorted.
    func cellFiles() -> [String] {
        let root = path + "/out/cells"
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: root)) ?? []
        return names.filter { $0.hasSuffix(".h5") }.sorted().map { root + "/" + $0 }
    }

    /// Starts a coordinator without slots of its own for `small.yaml`; also where it listens.
    func serve(_ options: String...) throws -> (run: RunningProgram, address: String) {
        let run = try start(
            "grokmap",
            ["run", "small.yaml", "--out", "out", "--slots", "0", "--bind", "tcp://127.0.0.1:*"]
                + options)
        return (run, try listeningAddress(of: run))
    }

    /// Where a running coordinator listens for workers of other machines.
    func listeningAddress(of coordinator: RunningProgram) throws -> String {
        var address = ""
        try eventually("it listens") {
            let text = coordinator.text(".err")
            guard let range = text.range(of: "--connect ") else { return false }
            address = String(text[range.upperBound...].prefix { !$0.isWhitespace })
            return true
        }
        return address
    }

    /// Rows of a query on the sweep's ledger, columns joined by `|`; none before there is one.
    func ledger(_ query: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: path + "/out/events.jsonl") else { return [] }
        let process = try RunningProgram(
            URL(fileURLWithPath: "/usr/bin/env"),
            ["python3", "-c", Workplace.queryScript, path + "/out/ledger.sqlite", query], in: path)
        let ending = try process.wait()
        try #require(ending.code == 0, "\(ending.errors)")
        return ending.output.split(separator: "\n").map(String.init)
    }

    private static let queryScript = """
        import sqlite3, sys
        for row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]):
            print("|".join(str(value) for value in row))
        """
}

/// A program that a test started.
final class RunningProgram {
    private let process = Process()
    private let stem: String

    /// Starts a program; what it says goes to files of the directory.
    init(
        _ executable: URL, _ arguments: [String], in directory: String,
        environment: [String: String] = [:]
    ) throws {
        stem = directory + "/said-" + UUID().uuidString.prefix(8)
        for suffix in [".out", ".err"] {
            try Data().write(to: URL(fileURLWithPath: stem + suffix))
        }
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: stem + ".out")
        process.standardError = FileHandle(forWritingAtPath: stem + ".err")
        try process.runInterruptible()
    }

    /// The process.
    var pid: Int32 { process.processIdentifier }

    /// Whether it still runs.
    var isRunning: Bool { process.isRunning }

    /// Sends a signal.
    func signal(_ number: Int32) { kill(pid, number) }

    /// Waits for the end; a program that hangs is killed, and its code is then the signal's.
    func wait(seconds: Double = 600) throws -> Workplace.Ending {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while process.isRunning, Date() < deadline { usleep(10_000) }
        if process.isRunning {
            kill(pid, SIGKILL)
            Issue.record("still running after \(seconds) s: \(text(".err"))")
        }
        process.waitUntilExit()
        return Workplace.Ending(
            code: process.terminationStatus, output: text(".out"), errors: text(".err"))
    }

    /// What it said so far on a stream: `.out` or `.err`.
    func text(_ suffix: String) -> String {
        String(
            decoding: FileManager.default.contents(atPath: stem + suffix) ?? Data(), as: UTF8.self)
    }
}

/// Waits until something holds, at most so long.
func eventually(
    seconds: Double = 240, _ what: String, _ holds: () throws -> Bool
) throws {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while Date() < deadline {
        if try holds() { return }
        usleep(20_000)
    }
    Issue.record("never happened within \(seconds) s: \(what)")
}

/// The sweep of these tests: 3 × 3 cells of two to three thousand small steps.
func smallSweep(
    steps: Int = 2000, rates: String = "[1.0e-4, 1.0e-3, 1.0e-2]", decays: String = "[0, 2, 8]",
    rule: String = "{}", extra: String = ""
) -> String {
    """
    sweep: small
    title: A small sweep
    cell:
      task: {kind: addition, symbols: 6}
      model: {kind: pair-decoder, hidden: [24, 24]}
      loss: {kind: mse, targets: gaussian, outputs: 8}
      train_fraction: 0.8
      steps: \(steps)
    axes:
      learning_rate: {path: optimizer.decoder.learning_rate, values: \(rates)}
      weight_decay: {path: optimizer.decoder.weight_decay, values: \(decays)}
    phase_rule: \(rule)
    \(extra)
    """
}
