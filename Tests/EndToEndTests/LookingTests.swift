import Core
import Foundation
@preconcurrency import Glibc
import Results
import SHA256
import TestSupport
import Testing

extension EndToEnd {
    /// Looking at a sweep: one answer from every command, and nothing changed by any.
    @Suite("Looking")
    struct LookingTests {
        private static let sweep = smallSweep(
            steps: 400, rates: "[1.0e-3, 1.0e-2]", decays: "[0]",
            rule: "{train_accuracy: 0.1, validation_accuracy: 0.1, gap: 10}")

        /// Every name below a directory with a hash of what it holds.
        private func contents(_ path: String) throws -> [String] {
            try FileManager.default.subpathsOfDirectory(atPath: path).sorted().map { name in
                let data = FileManager.default.contents(atPath: "\(path)/\(name)")
                return "\(name) \(data.map { SHA256Digest.hex(of: Array($0)) } ?? "")"
            }
        }

        /// How many cells are there, as plan, status and report say.
        private func answers(_ place: Workplace, _ file: String) throws -> [String] {
            let plan = try place.grokmap("plan", file, "--out", "out", "--format", "json")
            let status = try place.grokmap("status", "out", "--format", "json")
            let report = try place.grokmap("report", "out", "--out", "elsewhere")
            func number(_ text: String, _ key: String) -> String {
                let members = try? JSONSerialization.jsonObject(with: Data(text.utf8))
                return ((members as? [String: Any])?[key] as? Int).map(String.init) ?? "none"
            }
            let missing = report.errors.split(separator: ",").last { $0.contains(" missing") }
            return [
                number(plan.output, "missing"), number(status.output, "missing"),
                String(missing?.split(separator: " ").first ?? "none"),
            ]
        }

        @Test("plan, status and report agree after a changed rule and a deleted cell")
        func agreement() throws {
            let place = try Workplace()
            try place.write(Self.sweep, to: "small.yaml")
            #expect(try place.grokmap("run", "small.yaml", "--out", "out", "--quiet").code == 0)
            #expect(try answers(place, "small.yaml") == ["0", "0", "0"])
            let lost = try #require(place.cellFiles().first)
            unlink(lost)
            #expect(try answers(place, "small.yaml") == ["1", "1", "1"])
            // A rule that what is stored cannot decide.
            let strict = Self.sweep.replacing("validation_accuracy: 0.1", with: "sustain: 300")
            try place.write(strict, to: "out/sweep.yaml")
            try place.write(strict, to: "strict.yaml")
            let found = try answers(place, "strict.yaml")
            #expect(Set(found).count == 1, "\(found)")
        }

        @Test("a cell that a notebook has open for writing stays where it is and counts")
        func openElsewhere() throws {
            let place = try Workplace()
            try place.write(Self.sweep, to: "small.yaml")
            #expect(try place.grokmap("run", "small.yaml", "--out", "out", "--quiet").code == 0)
            let cells = place.cellFiles()
            let script = """
                import h5py, subprocess, sys
                with h5py.File(sys.argv[1], "a"):
                    for command in (["run", "small.yaml", "--out", "out"], ["status", "out"]):
                        subprocess.run([sys.argv[2], *command], cwd=sys.argv[3], check=True)
                """
            let program = Workplace.program("grokmap").path
            let (status, words) = try Python.run(
                try Python.interpreter(), ["-c", script, cells[0], program, place.path])
            #expect(status == 0, "\(words)")
            #expect(words.contains("nothing to train: all 2 cells are there"), "\(words)")
            #expect(place.cellFiles() == cells)
            let quarantine = place.path + "/out/quarantine"
            #expect(try FileManager.default.contentsOfDirectory(atPath: quarantine).isEmpty)
        }

        @Test("the command on a cell's page trains it once more, bit for bit")
        func commandOfPage() throws {
            let place = try Workplace()
            try place.write(
                smallSweep(
                    steps: 600, rates: "[1.0e-2]", decays: "[2]",
                    rule: "{train_accuracy: 0.8, gap: 10, sustain: 2}",
                    extra: "stop: budget\nrecord: {measures: [{name: weight_norm, every: 50}], "
                        + "parameters: [100, last], clocks: [{sustain: 5}]}"), to: "small.yaml")
            #expect(try place.grokmap("run", "small.yaml", "--out", "out", "--quiet").code == 0)
            let pages = place.path + "/out/report/cells"
            let name = try #require(
                try FileManager.default.contentsOfDirectory(atPath: pages).first)
            let page = try String(contentsOfFile: "\(pages)/\(name)", encoding: .utf8)
            let start = try #require(page.range(of: "<pre>")).upperBound
            let end = try #require(page.range(of: "</pre>")).lowerBound
            let command = String(page[start..<end]).replacing("&quot;", with: "\"")
                .replacing("&#39;", with: "'").replacing("&lt;", with: "<")
                .replacing("&gt;", with: ">").replacing("&amp;", with: "&")
            let programs = Workplace.program("grokmap").deletingLastPathComponent().path
            let shell = try RunningProgram(
                URL(fileURLWithPath: "/bin/sh"), ["-c", command], in: place.path,
                environment: ["PATH": "\(programs):/usr/bin:/bin"])
            let ending = try shell.wait()
            #expect(ending.code == 0, "\(command)\n\(ending.errors)")
            let own = try Workplace.cell(place.path + "/" + name.replacing(".html", with: ".h5"))
            let stored = try Workplace.cell(try #require(place.cellFiles().first))
            #expect(own.definition == stored.definition)
            #expect(own.outcome == stored.outcome)
            #expect(stored.outcome.parameters.map(\.step) == [100, 600])
        }

        @Test("report says for programs what it has drawn")
        func reportForPrograms() throws {
            let place = try Workplace()
            try place.write(Self.sweep, to: "small.yaml")
            #expect(try place.grokmap("run", "small.yaml", "--out", "out", "--quiet").code == 0)
            func members(_ text: String) throws -> [String: Any] {
                try #require(
                    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            }
            let report = try members(
                try place.grokmap("report", "out", "--format", "json").output)
            #expect(report["cells"] as? Int == 2 && report["verified"] as? Int == 2)
            for key in ["figure", "page", "data"] {
                let path = try #require(report[key] as? String)
                #expect(FileManager.default.fileExists(atPath: "\(place.path)/\(path)"))
            }
            let figures = try members(
                try place.grokmap(
                    "report", "out", "--figure", "delay", "--format", "json"
                ).output)
            #expect(figures["figures"] as? [String] == ["out/report/figures/delay.svg"])
        }

        @Test("a report under another rule leaves the one of the sweep's own rule as it is")
        func otherRule() throws {
            let place = try Workplace()
            try place.write(Self.sweep, to: "small.yaml")
            #expect(try place.grokmap("run", "small.yaml", "--out", "out", "--quiet").code == 0)
            let before = try contents(place.path + "/out")
            let report = try place.grokmap("report", "out", "--rule", "gap=9999")
            #expect(report.output == "out/report/gap-9999/phase-diagram.svg\n")
            let after = try contents(place.path + "/out").filter {
                !$0.hasPrefix("report/gap-9999")
            }
            #expect(after == before)
        }

        // Only root can become somebody else.
        @Test(
            "another user's directory can be looked at, and is as it was afterwards",
            .enabled(if: getuid() == 0))
        func foreign() throws {
            let place = try Workplace()
            try place.write(Self.sweep, to: "small.yaml")
            #expect(try place.grokmap("run", "small.yaml", "--out", "out", "--quiet").code == 0)
            // Wherever the build lies, others may not enter it.
            try FileManager.default.createDirectory(
                atPath: place.path + "/bin", withIntermediateDirectories: false)
            for name in ["grokmap", "grokmap-worker"] {
                try FileManager.default.copyItem(
                    at: Workplace.program(name),
                    to: URL(fileURLWithPath: place.path + "/bin/" + name))
            }
            let before = try contents(place.path + "/out")
            let elsewhere = "/tmp/grokmap-e2e-\(UUID())"
            // What nobody needs any more.
            defer { try? FileManager.default.removeItem(atPath: elsewhere) }
            for words in [
                ["status", "out"], ["explain", "out", "learning_rate=0.01"],
                ["plan", "small.yaml", "--out", "out"],
                ["report", "out", "--out", elsewhere],
                ["report", "out"],
            ] {
                let run = try RunningProgram(
                    URL(fileURLWithPath: "/usr/bin/setpriv"),
                    [
                        "--reuid=65534", "--regid=65534", "--clear-groups", "env", "TMPDIR=/tmp",
                        "bin/grokmap",
                    ] + words,
                    in: place.path)
                let ending = try run.wait()
                if words == ["report", "out"] {
                    #expect(ending.code == 2)
                    #expect(ending.complaint?.contains("--out DIR") == true, "\(ending.errors)")
                    #expect(
                        ending.complaint?.contains("Permission denied") == true,
                        "\(ending.errors)")
                } else {
                    #expect(ending.code == 0, "\(words): \(ending.errors)")
                }
                #expect(try contents(place.path + "/out") == before, "\(words)")
            }
        }

        @Test("a sweep over images is run again without them: its cells are known, nothing changes")
        func images() throws {
            let place = try Workplace()
            var images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 12, 0, 0, 0, 2, 0, 0, 0, 2]
            var labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 12]
            for place in 0..<12 {
                let label = UInt8(place % 2)
                images += [label * 255, 255 - label * 255, 7, 9]
                labels.append(label)
            }
            try FileManager.default.createDirectory(
                atPath: place.path + "/data", withIntermediateDirectories: false)
            for (name, bytes) in [("i.idx", images), ("l.idx", labels)] {
                try Data(bytes).write(to: URL(fileURLWithPath: "\(place.path)/data/\(name)"))
            }
            let sweep = """
                sweep: images
                cell:
                  task: {kind: images, images: i.idx, labels: l.idx, samples: 12, pixels: 4, classes: 2}
                  model: {kind: mlp, input: numbers, hidden: [4]}
                  loss: {kind: mse, targets: one-hot}
                  train_fraction: 0.5
                  steps: 20
                axes: {decay: {path: optimizer.weight_decay, values: [0, 1]}}

                """
            try place.write(sweep, to: "images.yaml")
            let without = try place.grokmap("run", "images.yaml", "--out", "out")
            #expect(without.code == 2)
            #expect(without.complaint?.contains("i.idx: No such file") == true)
            #expect(!FileManager.default.fileExists(atPath: place.path + "/out"))
            let run = ["run", "images.yaml", "--out", "out", "--quiet"]
            #expect(try place.start("grokmap", run + ["--data", "data"]).wait().code == 0)
            let before = try contents(place.path + "/out").filter { !$0.hasPrefix("l") }
            let again = try place.start("grokmap", run).wait()
            #expect(again.code == 0)
            #expect(again.errors.hasPrefix("nothing to train: all 2 cells are there"))
            #expect(try contents(place.path + "/out").filter { !$0.hasPrefix("l") } == before)
            // A cell is missing: now the files are needed, and that is said before anything changes.
            unlink(try #require(place.cellFiles().first))
            let missing = try place.start("grokmap", run).wait()
            #expect(missing.code == 2)
            #expect(missing.complaint?.contains("i.idx: No such file") == true, "\(missing.errors)")
        }
    }
}
