import Testing

@testable import Worker

@Suite struct RestartPolicyTests {
    @Test("a slot that ended on purpose is not started again", arguments: [0, 2, 3, 4, 5])
    func purposeful(_ code: Int32) {
        var policy = RestartPolicy()
        #expect(policy.decide(.code(code), ranFor: .zero, jitter: 0) == .leave)
    }

    @Test("a slot that crashes is started again after waits that double")
    func crashes() {
        var policy = RestartPolicy()
        let waits = (0..<4).map { _ in policy.decide(.signal(9), ranFor: .seconds(1), jitter: 0) }
        #expect(
            waits == [0.5, 1, 2, 4].map { RestartPolicy.Decision.restart(after: .seconds($0)) })
    }

    @Test("jitter shortens a wait by up to a half")
    func jitter() {
        var policy = RestartPolicy()
        let wait = policy.decide(.code(1), ranFor: .zero, jitter: 0.5)
        #expect(wait == .restart(after: .seconds(0.375)))
    }

    @Test("ten quick crashes in a row are too many, a long life in between starts again")
    func givesUp() {
        var policy = RestartPolicy()
        for _ in 0..<9 { _ = policy.decide(.signal(11), ranFor: .seconds(1), jitter: 0) }
        var patient = policy
        #expect(policy.decide(.signal(11), ranFor: .seconds(1), jitter: 0) == .giveUp)
        #expect(
            patient.decide(.signal(11), ranFor: .seconds(60), jitter: 0)
                == .restart(after: .seconds(0.5)))
    }

    @Test("a wait status tells exit codes from signals")
    func status() {
        #expect(ChildExit(status: 3 << 8) == .code(3))
        #expect(ChildExit(status: 9) == .signal(9))
        #expect(ChildExit(status: 0x80 | 11) == .signal(11))
        #expect("\(ChildExit.signal(9))" == "signal 9" && "\(ChildExit.code(1))" == "exit code 1")
    }
}

@Suite struct SignalPolicyTests {
    @Test("the first signal drains, its echo as another signal is ignored, a later one stops")
    func echo() {
        var policy = SignalPolicy()
        #expect(policy.signalled(2, at: .seconds(5)) == .drain)
        #expect(policy.signalled(15, at: .seconds(5.1)) == .ignore)
        #expect(policy.signalled(15, at: .seconds(5.2)) == .stop)
    }

    @Test("the same signal twice stops, however quickly")
    func twice() {
        var policy = SignalPolicy()
        #expect(policy.signalled(15, at: .seconds(5)) == .drain)
        #expect(policy.signalled(15, at: .seconds(5)) == .stop)
    }
}

@Suite struct SlotExitTests {
    @Test(
        "a worker's exit code sums up its slots",
        arguments: [
            ([0, 0], 0), ([3, 3], 2), ([5, 2], 2), ([0, 4], 1), ([4], 1), ([3, 0], 1),
            ([70, 0], 1),
        ] as [([Int32], Int32)])
    func summary(_ codes: [Int32], _ expected: Int32) {
        #expect(SlotExit.summary(codes) == expected)
    }
}

@Suite struct BackoffTests {
    @Test("waits double up to the limit and start again after a reset")
    func doubling() {
        var backoff = Backoff(shortest: .milliseconds(200), longest: .seconds(1))
        let waits = (0..<4).map { _ in backoff.wait(jitter: 0) }
        #expect(waits == [0.2, 0.4, 0.8, 1].map { .seconds($0) })
        backoff.reset()
        #expect(backoff.wait(jitter: 0) == .milliseconds(200))
    }
}
