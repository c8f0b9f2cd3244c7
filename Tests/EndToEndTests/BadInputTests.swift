import Foundation
@preconcurrency import Glibc
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct BadInputTests {
        /// What is done to the good sweep file, and words the one line must have.
        private static let files: [(change: @Sendable (String) -> String, words: [String])] = [
            (
                { $0.replacingOccurrences(of: "axes:", with: "axis:") },
                ["small.yaml:9", "axis: unknown key", "did you mean axes?"]
            ),
            (
                { $0.replacingOccurrences(of: "hidden:", with: "hiden:") },
                ["small.yaml:5", "cell.model.hiden", "unknown key", "did you mean hidden?"]
            ),
            (
                { $0.replacingOccurrences(of: "steps: 2000", with: "steps: 0") },
                ["small.yaml:8", "cell.steps", "at least 1"]
            ),
            (
                { $0.replacingOccurrences(of: "steps: 2000", with: "steps: many") },
                ["cell.steps", "expected a whole number", "\"many\""]
            ),
            (
                {
                    $0.replacingOccurrences(of: "train_fraction: 0.8", with: "train_fraction: 0.99")
                },
                ["train_fraction", "no validation example"]
            ),
            (
                {
                    $0.replacingOccurrences(of: "train_fraction: 0.8", with: "train_fraction: 0.01")
                },
                ["train_fraction", "no training example"]
            ),
            (
                { $0.replacingOccurrences(of: "[0, 2, 8]", with: "[]") },
                ["axes.weight_decay.values", "no values"]
            ),
            (
                { $0.replacingOccurrences(of: "[0, 2, 8]", with: "[0, 2, 2]") },
                ["axes.weight_decay.values", "2 is given twice"]
            ),
            (
                {
                    $0.replacingOccurrences(
                        of: "values: [0, 2, 8]", with: "log: [0, 10], points: 3")
                },
                ["axes.weight_decay.log", "0 has no place on a log axis"]
            ),
            (
                {
                    $0.replacingOccurrences(
                        of: "optimizer.decoder.weight_decay", with: "optimizer.decoder.wd")
                },
                ["axes.weight_decay.path", "no key optimizer.decoder.wd"]
            ),
            ({ _ in "" }, ["small.yaml", "empty"]),
            ({ $0 + "\n  : [" }, ["small.yaml", "YAML"]),
        ]

        @Test(
            "a bad sweep file gets one line with place, key and remedy, exit code 2, and no directory"
        )
        func sweepFiles() throws {
            let place = try Workplace()
            for (change, words) in BadInputTests.files {
                try place.write(change(smallSweep()), to: "small.yaml")
                let run = try place.grokmap("run", "small.yaml", "--out", "out")
                #expect(run.code == 2)
                #expect(run.output.isEmpty)
                let line = run.complaint ?? "more or less than one line: \(run.errors)"
                for word in words { #expect(line.contains(word), "\(line)") }
                #expect(!FileManager.default.fileExists(atPath: place.path + "/out"))
            }
        }

        @Test("a directory that cannot be used is named, and what it holds is left alone")
        func directories() throws {
            let place = try Workplace()
            try place.write(smallSweep(rates: "[1.0e-3]", decays: "[0]"), to: "small.yaml")
            try place.write("a file", to: "file")
            let below = try place.grokmap("run", "small.yaml", "--out", "file/out")
            #expect(below.code == 2)
            #expect(below.complaint?.contains("file") == true)

            try FileManager.default.createDirectory(
                atPath: place.path + "/thesis", withIntermediateDirectories: true)
            try place.write("chapter", to: "thesis/chapter1.tex")
            let thesis = try place.grokmap("run", "small.yaml", "--out", "thesis")
            #expect(thesis.code == 2)
            #expect(thesis.complaint?.contains("chapter1.tex") == true)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: place.path + "/thesis")
                    == ["chapter1.tex"])

            #expect(try place.grokmap("run", "small.yaml", "--out", "out").code == 0)
            try place.write(
                smallSweep().replacingOccurrences(of: "sweep: small", with: "sweep: other"),
                to: "other.yaml")
            let other = try place.grokmap("run", "other.yaml", "--out", "out")
            #expect(other.code == 2)
            #expect(other.complaint?.contains("it holds the sweep \"small\"") == true)
            #expect(place.cellFiles().count == 1)
        }

        @Test("usage errors exit with 64, a missing file with 2")
        func usage() throws {
            let place = try Workplace()
            #expect(try place.grokmap("run").code == 64)
            #expect(try place.grokmap("fly").code == 64)
            #expect(try place.grokmap("run", "small.yaml", "--slots", "-1").code == 64)
            let missing = try place.grokmap("run", "nothing.yaml")
            #expect(missing.code == 2)
            #expect(missing.complaint?.contains("nothing.yaml") == true)
            try place.write(smallSweep(), to: "small.yaml")
            let open = try place.grokmap("run", "small.yaml", "--bind", "tcp://0.0.0.0:5555")
            #expect(open.code == 2)
            #expect(open.complaint?.contains("tcp://0.0.0.0:5555") == true)
            #expect(try place.grokmap("status", "nowhere").code == 2)
        }

        @Test("workers that cannot run end the run with their own words")
        func workersThatCannotRun() throws {
            let place = try Workplace()
            try place.write(smallSweep(), to: "small.yaml")
            let run = try place.grokmap(
                "run", "small.yaml", "--out", "out", "--blas-core", "Abacus", "--quiet")
            #expect(run.code == 2)
            #expect(run.complaint?.contains("Abacus") == true, "\(run.errors)")
        }

        /// Whether this process may mount a file system of its own: root may, unless it is fenced in.
        private static let mayMount: Bool = {
            let path = "/tmp/grokmap-mount-\(getpid())"
            guard mkdir(path, 0o700) == 0 else { return false }
            defer { rmdir(path) }
            guard mount("grokmap", path, "tmpfs", 0, "size=4k") == 0 else { return false }
            return umount2(path, Int32(MNT_DETACH)) == 0
        }()

        @Test("a read-only directory is named before anything is trained", .enabled(if: mayMount))
        func readOnly() throws {
            let place = try Workplace()
            try place.write(smallSweep(), to: "small.yaml")
            try FileManager.default.createDirectory(
                atPath: place.path + "/out", withIntermediateDirectories: true)
            try #require(
                mount("grokmap", place.path + "/out", "tmpfs", UInt(MS_RDONLY), "size=400k") == 0)
            defer { umount2(place.path + "/out", Int32(MNT_DETACH)) }
            let run = try place.grokmap("run", "small.yaml", "--out", "out")
            #expect(run.code == 2)
            #expect(run.complaint?.contains("Read-only file system") == true, "\(run.errors)")
        }

        @Test(
            "a full disk ends the run with one clear line; with room again the rest is trained",
            .enabled(if: mayMount))
        func fullDisk() throws {
            let place = try Workplace()
            try place.write(smallSweep(), to: "small.yaml")
            try FileManager.default.createDirectory(
                atPath: place.path + "/out", withIntermediateDirectories: true)
            try #require(mount("grokmap", place.path + "/out", "tmpfs", 0, "size=400k") == 0)
            defer { umount2(place.path + "/out", Int32(MNT_DETACH)) }
            let full = try place.grokmap("run", "small.yaml", "--out", "out", "--slots", "1")
            #expect(full.code == 2, "\(full.errors)")
            #expect(full.errors.contains("No space left on device"), "\(full.errors)")
            let kept = try place.cells()
            #expect(
                mount("grokmap", place.path + "/out", "tmpfs", UInt(MS_REMOUNT), "size=64m") == 0)
            let run = try place.grokmap("run", "small.yaml", "--out", "out")
            #expect(run.code == 0, "\(run.errors)")
            let all = try place.cells()
            #expect(all.count == 9)
            for (id, cell) in kept { #expect(all[id] == cell) }
        }
    }
}
