import Core
import Testing

@testable import Worker

@Suite struct SlotLinkCheckpointTests {
    private let piece = FileChunk.largestPayload

    private func sealed(_ step: Int, length: Int = 100) throws -> SealedCheckpoint {
        SealedCheckpoint(try Samples.checkpoint(step: step, length: length))
    }

    private func ack(
        _ checkpoint: SealedCheckpoint, _ state: FileAck.State = .stored, offset: Int = 0,
        credit: Int = 0
    ) throws -> Message {
        .checkpointAck(
            FileAck(
                attempt: try Samples.attempt(), sha256: checkpoint.sha256, state: state,
                offset: offset, credit: credit, reason: state == .refused ? "no" : nil))
    }

    private func released(_ reason: String) throws -> LinkEffect {
        .send(
            .release(Release(attempt: try Samples.attempt(), failed: false, reason: reason)))
    }

    private let farewell: [LinkEffect] = [
        .send(.goodbye(Goodbye(reason: "drained"))), .exit(.drained),
    ]

    // MARK: Sending

    @Test("a checkpoint is sent piece by piece under credit, and once it is stored never again")
    func sent() throws {
        var bench = try LinkBench.training()
        let checkpoint = try sealed(512, length: 2 * piece)
        var bytes: [UInt8] = []
        var effects = bench.happens(.checkpoint(try Samples.attempt(), checkpoint))
        while bytes.count < checkpoint.bytes.count {
            try #require(effects.checkpointPieces.count == 1)
            let chunk = effects.checkpointPieces[0]
            #expect(chunk.offset == bytes.count && chunk.size == checkpoint.bytes.count)
            #expect(chunk.sha256 == checkpoint.sha256)
            bytes += chunk.payload
            effects = bench.hears(
                try ack(checkpoint, .receiving, offset: bytes.count, credit: piece))
        }
        #expect(bytes == checkpoint.bytes && effects.isEmpty)
        #expect(bench.hears(try ack(checkpoint)).isEmpty)
        #expect(bench.pass(.seconds(60), answering: true).checkpointPieces.isEmpty)
        #expect(bench.link.trainer == .training(try Samples.attempt()))
    }

    @Test("while one checkpoint is on its way the newest of the others waits, and older ones go")
    func newest() throws {
        var bench = try LinkBench.training()
        let all = try [256, 512, 768].map { try sealed($0) }
        for (number, checkpoint) in all.enumerated() {
            let effects = bench.happens(.checkpoint(try Samples.attempt(), checkpoint))
            #expect(effects.checkpointPieces.count == (number == 0 ? 1 : 0))
        }
        #expect(bench.hears(try ack(all[0])).checkpointPieces.map(\.sha256) == [all[2].sha256])
        // A late word about another one says nothing about this one.
        #expect(bench.hears(try ack(all[0])).isEmpty)
        #expect(bench.hears(try ack(all[1], .receiving, offset: 1)).isEmpty)
        #expect(bench.link.uploads.current?.checkpoint == all[2])
        #expect(bench.hears(try ack(all[2])).isEmpty && bench.link.uploads.current == nil)
    }

    @Test("a lost acknowledgement makes the slot send again, also after a new connection")
    func lostAck() throws {
        var bench = try LinkBench.training()
        let checkpoint = try sealed(512)
        _ = bench.happens(.checkpoint(try Samples.attempt(), checkpoint))
        #expect(bench.pass(.seconds(4.9), answering: true).checkpointPieces.isEmpty)
        #expect(bench.pass(.seconds(0.2), answering: true).checkpointPieces.count == 1)
        _ = bench.hears(.reject(Reject(code: .unknownSlot, reason: "who?")))
        #expect(bench.hears(.welcome(Samples.welcome("c2"))).checkpointPieces.count == 1)
    }

    @Test(
        "a checkpoint that is refused or not wanted is forgotten, and training goes on",
        arguments: [FileAck.State.refused, .superfluous])
    func unwanted(_ state: FileAck.State) throws {
        var bench = try LinkBench.training()
        let checkpoint = try sealed(512)
        _ = bench.happens(.checkpoint(try Samples.attempt(), checkpoint))
        #expect(bench.hears(try ack(checkpoint, state)).isEmpty)
        #expect(bench.pass(.seconds(20), answering: true).checkpointPieces.isEmpty)
        #expect(bench.link.trainer == .training(try Samples.attempt()))
    }

    @Test("when an attempt ends its checkpoints are forgotten")
    func ended() throws {
        for ending: LinkEvent in [
            .trained(try Samples.attempt(), Samples.file(10)),
            .trainingFailed(try Samples.attempt(), reason: "disk full"),
        ] {
            var bench = try LinkBench.training()
            for step in [256, 512] {
                _ = bench.happens(.checkpoint(try Samples.attempt(), try sealed(step)))
            }
            _ = bench.happens(ending)
            #expect(bench.link.uploads == CheckpointUploads())
        }
        var bench = try LinkBench.training()
        _ = bench.happens(.checkpoint(try Samples.attempt(), try sealed(256)))
        _ = bench.hears(.reject(Reject(code: .unknownSlot, reason: "who?")))
        _ = bench.hears(.welcome(Samples.welcome("c2", abandon: [try Samples.attempt()])))
        #expect(bench.link.uploads == CheckpointUploads())
        #expect(bench.happens(.checkpoint(try Samples.attempt(), try sealed(512))).isEmpty)
        #expect(bench.happens(.handedOver(try Samples.attempt(), try sealed(512))).requests == 1)
    }

    // MARK: Handing over

    @Test("a slot told to go stops its trainer, delivers the checkpoint, gives back, and leaves")
    func handOver() throws {
        var bench = try LinkBench.training()
        let attempt = try Samples.attempt()
        #expect(
            bench.happens(.drain(reason: "signal 15", handOver: true)) == [.handOver(attempt)])
        let checkpoint = try sealed(512)
        #expect(bench.happens(.handedOver(attempt, checkpoint)).checkpointPieces.count == 1)
        // Until it is there the attempt is spoken of, so that its lease lives.
        #expect(
            bench.after(.seconds(2)).messages == [.progress(Progress(attempt: attempt, step: 0))])
        #expect(
            bench.hears(try ack(checkpoint)) == [try released("the slot is draining")] + farewell)
    }

    @Test("handing over waits for an older checkpoint that is on its way")
    func handOverQueued() throws {
        var bench = try LinkBench.training()
        let attempt = try Samples.attempt()
        let (older, last) = (try sealed(256), try sealed(512))
        _ = bench.happens(.checkpoint(attempt, older))
        _ = bench.happens(.drain(reason: "signal 15", handOver: true))
        #expect(bench.happens(.handedOver(attempt, last)).isEmpty)
        #expect(bench.hears(try ack(older)).checkpointPieces.map(\.sha256) == [last.sha256])
        // A cell whose checkpoint is refused goes back all the same.
        #expect(
            bench.hears(try ack(last, .refused)) == [try released("the slot is draining")]
                + farewell)
    }

    @Test("a coordinator that comes back is told of the attempt and gets its checkpoint")
    func handOverAbsent() throws {
        var bench = try LinkBench.training()
        let attempt = try Samples.attempt()
        _ = bench.happens(.drain(reason: "signal 15", handOver: true))
        _ = bench.happens(.handedOver(attempt, try sealed(512)))
        let lost = bench.hears(.reject(Reject(code: .unknownSlot, reason: "who?")))
        #expect(lost.hellos == [[.init(attempt: attempt, step: 0, finished: false)]])
        #expect(bench.hears(.welcome(Samples.welcome("c2"))).checkpointPieces.count == 1)
        #expect(
            bench.pass(.seconds(1000)).last == .exit(.lostCoordinator(registered: true)))
    }

    @Test("a cell that is just done when it is to be handed over is delivered instead")
    func finishedInstead() throws {
        var bench = try LinkBench.training()
        _ = bench.happens(.drain(reason: "signal 15", handOver: true))
        let effects = bench.happens(.trained(try Samples.attempt(), Samples.file(10)))
        #expect(effects.pieces == [[0, 10]] && !bench.link.isOver)
    }

    @Test("the coordinator's drain lets the cell finish; a signal after it does not")
    func drains() throws {
        var bench = try LinkBench.training()
        #expect(bench.hears(.drain(Drain(reason: "interrupted"))).isEmpty)
        #expect(bench.happens(.drain(reason: "orphan", handOver: false)).isEmpty)
        #expect(
            bench.happens(.drain(reason: "signal 15", handOver: true)) == [
                .handOver(try Samples.attempt())
            ])
    }

    @Test("what is being handed over can still be abandoned or stopped")
    func handOverEnds() throws {
        func handingOver() throws -> LinkBench {
            var bench = try LinkBench.training()
            _ = bench.happens(.drain(reason: "signal 15", handOver: true))
            _ = bench.happens(.handedOver(try Samples.attempt(), try sealed(512)))
            return bench
        }
        var bench = try handingOver()
        _ = bench.hears(.reject(Reject(code: .unknownSlot, reason: "who?")))
        let abandon = Samples.welcome("c2", abandon: [try Samples.attempt()])
        #expect(bench.hears(.welcome(abandon)) == farewell)
        bench = try handingOver()
        #expect(
            bench.happens(.stop(reason: "stopped")) == [
                try released("stopped"), .send(.goodbye(Goodbye(reason: "stopped"))),
                .exit(.drained),
            ])
    }

    @Test("that the engine began at step 0 after all changes nothing else")
    func startedOver() throws {
        var bench = try LinkBench.training()
        let effects = bench.happens(.startedOver(try Samples.attempt(), reason: "other format"))
        #expect(effects.isEmpty)
        #expect(bench.link.trainer == .training(try Samples.attempt()))
    }

    @Test("a remark of the trainer's changes nothing")
    func remark() throws {
        var bench = try LinkBench.training()
        let effects = bench.happens(.remark(try Samples.attempt(), "rqi has no value"))
        #expect(effects.isEmpty)
        #expect(bench.link.trainer == .training(try Samples.attempt()))
    }
}
