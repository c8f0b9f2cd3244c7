import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// The cases of `Tests/Chaos` that take seconds and need no root, in their short form; `make chaos` has all of them.
    @Suite struct ChaosTests {
        private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Chaos")

        /// A Python with h5py: the one named by `GROKMAP_PYTHON`, or that of the package's `.venv`.
        private static let python =
            ProcessInfo.processInfo.environment["GROKMAP_PYTHON"]
            ?? folder.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent(".venv/bin/python").path

        @Test(
            "after each fault the sweep ends complete, with the curves of a calm run",
            arguments: [
                "kill-between-effects", "dying-slots", "torn-tails", "ledger-bits",
                "locked-ledger", "checkpoint-bits", "scratch-bits", "messages",
                "connections", "replay", "encrypted-bytes", "strangers", "never-reading",
                "thousand-connections", "malformed", "unwritable", "failing-calls",
                "failing-reads", "special-files", "lost-places", "cleaned-scratch",
            ])
        func quick(_ name: String) throws {
            let place = try Workplace()
            let build = Workplace.program("grokmap").deletingLastPathComponent().path
            let ending = try RunningProgram(
                URL(fileURLWithPath: ChaosTests.python),
                [ChaosTests.folder.path, "--quick", "--build", build, name], in: place.path
            ).wait()
            print(ending.output, terminator: "")
            #expect(ending.code == 0, "\(ending.output)\(ending.errors)")
            #expect(ending.output.hasPrefix("ok "), "\(ending.output)\(ending.errors)")
        }
    }
}
