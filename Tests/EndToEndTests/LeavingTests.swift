import Core
import Foundation
@preconcurrency import Glibc
import Results
import SHA256
import Testing
import Training

@testable import Worker

extension EndToEnd {
    /// Slots that leave as soon as they have said everything.
    @Suite struct LeavingTests {
        @Test(
            "a result counts though its slot gives the cell back and leaves in the same breath",
            arguments: [false, true])
        func lastBreath(again: Bool) throws {
            let place = try Workplace()
            try place.write(smallSweep(rates: "[1.0e-3]", decays: "[0, 2]"), to: "small.yaml")
            let (run, address) = try place.serve()
            for name in ["first", "second"] {
                let slot = try ScriptedSlot(name, address)
                let lease = try slot.lease()
                let bytes = try file(of: lease, in: place)
                var words = pieces(bytes, of: lease.attempt).map { Message.resultChunk($0) }
                // A slot that has heard nothing says its last piece once more.
                if again, let last = words.last { words.append(last) }
                words.append(
                    .release(Release(attempt: lease.attempt, failed: true, reason: "full disk")))
                words.append(.goodbye(Goodbye(reason: "done")))
                for word in words { try slot.say(word) }
                try eventually("the result is there") {
                    place.cellFiles().contains { $0.contains(lease.attempt.cell.hex) }
                }
            }
            #expect(try run.wait().code == 0)
            #expect(try place.cells().count == 2)
            #expect(
                try place.ledger("SELECT attempt FROM attempts ORDER BY cell") == ["1", "1"])
            let left = try FileManager.default.contentsOfDirectory(
                atPath: place.path + "/out/incoming")
            #expect(left.isEmpty)
        }

        @Test("TERM makes the workers hand over what they are training, and ends the run")
        func term() throws {
            let place = try Workplace()
            try place.write(
                smallSweep(steps: 1_000_000, extra: "stop: budget"), to: "small.yaml")
            let run = try place.start(
                "grokmap", ["run", "small.yaml", "--out", "out", "--slots", "1"])
            let ledger = place.path + "/out/ledger.sqlite"
            try eventually("a slot has a cell") {
                guard FileManager.default.fileExists(atPath: ledger) else { return false }
                return try !place.ledger("SELECT * FROM attempts").isEmpty
            }
            run.signal(SIGTERM)
            let ending = try run.wait()
            #expect(ending.code == 2)
            #expect(ending.errors.contains("handing over the running cells"))
            #expect(try place.ledger("SELECT * FROM checkpoints").count == 1)
        }

        /// The cell file that a slot makes of a lease.
        private func file(of lease: Lease, in place: Workplace) throws -> [UInt8] {
            let author = CellAuthor(
                worker: "scripted", host: "elsewhere", blasCore: "Haswell", kernels: .best)
            let job = try TrainingJob(lease, sweep: "small")
            let cell = try #require(try author.train(job) { _ in true })
            let path = place.path + "/" + lease.attempt.cell.hex + ".h5"
            try Workplace.write(cell, to: path)
            return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        }

        private func pieces(_ bytes: [UInt8], of attempt: AttemptID) -> [FileChunk] {
            stride(from: 0, to: bytes.count, by: FileChunk.largestPayload).map { offset in
                FileChunk(
                    attempt: attempt, offset: offset, size: bytes.count,
                    sha256: SHA256Digest.hex(of: bytes),
                    payload: Array(
                        bytes[offset..<min(bytes.count, offset + FileChunk.largestPayload)]))
            }
        }
    }
}
