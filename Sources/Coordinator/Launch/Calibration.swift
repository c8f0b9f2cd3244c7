import Core
import Foundation
@preconcurrency import Glibc
import System

/// How fast a slot of this machine trains a cell, found by training its first steps in `grokmap-worker train`.
struct Calibration {
    /// Steps of the first trial.
    private static let fewest = 50
    /// A trial that took so many seconds says enough.
    private static let enough = 0.4
    /// A trial that takes longer, in seconds, is ended; nobody waits for a plan.
    private static let patience = 6.0

    /// Steps a second, nil where no trial came to an end.
    static func stepsPerSecond(of cell: CellDefinition, data: String) -> Double? {
        let folder = FileManager.default.temporaryDirectory.path + "/grokmap-trial-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var steps = fewest
        var rate: Double?
        // The first trials of a small cell are too short to say anything.
        for number in 0..<4 {
            var configuration = cell.configuration
            configuration.steps = min(steps, cell.configuration.steps)
            let trial = CellDefinition(configuration: configuration, seed: cell.seed)
            guard let report = run(trial, data: data, in: "\(folder)/\(number)") else { break }
            rate = report.steps / max(report.seconds, 1e-9)
            guard report.seconds < enough, steps < cell.configuration.steps else { break }
            steps *= report.seconds > enough / 16 ? 8 : 64
        }
        return rate
    }

    /// What `train --format json` says at its end.
    private struct Report: Decodable {
        let steps: Double
        let seconds: Double

        private enum CodingKeys: String, CodingKey {
            case steps = "steps_run"
            case seconds = "wall_seconds"
        }
    }

    private static func run(_ cell: CellDefinition, data: String, in folder: String) -> Report? {
        let process = Process()
        let output = Pipe()
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            let config = folder + "/cell.json"
            try Posix.writeDurably(Array(cell.canonicalText.utf8), to: config)
            process.executableURL = try WorkerProgram.find()
            process.arguments = [
                "train", config, "--out", folder + "/cell.h5", "--data", data, "--quiet",
                "--blas-core", "auto", "--stop", "budget", "--format", "json",
            ]
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
        } catch {
            // A plan without a time is still a plan.
            return nil
        }
        let end = Date(timeIntervalSinceNow: patience)
        while process.isRunning, Date() < end { usleep(5_000) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        // One line, which a pipe holds.
        let said = output.fileHandleForReading.readDataToEndOfFile()
        return try? JSONDecoder().decode(Report.self, from: said)
    }
}
