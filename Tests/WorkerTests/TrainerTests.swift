import Core
import Foundation
import Results
import TestSupport
import Testing

@testable import Training
@testable import Worker

/// An engine that counts steps, and whose state is the step.
private final class CountingEngine: CellEngine {
    let name = Samples.engine
    let makesStates: Bool
    let refuses: Bool
    /// The step each training began at.
    var begun: [Int] = []

    init(makesStates: Bool = true, refuses: Bool = false) {
        self.makesStates = makesStates
        self.refuses = refuses
    }

    func train(
        _ job: TrainingJob, from state: [UInt8]?, progress: (EngineMoment) -> Bool
    ) throws(UnusableState) -> CellOutcome? {
        if refuses, state != nil { throw UnusableState(reason: "another format") }
        let first = Int(state?.first ?? 0)
        let evaluation = Evaluation(
            trainLoss: 1, trainAccuracy: 0, validationLoss: 1, validationAccuracy: 0)
        begun.append(first)
        for step in first..<5 {
            let moment = EngineMoment(step: step, evaluation: evaluation) {
                self.makesStates ? [UInt8(step)] : nil
            }
            guard progress(moment) else { return nil }
        }
        let definition = job.definition
        return TrainingRun(configuration: definition.configuration, seed: definition.seed).run()
    }
}

@Suite(.serialized, .exclusiveHDF5) struct TrainerTests {
    private let mailbox = TrainerMailbox {}
    private let scratch: String

    init() throws { scratch = try WorkerProcess.directory() }

    private func trainer(_ engine: CountingEngine, every interval: Duration?) -> Trainer {
        let author = CellAuthor(worker: "w/0", host: "h", blasCore: "Haswell", engine: engine)
        return Trainer(
            mailbox: mailbox, author: author, scratch: scratch, incarnation: "i",
            checkpointInterval: interval)
    }

    private func job(from step: Int? = nil) throws -> TrainingJob {
        var job = try TrainingJob(try Samples.lease(), sweep: "s")
        if let step {
            job.checkpoint = try Samples.checkpoint(step: step)
            job.checkpoint?.state = [UInt8(step)]
        }
        return job
    }

    /// The checkpoints posted so far, as their steps and states.
    private func posted() throws -> [[Int]] {
        try mailbox.takeEvents().compactMap { event in
            guard case .checkpoint(_, let sealed) = event else { return nil }
            let checkpoint = try Checkpoint(decoding: sealed.bytes)
            #expect(sealed.sha256 == SHA256Digest.hex(of: sealed.bytes))
            #expect(checkpoint.origin == (try Samples.checkpoint()).origin)
            return [checkpoint.step] + checkpoint.state.map(Int.init)
        }
    }

    private func outcome(_ event: LinkEvent) throws -> StoredCell? {
        guard case .trained(_, let file) = event else { return nil }
        defer { unlink(file.path) }
        return try CellFile.read(file.path)
    }

    @Test("checkpoints are posted when they are due, with all that a run needs to go on")
    func due() throws {
        let engine = CountingEngine()
        #expect(try outcome(trainer(engine, every: .zero).train(try job())) != nil)
        #expect(try posted() == [[0, 0], [1, 1], [2, 2], [3, 3], [4, 4]])
        #expect(try outcome(trainer(engine, every: nil).train(try job())) != nil)
        #expect(try outcome(trainer(engine, every: .seconds(1e6)).train(try job())) != nil)
        #expect(try posted().isEmpty)
    }

    @Test("a cell goes on from its checkpoint's state, and its seconds add up")
    func resumed() throws {
        let engine = CountingEngine()
        let trainer = trainer(engine, every: .zero)
        let cell = try #require(try outcome(trainer.train(try job(from: 3))))
        #expect(engine.begun == [3])
        #expect(try posted() == [[3, 3], [4, 4]])
        #expect(cell.provenance.wallSeconds >= 2)
    }

    @Test("a state that the engine refuses is told of, and the cell begins at step 0")
    func refused() throws {
        let engine = CountingEngine(refuses: true)
        let trainer = trainer(engine, every: nil)
        let cell = try #require(try outcome(trainer.train(try job(from: 3))))
        #expect(engine.begun == [0] && cell.provenance.wallSeconds < 2)
        #expect(
            mailbox.takeEvents() == [
                .startedOver(try Samples.attempt(), reason: "another format")
            ])
    }

    @Test("told to hand over, the trainer stops at once and leaves a checkpoint")
    func handOver() throws {
        mailbox.handOver(try Samples.attempt())
        let event = trainer(CountingEngine(), every: nil).train(try job(from: 2))
        guard case .handedOver(let attempt, let sealed) = event else {
            Issue.record("\(event)")
            return
        }
        #expect(attempt == (try Samples.attempt()) && sealed.step == 2)
        #expect(try Checkpoint(decoding: sealed.bytes).state == [2])
    }

    @Test("an engine that cannot leave anything finishes the cell when told to hand over")
    func handOverWithout() throws {
        mailbox.handOver(try Samples.attempt())
        let event = trainer(CountingEngine(makesStates: false), every: .zero).train(try job())
        #expect(try outcome(event) != nil)
        #expect(try posted().isEmpty)
    }

    @Test("told to stop, the trainer stops and leaves nothing; another cell is not stopped")
    func stop() throws {
        mailbox.stopTraining(try Samples.attempt(1))
        let trainer = trainer(CountingEngine(), every: nil)
        #expect(try outcome(trainer.train(try job())) != nil)
        mailbox.handOver(try Samples.attempt())
        mailbox.stopTraining(try Samples.attempt())
        #expect(trainer.train(try job()) == .trainingStopped(try Samples.attempt()))
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
