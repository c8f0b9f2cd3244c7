import Core
import Foundation
import Results
import TestSupport
import Testing
import Training

@testable import Worker

@Suite(.serialized, .exclusiveHDF5) struct CommandLineTests {
    private static let cell =
        "{\"task\": {\"symbols\": 6}, \"model\": {\"hidden\": [20]}, \"steps\": 300, \"seed\": 3}"

    @Test("the same cell trained twice gives the same bits, and a file is never overwritten")
    func trainTwice() async throws {
        try await WorkerProcess.inDirectory(of: Self.cell) { directory in
            let config = directory + "/cell.json"
            var outcomes: [StoredCell] = []
            for name in ["a.h5", "b.h5"] {
                let out = directory + "/" + name
                let (code, output, _) = try WorkerProcess.run(["train", config, "--out", out])
                #expect(code == 0 && output.hasPrefix("confusion: neither train reached 0.9"))
                outcomes.append(try CellFile.read(out))
            }
            #expect(outcomes[0].outcome == outcomes[1].outcome)
            #expect(outcomes[0].outcome.curve.steps.count > 1)
            let out = directory + "/a.h5"
            let again = try WorkerProcess.run(["train", config, "--out", out])
            #expect(again.code == 2 && again.output.isEmpty)
            #expect(
                again.errors == "grokmap-worker: write cell: \(out): the file exists "
                    + "(hint: cell files are never overwritten; name another)\n")
        }
    }

    @Test("train takes rule and stop, and prints one JSON object")
    func trainJSON() async throws {
        try await WorkerProcess.inDirectory(of: Self.cell) { directory in
            let (code, output, _) = try WorkerProcess.run([
                "train", directory + "/cell.json", "--out", directory + "/a.h5", "--format", "json",
                "--rule", "train_accuracy=0.01,validation_accuracy=0.01,gap=0", "--stop", "decided",
                "--blas-core", "Nehalem", "--quiet",
            ])
            #expect(code == 0)
            #expect(output.contains("\"blas_core\":\"Nehalem\""))
            #expect(output.contains("\"phase\":\"grokking\""))
            #expect(output.split(separator: "\n").count == 1)
            let cell = try CellFile.read(directory + "/a.h5")
            #expect(cell.provenance.blasCore == "Nehalem")
            #expect(cell.provenance.engine.hasSuffix("(baseline)"))
        }
    }

    @Test(
        "a core is tried in a process of its own, which names it and says whether it multiplies rightly"
    )
    func coreTrial() throws {
        for core in ["Prescott", "Nehalem"] {
            let trial = try WorkerProcess.run(
                ["blas-trial"], environment: ["OPENBLAS_CORETYPE": core])
            #expect(trial.code == 0 && trial.output == "\(core) right\n")
        }
    }

    @Test("an inherited core is trained with, and said once where the processor could do more")
    func inheritedCore() async throws {
        try await WorkerProcess.inDirectory(of: Self.cell) { directory in
            let run = try WorkerProcess.run(
                ["train", directory + "/cell.json", "--out", directory + "/a.h5", "--quiet"],
                environment: ["OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "3"])
            #expect(run.code == 0)
            #expect(try CellFile.read(directory + "/a.h5").provenance.blasCore == "Prescott")
            let notes = run.errors.components(
                separatedBy: "OPENBLAS_CORETYPE=Prescott is inherited: 128-bit kernels")
            #expect(notes.count == (KernelSet.processorBits > 128 ? 2 : 1))
        }
    }

    @Test("what cannot run ends with 2, what was not meant with 64, and stdout stays empty")
    func exitCodes() async throws {
        try await WorkerProcess.inDirectory(of: Self.cell) { directory in
            let nobody = "Error: name the coordinator: either --connect ADDRESS or --join FILE"
            let cases: [([String], Int32, String)] = [
                (
                    ["train", "/nowhere.json", "--out", "x"], 2,
                    "grokmap-worker: read cell: /nowhere.json: no such file, or not readable\n"
                ),
                (
                    ["--connect", "ipc:///tmp/x", "--blas-core", "none"], 2,
                    "grokmap-worker: --blas-core: none: no such core"
                ),
                (
                    ["--connect", "ipc:///tmp/x", "--scratch", "/proc/x"], 2,
                    "grokmap-worker: scratch directory: /proc/x: "
                ),
                (["--connect"], 64, "Error: Missing value for '--connect <connect>'"),
                ([], 64, nobody),
                (["--connect", "x", "--join", "y"], 64, nobody),
                (["--join", "/nowhere"], 2, "grokmap-worker: join: /nowhere: cannot be read"),
                (
                    ["bench", "--seconds", "0"], 64,
                    "Error: --seconds 0.0: must be between 0 and 3600"
                ),
                (
                    ["train", "x", "--out", "y", "--checkpoint-every", "0"], 64,
                    "Error: --checkpoint-every 0.0: must be above 0"
                ),
                (
                    ["--connect", "ipc:///tmp/x", "--slots", "0"], 64,
                    "Error: --slots 0: must be between 1 and 4096"
                ),
            ]
            for (arguments, expected, text) in cases {
                let (code, output, errors) = try WorkerProcess.run(arguments)
                #expect(code == expected && output.isEmpty, "\(arguments)")
                #expect(errors.hasPrefix(text), "\(errors)")
            }
        }
    }

    @Test("help fits 80 columns and hides what is not for people")
    func help() async throws {
        try await onOwnThread {
            for arguments in [["--help"], ["serve", "--help"], ["bench", "--help"]] {
                let (code, output, _) = try WorkerProcess.run(arguments)
                #expect(code == 0 && !output.isEmpty)
                let options = output.split(separator: "\n").filter { !$0.hasPrefix("USAGE:") }
                #expect(options.allSatisfy { $0.count <= 80 })
                #expect(!output.contains("slot ") && !output.contains("--launch"))
            }
        }
    }
}
