import Core
import Foundation
import Results
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct MainJobTests {
        /// A site of a drawn diagram.
        private struct Square {
            var x: String
            var y: String
            var fill: String
            var letter: String

            init?(of cell: CellID, in svg: String) {
                let site = svg.split(separator: "<g id=\"cell-\(cell.short)\"").dropFirst().first
                guard
                    let drawn = site?.firstMatch(
                        of: /<rect x="([\d.]+)" y="([\d.]+)"[^>]* fill="(#\w+)"/),
                    let letter = site?.firstMatch(of: />([CGMX]\??)<\/text>/)
                else { return nil }
                x = String(drawn.output.1)
                y = String(drawn.output.2)
                fill = String(drawn.output.3)
                self.letter = String(letter.output.1)
            }
        }

        @Test("a sweep file becomes a verified cell file per cell and a phase diagram")
        func wholePath() throws {
            let place = try Workplace()
            try place.write(smallSweep(), to: "small.yaml")
            let run = try place.grokmap("run", "small.yaml", "--out", "out", "--slots", "2")
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.output == "out/report/phase-diagram.svg\n")
            #expect(run.errors.contains("trained 9 cells: 9 of 9 are there"))

            let plan = try SweepPlan(SweepSpec(parsing: smallSweep(), named: "small.yaml"))
            let cells = try place.cells()
            #expect(Set(cells.keys) == Set(plan.cells.map(\.id)))
            let svg = try String(
                contentsOfFile: place.path + "/out/report/phase-diagram.svg", encoding: .utf8)
            var fills: [Phase: Set<String>] = [:]
            var (columns, rows): ([Int: Set<String>], [Int: Set<String>]) = ([:], [:])
            for cell in plan.cells {
                let stored = try #require(cells[cell.id])
                let verdict = try #require(plan.spec.phaseRule.decide(stored.outcome))
                #expect(verdict == stored.outcome.verdict)
                #expect(stored.definition == cell.definition)
                #expect(stored.provenance.sweep == "small")
                // The square's letter is the verdict of the stored curve, its place the cell's values.
                let square = try #require(Square(of: cell.id, in: svg))
                #expect(square.letter == "\(verdict.phase.letter)\(verdict.uncertain ? "?" : "")")
                fills[verdict.phase, default: []].insert(square.fill)
                columns[cell.point.axes[0], default: []].insert(square.x)
                rows[cell.point.axes[1], default: []].insert(square.y)
            }
            #expect(fills.count > 1, "one phase alone would prove little")
            #expect(fills.values.allSatisfy { $0.count == 1 })
            #expect(Set(fills.values.joined()).count == fills.count)
            // Weight decay grows downwards, as in the paper's figures.
            for lines in [columns, rows] {
                #expect(lines.count == 3 && lines.values.allSatisfy { $0.count == 1 })
                let drawn = lines.sorted { $0.key < $1.key }.flatMap(\.value).compactMap(
                    Double.init)
                #expect(zip(drawn, drawn.dropFirst()).allSatisfy { $0 < $1 })
            }
            for name in ["report/index.html", "sweep.h5", "ledger.sqlite", "sweep.yaml"] {
                #expect(FileManager.default.fileExists(atPath: place.path + "/out/" + name))
            }
            try eventually("all workers have ended") { place.processes().isEmpty }
        }

        @Test("explain asks the coordinator that runs, and events.jsonl tells the sweep's story")
        func story() throws {
            let place = try Workplace()
            try place.write(smallSweep(steps: 60_000, extra: "stop: budget"), to: "small.yaml")
            let run = try place.start(
                "grokmap", ["run", "small.yaml", "--out", "out", "--slots", "1"])
            var worker = ""
            try eventually("a cell is in a slot's hands") {
                let found = try place.ledger("SELECT worker FROM attempts WHERE ended_at IS NULL")
                worker = found.first ?? ""
                return !worker.isEmpty
            }
            func explain(_ subject: String) throws -> String {
                let explained = try place.grokmap("explain", "out", subject)
                #expect(explained.code == 0, "\(explained.errors)")
                return explained.output
            }
            let waiting = try place.ledger(
                "SELECT cell FROM cells WHERE cell NOT IN (SELECT cell FROM attempts)")
            let cell = try explain(try #require(waiting.last))
            #expect(cell.contains("now: waits: "), "\(cell)")
            #expect(cell.contains("now: not leased: all 1 slots are busy"), "\(cell)")
            let slot = try explain(worker)
            #expect(slot.hasPrefix("slot \(worker.prefix(8))/0 on "), "\(slot)")
            #expect(slot.contains("trains cell "), "\(slot)")
            #expect(try place.grokmap("explain", "out", "nobody").code == 2)
            run.signal(SIGINT)
            #expect(try run.wait().code == 2)
            // How many it has finished by then is a matter of luck.
            let done = try explain(worker)
            #expect(done.prefixMatch(of: /([1-9]\d*) attempts: \1 stored\n/) != nil, "\(done)")

            struct Line: Decodable {
                var at: String
                var event: String
                var cell: String?
                var worker: String?
                var seconds: Double?
            }
            let text = try String(
                contentsOfFile: place.path + "/out/events.jsonl", encoding: .utf8)
            let lines = try text.split(separator: "\n").map {
                try JSONDecoder().decode(Line.self, from: Data($0.utf8))
            }
            #expect(lines.map(\.event).contains("registered"))
            let leased = try #require(lines.first { $0.event == "leased" })
            let stored = try #require(lines.first { $0.event == "stored" })
            #expect(leased.worker == worker && stored.worker == worker)
            #expect(stored.cell == leased.cell)
            #expect((stored.seconds ?? 0) > 0)
            #expect(lines.map(\.at) == lines.map(\.at).sorted())
        }

        @Test("a cell trained by the sweep and by `train` alone has the same curves")
        func sameEngine() throws {
            let place = try Workplace()
            let text = smallSweep(rates: "[1.0e-3]", decays: "[2]")
            try place.write(text, to: "small.yaml")
            #expect(try place.grokmap("run", "small.yaml", "--out", "out").code == 0)
            let swept = try #require(try place.cells().values.first)
            try place.write(swept.definition.canonicalText, to: "cell.json")
            let train = try place.start(
                "grokmap-worker",
                ["train", "cell.json", "--out", "alone.h5", "--blas-core", "auto"]
            ).wait()
            #expect(train.code == 0, "\(train.errors)")
            let alone = try Workplace.cell(place.path + "/alone.h5")
            #expect(alone.outcome == swept.outcome)
        }

        @Test("a second run trains nothing, an enlarged axis only the new cells")
        func incremental() throws {
            let place = try Workplace()
            try place.write(smallSweep(), to: "small.yaml")
            #expect(try place.grokmap("run", "small.yaml", "--out", "out").code == 0)
            let before = try place.cells()
            let again = try place.grokmap("run", "small.yaml", "--out", "out")
            #expect(again.code == 0)
            #expect(again.errors.contains("nothing to train: all 9 cells are there"))

            try place.write(smallSweep(decays: "[0, 1, 2, 8]"), to: "small.yaml")
            let larger = try place.grokmap("run", "small.yaml", "--out", "out")
            #expect(larger.code == 0)
            #expect(larger.errors.contains("trained 3 cells: 12 of 12 are there"))
            let after = try place.cells()
            for (id, cell) in before { #expect(after[id] == cell) }
            #expect(try place.ledger("SELECT count(*) FROM attempts") == ["12"])
        }

        @Test("a changed rule redraws, and trains only what the stored curves cannot decide")
        func changedRule() throws {
            let place = try Workplace()
            // Thresholds that are reached early leave short curves behind; higher ones then cannot be decided from them.
            try place.write(
                smallSweep(rule: "{train_accuracy: 0.2, validation_accuracy: 0.2, gap: 100}"),
                to: "small.yaml")
            #expect(try place.grokmap("run", "small.yaml", "--out", "out").code == 0)
            let strict = PhaseRule(trainAccuracy: 0.9, validationAccuracy: 0.9, gap: 100)
            let before = try place.cells()
            let undecided = before.filter { strict.decide($0.value.outcome) == nil }
            #expect(!undecided.isEmpty && undecided.count < before.count)

            // Another gap is decided by any curve.
            try place.write(
                smallSweep(rule: "{train_accuracy: 0.2, validation_accuracy: 0.2, gap: 7}"),
                to: "small.yaml")
            let gap = try place.grokmap("run", "small.yaml", "--out", "out")
            #expect(gap.errors.contains("nothing to train: all 9 cells are there"))

            try place.write(smallSweep(rule: "{gap: 100}"), to: "small.yaml")
            let run = try place.grokmap("run", "small.yaml", "--out", "out")
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.errors.contains("trained \(undecided.count) cells: 9 of 9 are there"))
            let after = try place.cells()
            for (id, cell) in before where undecided[id] == nil { #expect(after[id] == cell) }
            for (_, cell) in after { #expect(strict.decide(cell.outcome) != nil) }
        }

        @Test("workers started by hand over TCP do the work of a coordinator without slots")
        func joinedWorkers() throws {
            let place = try Workplace()
            try place.write(smallSweep(), to: "small.yaml")
            let (coordinator, address) = try place.serve()
            let worker = try place.start(
                "grokmap-worker",
                ["--connect", address, "--slots", "2", "--scratch", place.path + "/scratch"])
            #expect(try coordinator.wait().code == 0)
            #expect(try worker.wait().code == 0)
            #expect(try place.cells().count == 9)
        }

        @Test("status, explain, plan and report say what is there")
        func inspection() throws {
            let place = try Workplace()
            try place.write(smallSweep(), to: "small.yaml")
            let plan = try place.grokmap("plan", "small.yaml", "--out", "out", "--format", "json")
            #expect(plan.output.contains("\"missing\":9"))
            #expect(try place.grokmap("run", "small.yaml", "--out", "out").code == 0)
            let status = try place.grokmap("status", "out", "--format", "json")
            #expect(status.output.contains("\"verified\":9"))
            let explain = try place.grokmap(
                "explain", "out", "learning_rate=0.001,weight_decay=2")
            #expect(explain.code == 0)
            #expect(explain.output.contains("phase: "))
            #expect(explain.output.contains("because"))
            let report = try place.grokmap("report", "out", "--rule", "train_accuracy=0.1")
            #expect(report.code == 0, "\(report.errors)")
            let drawn = "out/report/train_accuracy-0.1/phase-diagram.svg"
            #expect(report.output == drawn + "\n")
            let svg = try String(contentsOfFile: place.path + "/" + drawn, encoding: .utf8)
            let own = try String(
                contentsOfFile: place.path + "/out/report/phase-diagram.svg", encoding: .utf8)
            #expect(svg != own)
            #expect(try place.grokmap("verify", "out").output.contains("9 of 9 cells"))
        }
    }
}
