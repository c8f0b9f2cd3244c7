import Core
import Testing

@testable import Worker

@Suite struct SlotLinkTests {
    @Test("a slot connects, says hello, and asks for one cell once it is welcome")
    func registration() throws {
        var bench = LinkBench()
        #expect(bench.happens(.started) == [.connect, .send(.hello(Samples.hello))])
        #expect(
            bench.hears(.welcome(Samples.welcome())) == [.send(.request(Request(credit: 1)))])
    }

    @Test("a lease goes to the trainer and no more work is asked for while it is trained")
    func lease() throws {
        var bench = LinkBench()
        _ = bench.happens(.started)
        _ = bench.hears(.welcome(Samples.welcome()))
        let lease = try Samples.lease()
        #expect(bench.hears(.lease(lease)) == [.train(try TrainingJob(lease, sweep: "s"))])
        #expect(bench.pass(.seconds(60), answering: true).requests == 0)
    }

    @Test("an idle slot repeats its request once per lease time, never more than one cell at once")
    func repeatedRequest() {
        var bench = LinkBench()
        _ = bench.happens(.started)
        _ = bench.hears(.welcome(Samples.welcome()))
        #expect(bench.pass(.seconds(29), answering: true).requests == 0)
        #expect(bench.pass(.seconds(3), answering: true).requests == 1)
    }

    @Test("the same lease twice is trained once")
    func duplicateLease() throws {
        var bench = try LinkBench.training()
        #expect(bench.hears(.lease(try Samples.lease())).isEmpty)
        #expect(bench.link.ignoredMessages == 1)
        _ = bench.happens(.trained(try Samples.attempt(), Samples.file(10)))
        #expect(bench.hears(.lease(try Samples.lease())).isEmpty)
    }

    @Test("a second cell is handed back unharmed while one is trained")
    func busy() throws {
        var bench = try LinkBench.training()
        let release = Release(
            attempt: try Samples.attempt(1), failed: false, reason: "the slot is busy")
        #expect(bench.hears(.lease(try Samples.lease(1))) == [.send(.release(release))])
    }

    @Test("a slot that cannot keep results gives its cell back unharmed, delivers others and ends")
    func scratchFailed() throws {
        var bench = try LinkBench.training()
        let attempt = try Samples.attempt()
        let effects = bench.happens(.scratchFailed(attempt, reason: "no space"))
        let release = Release(attempt: attempt, failed: false, reason: "no space")
        #expect(effects.messages == [.release(release), .goodbye(Goodbye(reason: "no space"))])
        #expect(effects.last == .exit(.broken(reason: "no space")))

        var waiting = try LinkBench.delivering(10)
        let other = try Samples.attempt(1)
        _ = waiting.hears(.lease(try Samples.lease(1)))
        let held = waiting.happens(.scratchFailed(other, reason: "no space"))
        #expect(!held.contains(.exit(.broken(reason: "no space"))))
        let ack = FileAck(attempt: attempt, state: .stored, offset: 10, credit: 0, reason: nil)
        #expect(waiting.hears(.resultAck(ack)).last == .exit(.broken(reason: "no space")))
    }

    @Test("a lease whose definition is not the cell is released as failed, and more work asked for")
    func wrongDefinition() throws {
        var bench = LinkBench()
        _ = bench.happens(.started)
        _ = bench.hears(.welcome(Samples.welcome()))
        var lease = try Samples.lease()
        lease.definition += " "
        let effects = bench.hears(.lease(lease))
        let release = Release(
            attempt: lease.attempt, failed: true,
            reason: "lease: \(lease.attempt.cell.short): the definition does not hash to the cell")
        #expect(effects.messages == [.release(release), .request(Request(credit: 1))])
    }

    @Test("heartbeats go out at the coordinator's pace and tell the trainer's step")
    func heartbeats() throws {
        var bench = try LinkBench.training()
        bench.link.snapshot = Progress(attempt: try Samples.attempt(), step: 7, trainLoss: 0.5)
        #expect(bench.after(.seconds(1)).isEmpty)
        #expect(
            bench.after(.seconds(1)).messages == [
                .progress(Progress(attempt: try Samples.attempt(), step: 7, trainLoss: 0.5))
            ])
        #expect(bench.pass(.seconds(9), answering: true).messages.count == 4)
    }

    @Test("a worker that nobody answers says so within seconds, and now and then after")
    func complaints() {
        func told(_ slot: Int) -> [Int] {
            var hello = Samples.hello
            hello.slot = slot
            var bench = LinkBench(hello: hello, patience: .seconds(600))
            var seconds: [Int] = []
            _ = bench.happens(.started)
            for second in 1...500 {
                _ = bench.pass(.seconds(1))
                let said = bench.warnings.count { $0.hasPrefix("no answer from its address for ") }
                if said > seconds.count { seconds.append(second) }
            }
            return seconds
        }
        let first = told(0)
        #expect(first.first == 5 && (7...12).contains(first.count), "\(first)")
        #expect(zip(first, first.dropFirst()).allSatisfy { $1 - $0 <= 75 }, "\(first)")
        #expect(told(1).isEmpty)
    }

    @Test("silence of half a lease makes a new connection, which introduces what is held")
    func silence() throws {
        var bench = try LinkBench.training()
        bench.link.snapshot = Progress(attempt: try Samples.attempt(), step: 7)
        let quiet = bench.pass(.seconds(14))
        #expect(!quiet.contains(.disconnect) && quiet.messages.count == 7)
        #expect(bench.after(.seconds(1)).last == .disconnect)
        let again = bench.pass(.seconds(1))
        #expect(again.first == .connect)
        #expect(again.hellos == [[.init(attempt: try Samples.attempt(), step: 7, finished: false)]])
    }

    @Test("connections are tried less and less often, and training is never touched by it")
    func backoff() throws {
        var bench = try LinkBench.training(patience: .seconds(1000))
        let effects = bench.pass(.seconds(300))
        let connections = effects.count { $0 == .connect }
        // 5 s of greeting and at most 5 s of waiting each.
        #expect((28...40).contains(connections))
        #expect(bench.link.trainer == .training(try Samples.attempt()))
    }

    @Test(
        "a restarted coordinator hears hello with training and results, and the delivery starts again"
    )
    func restartedCoordinator() throws {
        var bench = try LinkBench.delivering(300_000)
        _ = bench.hears(.lease(try Samples.lease(1)))
        let effects = bench.hears(.reject(Reject(code: .unknownSlot, reason: "who?")))
        #expect(
            effects.hellos == [
                [
                    .init(attempt: try Samples.attempt(1), step: 0, finished: false),
                    .init(attempt: try Samples.attempt(), step: 0, finished: true),
                ]
            ])
        let adopted = bench.hears(.welcome(Samples.welcome("c2")))
        #expect(adopted.pieces == [[0, 262_144]])
        #expect(adopted.requests == 0)
    }

    @Test("a welcome's abandon list stops training and drops results")
    func abandon() throws {
        var bench = try LinkBench.delivering(10)
        _ = bench.hears(.lease(try Samples.lease(1)))
        _ = bench.hears(.reject(Reject(code: .unknownSlot, reason: "who?")))
        let both = [try Samples.attempt(), try Samples.attempt(1)]
        let effects = bench.hears(.welcome(Samples.welcome("c2", abandon: both)))
        #expect(effects == [.discard(Samples.file(10)), .stopTraining(both[1])])
        #expect(bench.happens(.trainingStopped(both[1])).requests == 1)
    }

    @Test("a result that was finished while it was being abandoned is dropped")
    func abandonedTooLate() throws {
        var bench = try LinkBench.training()
        _ = bench.hears(.reject(Reject(code: .unknownSlot, reason: "who?")))
        _ = bench.hears(.welcome(Samples.welcome("c2", abandon: [try Samples.attempt()])))
        let effects = bench.happens(.trained(try Samples.attempt(), Samples.file(10)))
        #expect(effects == [.discard(Samples.file(10)), .send(.request(Request(credit: 1)))])
    }

    @Test(
        "a failed training is released, claimed and told again after a reconnection, then forgotten"
    )
    func failedTraining() throws {
        var bench = try LinkBench.training()
        let attempt = try Samples.attempt()
        let release = Message.release(Release(attempt: attempt, failed: true, reason: "disk full"))
        let effects = bench.happens(.trainingFailed(attempt, reason: "disk full"))
        #expect(effects.messages == [release, .request(Request(credit: 1))])
        let lost = bench.hears(.reject(Reject(code: .unknownSlot, reason: "who?")))
        #expect(lost.hellos == [[.init(attempt: attempt, step: 0, finished: false)]])
        #expect(bench.hears(.welcome(Samples.welcome("c2"))).messages.first == release)
        _ = bench.pass(.seconds(3), answering: true)
        #expect(bench.link.unconfirmedReleases.isEmpty)
    }

    @Test("a drained slot finishes and delivers what it holds, says goodbye and ends")
    func drain() throws {
        var bench = try LinkBench.training()
        #expect(bench.hears(.drain(Drain(reason: "no more work"))).isEmpty)
        let finished = bench.happens(.trained(try Samples.attempt(), Samples.file(10)))
        #expect(finished.pieces == [[0, 10]] && finished.requests == 0)
        let ack = FileAck(attempt: try Samples.attempt(), state: .stored, offset: 10, credit: 0)
        #expect(
            bench.hears(.resultAck(ack)) == [
                .discard(Samples.file(10)), .send(.goodbye(Goodbye(reason: "drained"))),
                .exit(.drained),
            ])
        #expect(bench.link.deadline == nil && bench.happens(.tick).isEmpty)
    }

    @Test("a lease that crosses a drain on its way is handed back")
    func leaseWhileDraining() throws {
        var bench = try LinkBench.training()
        _ = bench.happens(.drain(reason: "signal 15", handOver: true))
        let effects = bench.hears(.lease(try Samples.lease(1)))
        let release = Release(
            attempt: try Samples.attempt(1), failed: false, reason: "the slot is draining")
        #expect(effects == [.send(.release(release))])
    }

    @Test("a drained slot that holds nothing ends even when the coordinator was never there")
    func drainUnregistered() {
        var bench = LinkBench()
        _ = bench.happens(.started)
        #expect(bench.happens(.drain(reason: "signal 15", handOver: true)) == [.exit(.drained)])
    }

    @Test("stopping hands everything back at once")
    func stop() throws {
        var bench = try LinkBench.delivering(10)
        _ = bench.hears(.lease(try Samples.lease(1)))
        let effects = bench.happens(.stop(reason: "stopped"))
        let both = [try Samples.attempt(1), try Samples.attempt()]
        let releases = both.map {
            LinkEffect.send(.release(Release(attempt: $0, failed: false, reason: "stopped")))
        }
        #expect(
            effects == [
                .stopTraining(both[0]), releases[0], releases[1], .discard(Samples.file(10)),
                .send(.goodbye(Goodbye(reason: "stopped"))), .exit(.drained),
            ])
    }

    @Test("a coordinator silent beyond the patience is given up, and results stay where they are")
    func patience() throws {
        var bench = try LinkBench.delivering(10)
        let effects = bench.pass(.seconds(1000))
        #expect(
            effects.suffix(2) == [
                .keep(Samples.file(10)), .exit(.lostCoordinator(registered: true)),
            ])
        #expect(bench.link.isOver)
        var stranger = LinkBench()
        _ = stranger.happens(.started)
        #expect(
            stranger.pass(.seconds(101)).last == .exit(.lostCoordinator(registered: false)))
    }

    @Test(
        "a slot that is refused or of another version does not come back",
        arguments: [
            Reject.Code.version, .refused,
        ])
    func rejected(_ code: Reject.Code) throws {
        var bench = LinkBench()
        _ = bench.happens(.started)
        let effects = bench.hears(.reject(Reject(code: code, reason: "no")))
        #expect(effects == [.exit(.rejected(reason: "no"))])
    }

    @Test("messages that mean nothing to a slot are counted and change nothing")
    func nonsense() throws {
        var bench = try LinkBench.training()
        let attempt = try Samples.attempt()
        let nonsense: [Message] = [
            .hello(Samples.hello), .request(Request(credit: 3)), .welcome(Samples.welcome("c9")),
            .goodbye(Goodbye(reason: "")), .reject(Reject(code: .malformed, reason: "?")),
            .release(Release(attempt: attempt, failed: true, reason: "")),
            .resultChunk(
                FileChunk(attempt: attempt, offset: 0, size: 1, sha256: "", payload: [1])),
            .resultAck(FileAck(attempt: attempt, state: .stored, offset: 0, credit: 0)),
            .checkpoint(
                FileChunk(attempt: attempt, offset: 0, size: 1, sha256: "", payload: [1])),
            .checkpointRequest(CheckpointRequest(attempt: attempt, sha256: "", offset: 0)),
            .checkpointChunk(
                FileChunk(attempt: attempt, offset: 0, size: 1, sha256: "", payload: [1])),
            .checkpointAck(FileAck(attempt: attempt, state: .stored, offset: 0, credit: 0)),
            .checkpointAck(FileAck(attempt: attempt, state: .receiving, offset: 0, credit: 0)),
        ]
        for message in nonsense { #expect(bench.hears(message).isEmpty) }
        #expect(bench.happens(.malformed("3 frames")).isEmpty)
        #expect(bench.link.ignoredMessages == nonsense.count + 1)
        #expect(bench.link.welcome?.coordinator == "c1")
        #expect(bench.link.trainer == .training(attempt))
    }

    @Test("a lease before any welcome and a welcome with impossible times are ignored")
    func outOfOrder() throws {
        var bench = LinkBench()
        _ = bench.happens(.started)
        #expect(bench.hears(.lease(try Samples.lease())).isEmpty)
        #expect(bench.hears(.welcome(Samples.welcome(heartbeat: 0))).isEmpty)
        #expect(bench.hears(.welcome(Samples.welcome(heartbeat: 5, lease: 5))).isEmpty)
        #expect(bench.link.ignoredMessages == 3)
    }
}
