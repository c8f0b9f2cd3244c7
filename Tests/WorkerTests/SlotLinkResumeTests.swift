import Core
import SHA256
import Testing

@testable import Worker

@Suite struct SlotLinkResumeTests {
    /// A link that has just been leased a cell with a checkpoint.
    private func leased(
        _ checkpoint: Checkpoint, as bytes: [UInt8]? = nil
    ) throws -> (bench: LinkBench, effects: [LinkEffect]) {
        var bench = LinkBench()
        _ = bench.happens(.started)
        _ = bench.hears(.welcome(Samples.welcome()))
        let effects = bench.hears(.lease(try Samples.lease(offering: checkpoint, as: bytes)))
        return (bench, effects)
    }

    /// The piece of these bytes at an offset.
    private func chunk(_ bytes: [UInt8], at offset: Int) throws -> FileChunk {
        let end = min(bytes.count, offset + FileChunk.largestPayload)
        return FileChunk(
            attempt: try Samples.attempt(), offset: offset, size: bytes.count,
            sha256: SHA256Digest.hex(of: bytes), payload: Array(bytes[offset..<end]))
    }

    private var fromStart: TrainingJob {
        get throws { try TrainingJob(try Samples.lease(), sweep: "s") }
    }

    @Test(
        "a checkpoint is asked for piece by piece, and the cell resumes from it",
        arguments: [0, 100, 262_144, 600_001])
    func resumed(_ length: Int) throws {
        let checkpoint = try Samples.checkpoint(length: length)
        let bytes = checkpoint.encoded()
        var (bench, effects) = try leased(checkpoint)
        var count = 0
        while effects.jobs.isEmpty {
            let request = CheckpointRequest(
                attempt: try Samples.attempt(), sha256: SHA256Digest.hex(of: bytes), offset: count)
            try #require(effects == [.send(.checkpointRequest(request))])
            let piece = try chunk(bytes, at: count)
            count += piece.payload.count
            effects = bench.hears(.checkpointChunk(piece))
        }
        #expect(count == bytes.count)
        var job = try fromStart
        job.checkpoint = checkpoint
        job.stateFrom = "step 512 of attempt 1 by slot x"
        #expect(effects == [.train(job)])
        #expect(bench.link.trainer == .training(job.attempt))
        #expect(bench.pass(.seconds(60), answering: true).asked.isEmpty)
    }

    @Test("what cannot be resumed bit by bit is not even asked for")
    func unfit() throws {
        func jobs(_ change: (inout CheckpointOffer) -> Void) throws -> [LinkEffect] {
            var bench = LinkBench()
            _ = bench.happens(.started)
            _ = bench.hears(.welcome(Samples.welcome()))
            var lease = try Samples.lease(offering: try Samples.checkpoint())
            lease.checkpoint.map { offer in
                var offer = offer
                change(&offer)
                lease.checkpoint = offer
            }
            return bench.hears(.lease(lease))
        }
        let start: [LinkEffect] = [.train(try fromStart)]
        #expect(try jobs { $0.engine = "grokmap 0.1.0 (avx512)" } == start)
        #expect(try jobs { $0.blasCore = "Zen" } == start)
        #expect(try jobs { $0.size = 0 } == start)
        #expect(try jobs { $0.size = Checkpoint.largestSize + 1 } == start)
        #expect(try jobs { _ in }.asked == [0])
    }

    @Test(
        "from a checkpoint that is damaged, foreign or gone no cell goes on: it begins at step 0",
        arguments: ["flipped", "not a checkpoint", "another cell", "another rule", "gone"])
    func useless(_ what: String) throws {
        var checkpoint = try Samples.checkpoint()
        var bytes: [UInt8]
        switch what {
        case "another cell": checkpoint.origin.cell = try Samples.attempt(1).cell
        case "another rule": checkpoint.origin.rule.gap = 5
        default: break
        }
        bytes = what == "not a checkpoint" ? [1, 2, 3] : checkpoint.encoded()
        var (bench, effects) = try leased(checkpoint, as: bytes)
        #expect(effects.asked == [0])
        var piece = try chunk(bytes, at: 0)
        if what == "flipped" { piece.payload[40] ^= 1 }
        if what == "gone" { (piece.size, piece.payload) = (0, []) }
        effects = bench.hears(.checkpointChunk(piece))
        #expect(effects == [.train(try fromStart)])
    }

    @Test("a piece that does not come is asked for again, one that was not asked for is ignored")
    func lostPiece() throws {
        let checkpoint = try Samples.checkpoint(length: 600_000)
        let bytes = checkpoint.encoded()
        var (bench, _) = try leased(checkpoint)
        #expect(bench.hears(.checkpointChunk(try chunk(bytes, at: 0))).asked == [262_144])
        var wrong: [FileChunk] = []
        for _ in 0..<5 { wrong.append(try chunk(bytes, at: 262_144)) }
        wrong[0].offset = 0
        wrong[1].sha256 = "ff"
        wrong[2].attempt.attempt = 9
        wrong[3].size += 1
        wrong[4].payload = []
        for chunk in wrong { #expect(bench.hears(.checkpointChunk(chunk)).isEmpty) }
        #expect(bench.link.ignoredMessages == 5)
        #expect(bench.pass(.seconds(4.9), answering: true).asked.isEmpty)
        #expect(bench.pass(.seconds(0.2), answering: true).asked == [262_144])
        let again = bench.hears(.reject(Reject(code: .unknownSlot, reason: "who?")))
        #expect(again.hellos == [[.init(attempt: try Samples.attempt(), step: 0, finished: false)]])
        #expect(bench.hears(.welcome(Samples.welcome("c2"))).asked == [262_144])
    }

    @Test("a piece longer than what is left is ignored")
    func tooLong() throws {
        let checkpoint = try Samples.checkpoint()
        var (bench, _) = try leased(checkpoint)
        var piece = try chunk(checkpoint.encoded(), at: 0)
        piece.payload.append(0)
        #expect(bench.hears(.checkpointChunk(piece)).isEmpty)
        #expect(bench.link.ignoredMessages == 1)
    }

    @Test("a cell that waits for its checkpoint is held, spoken of, and not leased twice")
    func held() throws {
        let checkpoint = try Samples.checkpoint()
        var (bench, _) = try leased(checkpoint)
        let attempt = try Samples.attempt()
        #expect(bench.after(.seconds(2)).messages == [.progress(Progress(attempt: attempt))])
        #expect(bench.hears(.lease(try Samples.lease(offering: checkpoint))).isEmpty)
        let other = bench.hears(.lease(try Samples.lease(1)))
        let busy = Release(
            attempt: try Samples.attempt(1), failed: false, reason: "the slot is busy")
        #expect(other == [.send(.release(busy))])
        #expect(bench.pass(.seconds(60), answering: true).requests == 0)
    }

    @Test("a cell that waits for its checkpoint goes back when the slot drains or stops")
    func ended() throws {
        let checkpoint = try Samples.checkpoint()
        func release(_ reason: String) throws -> Message {
            .release(Release(attempt: try Samples.attempt(), failed: false, reason: reason))
        }
        var (bench, _) = try leased(checkpoint)
        #expect(
            bench.hears(.drain(Drain(reason: "interrupted"))).messages == [
                try release("the slot is draining"), .goodbye(Goodbye(reason: "drained")),
            ])
        (bench, _) = try leased(checkpoint)
        #expect(
            bench.happens(.stop(reason: "stopped")).messages == [
                try release("stopped"), .goodbye(Goodbye(reason: "stopped")),
            ])
        (bench, _) = try leased(checkpoint)
        _ = bench.hears(.reject(Reject(code: .unknownSlot, reason: "who?")))
        let welcome = Samples.welcome("c2", abandon: [try Samples.attempt()])
        #expect(bench.hears(.welcome(welcome)) == [.send(.request(Request(credit: 1)))])
    }
}
