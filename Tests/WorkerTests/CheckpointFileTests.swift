import Core
import Foundation
import Results
import TestSupport
import Testing

@testable import Worker

/// `grokmap-worker train --checkpoint`: killed and given again.
@Suite(.serialized, .exclusiveHDF5) struct CheckpointFileTests {
    private static let cell = """
        {"task": {"symbols": 6}, "model": {"hidden": [20]}, "steps": 30000, "batch": 7, "seed": 3}
        """

    @Test("a run that is killed again and again ends as one that is not")
    func killed() async throws {
        try await WorkerProcess.inDirectory(of: Self.cell) { directory in
            let files = FileManager.default
            let common = ["train", directory + "/cell.json", "--stop", "budget", "--quiet"]
            let (code, _, errors) = try WorkerProcess.run(
                common + ["--out", directory + "/whole.h5"])
            #expect(code == 0, "\(errors)")

            let checkpoint = directory + "/checkpoint"
            let arguments =
                common + [
                    "--out", directory + "/parts.h5", "--checkpoint", checkpoint,
                    "--checkpoint-every", "0.01",
                ]
            var steps: [Int] = []
            for _ in 0..<3 {
                let process = Process()
                process.executableURL = WorkerProcess.executable
                process.arguments = arguments
                try process.run()
                let last = steps.last ?? 0
                while process.isRunning {
                    if let data = files.contents(atPath: checkpoint),
                        let found = try? Checkpoint(decoding: Array(data)), found.step > last
                    {
                        steps.append(found.step)
                        kill(process.processIdentifier, SIGKILL)
                        break
                    }
                    usleep(1000)
                }
                process.waitUntilExit()
            }
            #expect(steps.count == 3 && steps == steps.sorted(), "killed past \(steps)")
            let end = try WorkerProcess.run(arguments)
            #expect(end.code == 0, "\(end.errors)")
            #expect(!files.fileExists(atPath: checkpoint))
            let whole = try CellFile.read(directory + "/whole.h5")
            let parts = try CellFile.read(directory + "/parts.h5")
            #expect(parts.outcome == whole.outcome)
            #expect(whole.provenance.stateFrom == nil)
            // The last one that was killed may have got a checkpoint further.
            let from = try #require(parts.provenance.stateFrom)
            let resumed = try #require(Int(from.replacing("step ", with: "")))
            #expect(resumed >= (steps.last ?? .max), "\(from)")
        }
    }

    @Test("a checkpoint of another cell, a damaged one and a directory are refused by name")
    func refused() async throws {
        try await WorkerProcess.inDirectory(of: Self.cell) { directory in
            let path = directory + "/checkpoint"
            let origin = Checkpoint.Origin(
                cell: try Samples.definition(seed: 1).id, rule: PhaseRule(), stop: .decided,
                record: RecordRequest(), engine: "e", blasCore: "c")
            let foreign = Checkpoint(origin: origin, step: 1, seconds: 1, state: [1, 2])
            func attempt() throws -> (code: Int32, errors: String) {
                let (code, _, errors) = try WorkerProcess.run([
                    "train", directory + "/cell.json", "--out", directory + "/a.h5",
                    "--checkpoint", path, "--quiet",
                ])
                return (code, errors)
            }
            try CheckpointFile(path: path).write(foreign)
            var found = try attempt()
            #expect(found.code == 2)
            #expect(
                found.errors.hasPrefix(
                    "grokmap-worker: resume from checkpoint: \(path): it is of cell "))
            #expect(found.errors.hasSuffix("(hint: remove the file to begin at step 0)\n"))
            try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
            found = try attempt()
            #expect(found.code == 2 && found.errors.contains("not a checkpoint of this version"))
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
            found = try attempt()
            #expect(found.code == 2 && found.errors.contains("not readable"))
        }
    }

    @Test("a checkpoint with a state that the engine cannot take is refused")
    func unusableState() async throws {
        try await WorkerProcess.inDirectory(of: Self.cell) { directory in
            let path = directory + "/checkpoint"
            let arguments = [
                "train", directory + "/cell.json", "--out", directory + "/a.h5", "--checkpoint",
                path, "--checkpoint-every", "0.001", "--quiet",
            ]
            let process = Process()
            process.executableURL = WorkerProcess.executable
            process.arguments = arguments
            try process.run()
            while !FileManager.default.fileExists(atPath: path), process.isRunning { usleep(1000) }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let data = try #require(FileManager.default.contents(atPath: path))
            var made = try Checkpoint(decoding: Array(data))
            made.state.removeLast()
            try CheckpointFile(path: path).write(made)
            let (code, _, errors) = try WorkerProcess.run(arguments)
            #expect(code == 2)
            #expect(errors.contains("\(path): "), "\(errors)")
        }
    }
}
