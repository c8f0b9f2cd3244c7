import Core
import Foundation
@preconcurrency import Glibc
import Results
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct FaultTests {
        /// Cells long enough to be interrupted, short enough to be many.
        private static let sweep = smallSweep(
            steps: 12_000, rates: "[1.0e-5, 1.0e-4, 1.0e-3, 1.0e-2]", decays: "[0, 2, 8]",
            extra: "stop: budget")

        @Test("kill -9 of coordinator, slots and supervisor at random moments changes no curve")
        func randomKills() throws {
            let calm = try Workplace()
            try calm.write(FaultTests.sweep, to: "small.yaml")
            #expect(try calm.grokmap("run", "small.yaml", "--out", "out").code == 0)
            let undisturbed = try calm.cells()
            #expect(undisturbed.count == 12)

            let seed = UInt64.random(in: 0...UInt64.max)
            var random = RandomStream(state: seed)
            let place = try Workplace()
            try place.write(FaultTests.sweep, to: "small.yaml")
            var kills: [String] = []
            var round = 0
            while true {
                round += 1
                let run = try place.start(
                    "grokmap",
                    [
                        "run", "small.yaml", "--out", "out", "--slots", "2",
                        "--checkpoint-every", "0.04",
                    ])
                // After some rounds of murder one run is left alone to finish.
                if round > 6 {
                    #expect(try run.wait().code == 0, "seed \(seed)")
                    break
                }
                let victims = ["slot", "coordinator", "supervisor", "slot", "slot"]
                for _ in 0..<2 where run.isRunning {
                    usleep(UInt32(50_000 + random.index(below: 500_000)))
                    let kind = victims[random.index(below: victims.count)]
                    let found = place.processes().filter { $0.kind == kind }
                    guard !found.isEmpty else { continue }
                    kill(found[random.index(below: found.count)].pid, SIGKILL)
                    kills.append(kind)
                }
                if run.isRunning {
                    run.signal(SIGKILL)
                    kills.append("coordinator")
                }
                _ = try run.wait()
            }
            let disturbed = try place.cells()
            #expect(!kills.isEmpty)
            #expect(Set(disturbed.keys) == Set(undisturbed.keys), "seed \(seed), kills \(kills)")
            for (id, cell) in undisturbed {
                #expect(disturbed[id]?.outcome == cell.outcome, "seed \(seed), kills \(kills)")
            }
            let resumed = try place.ledger("SELECT count(*) FROM events WHERE kind = 'resumed'")
            print("killed: \(kills), attempts resumed mid-run: \(resumed)")
            #expect(try place.ledger("SELECT * FROM checkpoints").isEmpty)
            // No acknowledged cell was trained twice: each is stored once, and nothing was leased after that.
            let stored = try place.ledger(
                "SELECT cell, count(*) FROM attempts WHERE outcome = 'stored' GROUP BY cell")
            #expect(stored.count == 12)
            #expect(stored.allSatisfy { $0.hasSuffix("|1") }, "\(stored)")
            let late = try place.ledger(
                """
                SELECT a.cell FROM attempts a JOIN attempts s ON a.cell = s.cell
                WHERE s.outcome = 'stored' AND a.leased_at > s.ended_at
                """)
            #expect(late.isEmpty, "leased after being stored: \(late), seed \(seed)")
            // Orphans that found the sweep finished wait out their patience of 60 s.
            try eventually("every process ends by itself") {
                place.processes().isEmpty
            }
        }

        @Test("workers whose coordinator is gone for good end by themselves")
        func abandonedWorkers() throws {
            let place = try Workplace()
            try place.write(smallSweep(steps: 100_000, extra: "stop: budget"), to: "small.yaml")
            let run = try place.start("grokmap", ["run", "small.yaml", "--out", "out"])
            try eventually("slots train") {
                place.processes().contains { $0.kind == "slot" }
            }
            run.signal(SIGKILL)
            _ = try run.wait()
            try eventually("every process ends by itself") {
                place.processes().isEmpty
            }
        }

        @Test("the first interrupt lets running cells finish, and the next run does the rest")
        func interrupt() throws {
            let place = try Workplace()
            // A second each, so that the first is noticed long before the last.
            try place.write(
                smallSweep(steps: 60_000, extra: "stop: budget"), to: "small.yaml")
            let run = try place.start(
                "grokmap", ["run", "small.yaml", "--out", "out", "--slots", "2"])
            try eventually("a cell is there") { !place.cellFiles().isEmpty }
            run.signal(SIGINT)
            let ending = try run.wait()
            #expect(ending.code == 2)
            #expect(ending.errors.contains("run again to resume"))
            let some = try place.cells()
            #expect(some.count < 9)
            #expect(try place.ledger("SELECT * FROM attempts WHERE ended_at IS NULL").isEmpty)
            #expect(try place.grokmap("run", "small.yaml", "--out", "out").code == 0)
            let all = try place.cells()
            #expect(all.count == 9)
            for (id, cell) in some { #expect(all[id] == cell) }
        }

        /// Ways a cell file can be bad, and what the quarantine line says of it.
        private enum Damage: String, CaseIterable {
            case truncated
            case flipped
            case empty
            case foreign
            case incomplete
        }

        @Test("bad cell files are quarantined and trained again; the others are left alone")
        func damagedCells() throws {
            let place = try Workplace()
            try place.write(smallSweep(), to: "small.yaml")
            #expect(try place.grokmap("run", "small.yaml", "--out", "out").code == 0)
            let before = try place.cells()
            let files = place.cellFiles()
            for (damage, file) in zip(Damage.allCases, files) {
                var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
                switch damage {
                case .truncated: bytes.removeLast(bytes.count / 3)
                case .flipped: bytes[bytes.count / 2] ^= 0x10
                case .empty: bytes = Data()
                case .foreign: bytes = try Data(contentsOf: URL(fileURLWithPath: files[8]))
                case .incomplete: bytes = Data(bytes.prefix(2048))
                }
                try bytes.write(to: URL(fileURLWithPath: file))
            }
            let run = try place.grokmap("run", "small.yaml", "--out", "out")
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.errors.contains("trained 5 cells: 9 of 9 are there"), "\(run.errors)")
            let names = try FileManager.default.contentsOfDirectory(
                atPath: place.path + "/out/quarantine")
            #expect(names.count == 5)
            let after = try place.cells()
            #expect(after.mapValues(\.outcome) == before.mapValues(\.outcome))
        }

        @Test("a missing or damaged ledger is rebuilt from the cells, and nothing is trained")
        func damagedLedger() throws {
            let place = try Workplace()
            try place.write(smallSweep(), to: "small.yaml")
            #expect(try place.grokmap("run", "small.yaml", "--out", "out").code == 0)
            let ledger = place.path + "/out/ledger.sqlite"
            let good = try Data(contentsOf: URL(fileURLWithPath: ledger))
            var torn = good
            for place in stride(from: 4096, to: torn.count, by: 64) { torn[place] ^= 0xff }
            for bytes in [nil, Data(), Data("no database".utf8), torn, Data(good.prefix(5000))] {
                for suffix in ["", "-wal", "-shm"] {
                    try? FileManager.default.removeItem(atPath: ledger + suffix)
                }
                if let bytes { try bytes.write(to: URL(fileURLWithPath: ledger)) }
                let run = try place.grokmap("run", "small.yaml", "--out", "out")
                #expect(run.code == 0, "\(run.errors)")
                #expect(run.errors.contains("nothing to train: all 9 cells are there"))
                #expect(try place.ledger("SELECT count(*) FROM results") == ["9"])
            }
            #expect(try place.grokmap("verify", "out", "--rebuild").code == 0)
        }

        @Test("a run that ended before its report was drawn leaves the drawing to the next one")
        func outdatedReport() throws {
            let place = try Workplace()
            try place.write(smallSweep(steps: 200, rates: "[1.0e-3]"), to: "few.yaml")
            try place.write(smallSweep(steps: 200), to: "all.yaml")
            #expect(try place.grokmap("run", "few.yaml", "--out", "out").code == 0)
            let report = place.path + "/out/report"
            let figure = report + "/phase-diagram.svg"
            // What stands in the way of drawing comes after the last cell, like a kill at that moment.
            try FileManager.default.removeItem(atPath: report + "/cells")
            try place.write("", to: "out/report/cells")
            let broken = try place.grokmap("run", "all.yaml", "--out", "out")
            #expect(broken.code == 2 && broken.errors.contains("not a directory"))
            #expect(place.cellFiles().count == 9)
            try FileManager.default.removeItem(atPath: report + "/cells")
            let old = try String(contentsOfFile: figure, encoding: .utf8)
            let again = try place.grokmap("run", "all.yaml", "--out", "out")
            #expect(again.errors.contains("nothing to train: all 9 cells are there"))
            let drawn = try String(contentsOfFile: figure, encoding: .utf8)
            #expect(drawn != old)
            #expect(try place.grokmap("report", "out").code == 0)
            #expect(try String(contentsOfFile: figure, encoding: .utf8) == drawn)
        }

        @Test("a second coordinator on the same directory is refused and told who has it")
        func twoCoordinators() throws {
            let place = try Workplace()
            try place.write(smallSweep(steps: 100_000, extra: "stop: budget"), to: "small.yaml")
            let first = try place.start("grokmap", ["run", "small.yaml", "--out", "out"])
            try eventually("slots train") {
                place.processes().contains { $0.kind == "slot" }
            }
            let second = try place.grokmap("run", "small.yaml", "--out", "out")
            #expect(second.code == 2)
            let line = try #require(second.complaint)
            #expect(line.contains("another coordinator has it"))
            #expect(line.contains("pid \(first.pid)"))
            first.signal(SIGINT)
            first.signal(SIGINT)
            usleep(100_000)
            first.signal(SIGINT)
            #expect(try first.wait().code == 2)
        }

        @Test("a slot that stands still for less than its lease keeps it, and finishes its cell")
        func stoppedSlot() throws {
            let place = try Workplace()
            try place.write(FaultTests.sweep, to: "small.yaml")
            let run = try place.start(
                "grokmap", ["run", "small.yaml", "--out", "out", "--slots", "2"])
            var stopped: Int32 = 0
            try eventually("a slot trains") {
                stopped = place.processes().first { $0.kind == "slot" }?.pid ?? 0
                return stopped != 0 && !place.cellFiles().isEmpty
            }
            kill(stopped, SIGSTOP)
            // Beyond a lease of 30 s: Scheduler+Leases' tests and the simulation.
            usleep(3_000_000)
            kill(stopped, SIGCONT)
            #expect(try run.wait().code == 0)
            #expect(try place.cells().count == 12)
            #expect(try place.ledger("SELECT count(*) FROM attempts") == ["12"])
        }
    }
}
