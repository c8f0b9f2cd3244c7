import Core
import Testing

@testable import Worker

/// What a slot watches over beside its conversation: its trainer, its wall time, and cells that others finish first.
@Suite struct SlotLinkWatchTests {
    @Test("a trainer that gets no further for too long ends the process, one that does never")
    func stall() throws {
        var bench = try LinkBench.training(patience: .seconds(1_000_000))
        for round in 1...3 {
            bench.link.snapshot = Progress(attempt: try Samples.attempt(), step: round)
            #expect(!bench.pass(.seconds(1199), answering: true).contains { $0.isExit })
        }
        let effects = bench.pass(.seconds(5), answering: true)
        #expect(effects.last == .exit(.stalled(step: 3)))
        #expect(SlotExit.stalled(step: 3).code == SlotExit.stalledCode)
        var policy = RestartPolicy()
        let decision = policy.decide(
            .code(SlotExit.stalledCode), ranFor: .seconds(2000), jitter: 0)
        #expect(decision == .restart(after: .seconds(0.5)))
    }

    @Test("an idle slot never stalls")
    func idle() {
        var bench = LinkBench(patience: .seconds(1_000_000))
        _ = bench.happens(.started)
        _ = bench.hears(.welcome(Samples.welcome()))
        #expect(!bench.pass(.seconds(5000), answering: true).contains { $0.isExit })
    }

    @Test("each hello says how much wall time is left")
    func wallTime() {
        var bench = LinkBench(wallTime: .seconds(60))
        #expect(bench.happens(.started).wallTimes == [60])
        #expect(
            bench.pass(.seconds(20)).wallTimes.last.map { (40..<60).contains($0 ?? -1) } == true)
        #expect(LinkBench.firstHello(wallTime: nil) == [nil])
    }

    @Test("training is given up for a cell that another slot has finished")
    func superfluous() throws {
        var bench = try LinkBench.training()
        let attempt = try Samples.attempt()
        let ack = FileAck(attempt: attempt, state: .superfluous, offset: 0, credit: 0)
        #expect(bench.hears(.resultAck(ack)) == [.stopTraining(attempt)])
        let effects = bench.happens(.trainingStopped(attempt))
        #expect(effects.requests == 1)
        // Told about another attempt it goes on.
        var other = try LinkBench.training()
        let stranger = FileAck(
            attempt: AttemptID(cell: attempt.cell, attempt: 9), state: .superfluous, offset: 0,
            credit: 0)
        #expect(other.hears(.resultAck(stranger)) == [])
    }

    @Test("the first heartbeats of slots that register together are spread out")
    func spread() {
        let times = (0..<20).map { seed -> Duration in
            var bench = LinkBench(seed: UInt64(seed))
            _ = bench.happens(.started)
            _ = bench.hears(.welcome(Samples.welcome(heartbeat: 10)))
            return bench.link.nextHeartbeat
        }
        #expect(Set(times).count == 20)
        #expect(times.allSatisfy { (.seconds(5) ... .seconds(10)).contains($0) })
    }
}

extension LinkEffect {
    fileprivate var isExit: Bool {
        if case .exit = self { true } else { false }
    }
}

extension [LinkEffect] {
    /// The wall time in each hello.
    fileprivate var wallTimes: [Double?] {
        messages.compactMap { message -> Double?? in
            if case .hello(let hello) = message { hello.wallSeconds } else { nil }
        }
    }
}

extension LinkBench {
    fileprivate static func firstHello(wallTime: Duration?) -> [Double?] {
        var bench = LinkBench(wallTime: wallTime)
        return bench.happens(.started).wallTimes
    }
}
