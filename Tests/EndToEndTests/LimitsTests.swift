import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct LimitsTests {
        private func run(_ prelude: String, _ place: Workplace) throws -> Workplace.Ending {
            try place.write(smallSweep(), to: "small.yaml")
            return try RunningProgram(
                URL(fileURLWithPath: "/bin/bash"),
                [
                    "-c", prelude + " exec \"$@\"", "bash", Workplace.program("grokmap").path,
                    "run", "small.yaml", "--out", "out", "--quiet",
                ], in: place.path
            ).wait()
        }

        @Test(
            "a limit that leaves no room to work is named in one line, and ends nothing half-way",
            arguments: [
                ("-n 24", "the limit on open files (ulimit -n) is 24; at least 64 are needed"),
                (
                    "-v 600000",
                    "the limit on memory (ulimit -v) is 600000 KiB; at least 1048576 KiB are needed"
                ),
                (
                    "-f 512",
                    "the limit on the length of files (ulimit -f) is 512 KiB; "
                        + "at least 65536 KiB are needed"
                ),
                (
                    "-t 2",
                    "the limit on processor time in seconds (ulimit -t) is 2; "
                        + "at least 60 are needed"
                ),
            ])
        func limits(_ option: String, _ line: String) throws {
            let place = try Workplace()
            let ending = try run("ulimit \(option);", place)
            #expect(ending.code == 2)
            #expect(ending.errors == "grokmap: \(line)\n")
            #expect(!FileManager.default.fileExists(atPath: place.path + "/out"))
        }

        @Test("a worker that has no room for OpenBLAS's own threads says so and ends")
        func worker() throws {
            let place = try Workplace()
            let ending = try RunningProgram(
                URL(fileURLWithPath: "/bin/bash"),
                [
                    "-c", "ulimit -v 200000; exec \"$@\"", "bash",
                    Workplace.program("grokmap-worker").path, "--version",
                ], in: place.path
            ).wait()
            #expect(ending.code == 2)
            #expect(
                ending.errors == "grokmap-worker: the limit on memory (ulimit -v) is 200000 KiB; "
                    + "at least 1048576 KiB are needed\n")
        }

        @Test("closed standard streams are nobody's descriptors")
        func closedStreams() throws {
            let place = try Workplace()
            let ending = try run("exec <&- >&- 2>&-;", place)
            #expect(ending.code == 0)
            #expect(place.cellFiles().count == 9)
        }
    }
}
