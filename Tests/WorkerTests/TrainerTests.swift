import Core
import Foundation
import Results
import SHA256
import TestSupport
import Testing
import Training

@testable import Worker

@Suite(.serialized, .exclusiveHDF5) final class TrainerTests {
    private let mailbox = TrainerMailbox {}
    private let author = CellAuthor(worker: "w/0", host: "h", blasCore: "Haswell", kernels: .best)
    private let scratch: String

    init() throws { scratch = try WorkerProcess.directory() }

    // A scratch directory that stays behind harms nobody.
    deinit { try? FileManager.default.removeItem(atPath: scratch) }

    private func trainer(every interval: Duration?) -> Trainer {
        Trainer(
            mailbox: mailbox, author: author, scratch: scratch, incarnation: "i",
            checkpointInterval: interval)
    }

    /// A cell of 300 steps, which the trainer hears of after steps 1 and 257.
    private func job(from checkpoint: Checkpoint? = nil) throws -> TrainingJob {
        var job = try TrainingJob(try Samples.lease(), sweep: "s")
        job.checkpoint = checkpoint
        return job
    }

    /// The checkpoints posted since the last look.
    private func posted() throws -> [Checkpoint] {
        try mailbox.takeEvents().compactMap { event in
            guard case .checkpoint(let attempt, let sealed) = event else { return nil }
            #expect(attempt == (try Samples.attempt()))
            #expect(sealed.sha256 == SHA256Digest.hex(of: sealed.bytes))
            return try Checkpoint(decoding: sealed.bytes)
        }
    }

    private func cell(_ event: LinkEvent) throws -> StoredCell {
        guard case .trained(_, let file) = event else { throw Surprise(event: event) }
        defer { unlink(file.path) }
        return try CellFile.read(file.path)
    }

    private struct Surprise: Error {
        var event: LinkEvent
    }

    @Test("checkpoints are posted when they are due, with all that a run needs to go on")
    func due() throws {
        _ = try cell(trainer(every: .zero).train(try job()))
        let checkpoints = try posted()
        #expect(checkpoints.map(\.step) == [1, 257])
        let origin = try job().origin(engine: author.engine, blasCore: "Haswell")
        #expect(checkpoints.allSatisfy { $0.origin == origin })
        _ = try cell(trainer(every: nil).train(try job()))
        _ = try cell(trainer(every: .seconds(1e6)).train(try job()))
        #expect(try posted().isEmpty)
    }

    @Test("a cell that resumes from any of its checkpoints ends as if it had never stopped")
    func resumed() throws {
        let whole = try cell(trainer(every: .zero).train(try job()))
        #expect(whole.outcome.stepsRun == 300)
        for checkpoint in try posted() {
            var later = checkpoint
            later.seconds = 1000
            let resumed = try cell(trainer(every: .zero).train(try job(from: later)))
            #expect(resumed.outcome == whole.outcome, "from step \(checkpoint.step)")
            #expect(resumed.provenance.wallSeconds >= 1000)
            let steps = try posted().map(\.step)
            #expect(steps == (checkpoint.step == 1 ? [257] : []))
        }
    }

    @Test("a state that the engine refuses is told of, and the cell begins at step 0")
    func refused() throws {
        let whole = try cell(trainer(every: .zero).train(try job()))
        var checkpoint = try #require(try posted().last)
        checkpoint.state.removeLast()
        checkpoint.seconds = 1000
        let fresh = try cell(trainer(every: nil).train(try job(from: checkpoint)))
        #expect(fresh.outcome == whole.outcome && fresh.provenance.wallSeconds < 1000)
        guard case .startedOver(let attempt, let reason) = mailbox.takeEvents().first else {
            Issue.record("nothing was told")
            return
        }
        #expect(attempt == (try Samples.attempt()) && !reason.isEmpty)
    }

    @Test("told to hand over again and again, a cell still ends as if it had never stopped")
    func handOver() throws {
        let whole = try cell(trainer(every: nil).train(try job()))
        mailbox.handOver(try Samples.attempt())
        var checkpoint: Checkpoint?
        for step in [1, 257] {
            let event = trainer(every: nil).train(try job(from: checkpoint))
            guard case .handedOver(let attempt, let sealed) = event else {
                throw Surprise(event: event)
            }
            #expect(attempt == (try Samples.attempt()) && sealed.step == step)
            checkpoint = try Checkpoint(decoding: sealed.bytes)
        }
        let last = try cell(trainer(every: nil).train(try job(from: checkpoint)))
        #expect(last.outcome == whole.outcome)
    }

    @Test("told to stop, the trainer stops and leaves nothing; another cell is not stopped")
    func stop() throws {
        mailbox.stopTraining(try Samples.attempt(1))
        _ = try cell(trainer(every: nil).train(try job()))
        mailbox.handOver(try Samples.attempt())
        mailbox.stopTraining(try Samples.attempt())
        #expect(
            trainer(every: .zero).train(try job()) == .trainingStopped(try Samples.attempt()))
        #expect(try posted().isEmpty)
    }

    @Test("the first checkpoint is due after half an interval, each other a whole one later")
    func schedule() {
        var schedule = CheckpointSchedule(every: .seconds(60))
        let due = (0..<300).filter { schedule.isDue(at: .seconds($0)) }
        #expect(due == [30, 90, 150, 210, 270])
        // One that comes late moves the next.
        #expect([400, 459, 460].filter { schedule.isDue(at: .seconds($0)) } == [400, 460])
        var none = CheckpointSchedule(every: nil)
        let never = none.isDue(at: .seconds(1e6))
        #expect(!never)
    }
}
