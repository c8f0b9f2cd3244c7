import Core
import Foundation
@preconcurrency import Glibc
import Results
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct CheckpointTests {
        /// A checkpoint of a leased cell, of more than one piece.
        private func checkpoint(_ lease: Lease, step: Int) -> Checkpoint {
            Checkpoint(
                origin: Checkpoint.Origin(
                    cell: lease.attempt.cell, rule: lease.rule, stop: lease.stop,
                    record: lease.record, engine: "scripted", blasCore: "Haswell"), step: step,
                seconds: 1, state: (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* step) })
        }

        private func release(_ attempt: AttemptID) -> Message {
            .release(Release(attempt: attempt, failed: false, reason: "draining"))
        }

        @Test("a cell whose slot is killed goes on mid-run, and its curves are those of a calm run")
        func killed() throws {
            let sweep = smallSweep(
                steps: 250_000, rates: "[1.0e-3]", decays: "[2]", extra: "stop: budget")
            let calm = try Workplace()
            try calm.write(sweep, to: "small.yaml")
            #expect(try calm.grokmap("run", "small.yaml", "--out", "out").code == 0)

            let place = try Workplace()
            try place.write(sweep, to: "small.yaml")
            func launch() throws -> RunningProgram {
                try place.start(
                    "grokmap",
                    ["run", "small.yaml", "--out", "out", "--checkpoint-every", "0.1"])
            }
            func checkpoint(after step: Int) throws -> Int {
                var latest = 0
                try eventually("a checkpoint after step \(step)") {
                    let rows = try place.ledger("SELECT step FROM checkpoints")
                    latest = rows.first.flatMap { Int($0) } ?? 0
                    return latest > step
                }
                return latest
            }
            var run = try launch()
            let first = try checkpoint(after: 0)
            for process in place.processes() where process.kind == "slot" {
                kill(process.pid, SIGKILL)
            }
            // What the killed slot had sent may still arrive; only its successor counts.
            try eventually("its successor goes on") {
                try place.ledger("SELECT text FROM events WHERE kind = 'resumed'").count == 1
            }
            let second = try checkpoint(after: first)
            run.signal(SIGKILL)
            _ = try run.wait()
            for process in place.processes() { kill(process.pid, SIGKILL) }
            try eventually("all are gone") { place.processes().isEmpty }

            run = try launch()
            #expect(try run.wait().code == 0)
            let resumed = try place.ledger("SELECT text FROM events WHERE kind = 'resumed'")
            #expect(resumed.count == 2, "\(resumed)")
            let steps = resumed.compactMap { text in
                text.firstMatch(of: /from step ([0-9]+)/).flatMap { Int($0.output.1) }
            }
            #expect(steps.count == 2 && steps[0] >= first && steps[1] >= second, "\(resumed)")
            #expect(try place.cells().values.map(\.outcome) == calm.cells().values.map(\.outcome))
        }

        /// Cells that the next attempt begins in the middle, by the word of `grokmap status`.
        private func resumable(_ place: Workplace) throws -> Int? {
            let output = try place.grokmap("status", "out", "--format", "json").output
            return output.firstMatch(of: /"resumable":([0-9]+)/).flatMap { Int($0.output.1) }
        }

        @Test("a checkpoint outlives slots and coordinators, and comes back with the cell's lease")
        func outlives() throws {
            let place = try Workplace()
            try place.write(smallSweep(rates: "[1.0e-3]", decays: "[2]"), to: "small.yaml")
            var (run, address) = try place.serve()
            let first = try ScriptedSlot("first", address)
            let lease = try first.lease()
            #expect(lease.checkpoint == nil)
            for step in [256, 512] {
                let bytes = checkpoint(lease, step: step).encoded()
                #expect(try first.leave(bytes, of: lease.attempt).state == .stored)
            }
            try first.say(release(lease.attempt))
            try eventually("the cell has gone back") { try resumable(place) == 1 }
            let explain = try place.grokmap("explain", "out", "seed=0")
            #expect(explain.output.contains("checkpoint: resumes at step 512 of attempt 1"))
            run.signal(SIGKILL)
            _ = try run.wait()

            (run, address) = try place.serve()
            let second = try ScriptedSlot("second", address)
            let resumed = try second.lease()
            let expected = checkpoint(lease, step: 512).encoded()
            let offer = try #require(resumed.checkpoint)
            #expect(resumed.attempt.attempt == 2 && offer.step == 512)
            #expect(offer.size == expected.count && offer.engine == "scripted")
            var bytes: [UInt8] = []
            while bytes.count < offer.size {
                let piece = try second.ask(resumed.attempt, offer.sha256, at: bytes.count)
                try #require(piece.offset == bytes.count && !piece.payload.isEmpty)
                bytes += piece.payload
            }
            #expect(bytes == expected)
            // What is not the checkpoint offered, and what a stranger asks for, is gone.
            #expect(
                try second.ask(resumed.attempt, String(repeating: "0", count: 64), at: 0).size == 0)
            let third = try ScriptedSlot("third", address)
            #expect(try third.ask(resumed.attempt, offer.sha256, at: 0).size == 0)
            // So is what the first slot's attempt, which is over, leaves now.
            let late = checkpoint(lease, step: 768).encoded()
            #expect(try third.leave(late, of: lease.attempt).state == .superfluous)
            let damaged = Array(late.dropLast()) + [0]
            #expect(try second.leave(damaged, of: resumed.attempt).state == .refused)

            try second.say(release(resumed.attempt))
            try eventually("the cell has gone back") { try resumable(place) == 1 }
            // A real worker, of another engine, begins at step 0, and the result ends the checkpoint.
            let worker = try place.start(
                "grokmap-worker",
                ["--connect", address, "--slots", "1", "--scratch", place.path + "/scratch"])
            #expect(try run.wait().code == 0)
            let said = try worker.wait()
            #expect(said.code == 0)
            #expect(said.errors.contains("begins at step 0: its checkpoint is of scripted"))
            #expect(try place.cells().count == 1)
            let left = try FileManager.default.contentsOfDirectory(
                atPath: place.path + "/out/checkpoints")
            #expect(left.isEmpty)
            #expect(try place.ledger("SELECT * FROM checkpoints").isEmpty)
        }
    }
}
