import Core
import Testing

@testable import Coordinator

@Suite("Scheduler+Leases")
struct SchedulerFailureTests {
    @Test("a slot whose process is gone gives its lease back once")
    func crash() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        _ = bench.join(a)
        #expect(
            bench.handle(.processGone(a.id)) == [
                .recordEnd(bench.attempt(0), .lost, reason: "its process is gone")
            ])
        #expect(bench.handle(.processGone(a.id)) == [])
        let successor = TestSlot("a", "i2")
        #expect(
            bench.handle(successor.hello()) == [
                successor.recorded, bench.welcome(successor),
            ])
        #expect(bench.scheduler.cells[0].losses.count == 1)
    }

    @Test(
        "a slot that was started again gives up what the process before it held, and says why",
        arguments: [
            (nil, ""), ("signal 9", " (signal 9)"), ("signal\n9", " (signal\\n9)"),
        ] as [(String?, String)])
    func restarted(_ end: String?, _ words: String) throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        var successor = TestSlot("a", "i2")
        successor.predecessor = end
        _ = bench.join(a)
        #expect(
            bench.handle(successor.hello()) == [
                .recordEnd(
                    bench.attempt(0), .lost,
                    reason: "its process ended\(words) and was started again"),
                successor.recorded, bench.welcome(successor),
            ])
        #expect(
            bench.handle(.request(successor.connection, credit: 1))
                == bench.leaseEffects(0, 2, successor))
    }

    @Test("a goodbye with a lease in hand returns it")
    func goodbye() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        _ = bench.join(a)
        #expect(
            bench.handle(.goodbye(a.connection, reason: "drained")) == [
                .recordEnd(bench.attempt(0), .lost, reason: "it left: drained")
            ])
        #expect(bench.scheduler.slots.isEmpty)
    }

    @Test("a cell that fails on two hosts is given up, with the reason")
    func twoHosts() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a", host: "h1")
        let b = TestSlot("b", host: "h2")
        _ = bench.join(a)
        #expect(
            bench.fail(a, bench.attempt(0)) == [
                .recordEnd(bench.attempt(0), .failed, reason: "NaN")
            ])
        _ = bench.join(b)
        let text = "given up after 2 failures on 2 hosts; the last one: NaN"
        #expect(
            bench.fail(b, bench.attempt(0, 2)) == [
                .recordEnd(bench.attempt(0, 2), .failed, reason: "NaN"),
                .recordFailure(bench.cells[0].id, reason: text),
                a.drained("the sweep is complete"), b.drained("the sweep is complete"),
            ])
        #expect(bench.state(0) == .failed(reason: text))
    }

    @Test("on one host a cell has three tries")
    func oneHost() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        let b = TestSlot("b")
        _ = bench.join(a)
        _ = bench.fail(a, bench.attempt(0))
        _ = bench.join(b)
        _ = bench.fail(b, bench.attempt(0, 2))
        #expect(
            bench.handle(.request(a.connection, credit: 1)) == bench.leaseEffects(0, 3, a))
        _ = bench.handle(.resultRefused(bench.attempt(0, 3), reason: "damaged"))
        #expect(bench.scheduler.failedCount == 1)
    }

    @Test("failures from before a restart count")
    func restoredFailures() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a", host: "h2")
        bench.scheduler.restore(bench.cells[0].id, lastAttempt: 1, failures: [1: "h1"], losses: [:])
        #expect(bench.join(a) == bench.leaseEffects(0, 2, a))
        _ = bench.fail(a, bench.attempt(0, 2))
        #expect(bench.scheduler.failedCount == 1)
    }

    @Test(
        "a failure that was heard by the coordinator before counts once, though the slot tells it again"
    )
    func failureBeforeRestart() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        bench.scheduler.restore(
            bench.cells[0].id, lastAttempt: 1, failures: [1: "node"], losses: [:])
        let held = Hello.Held(attempt: bench.attempt(0), step: 0, finished: false)
        #expect(
            bench.handle(a.hello([held])) == [
                a.recorded, bench.welcome(a, abandon: [bench.attempt(0)]),
            ])
        #expect(bench.fail(a, bench.attempt(0)) == [])
        #expect(bench.scheduler.cells[0].failures == [1: "node"])
        #expect(bench.state(0) == .missing)
    }

    @Test("a failure told twice, or of a lease that is over, counts once")
    func failureOnce() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        _ = bench.join(a)
        _ = bench.fail(a, bench.attempt(0))
        #expect(bench.fail(a, bench.attempt(0)) == [])
        #expect(bench.handle(.resultRefused(bench.attempt(0), reason: "")) == [])
        #expect(bench.scheduler.cells[0].failures.count == 1)
    }

    @Test("a cell that takes eight slots down is given up")
    func poison() throws {
        var bench = try SchedulerBench(2)
        for number in 1...8 {
            let slot = TestSlot("w\(number)")
            #expect(bench.join(slot) == bench.leaseEffects(0, number, slot))
            let effects = bench.handle(.processGone(slot.id))
            let end = SchedulerEffect.recordEnd(
                bench.attempt(0, number), .lost, reason: "its process is gone")
            let text =
                "given up after 8 lost attempts on 1 host; the last one: "
                + "its process is gone"
            #expect(
                effects
                    == (number < 8
                        ? [end] : [end, .recordFailure(bench.cells[0].id, reason: text)]))
        }
        let next = TestSlot("next")
        #expect(bench.join(next) == bench.leaseEffects(1, 1, next))
    }

    @Test("another attempt in hand keeps a cell from being given up")
    func secondLease() throws {
        var bench = try SchedulerBench(1) { $0.failuresOnOneHost = 1 }
        let a = TestSlot("a")
        let b = TestSlot("b")
        _ = bench.join(a)
        _ = bench.handle(
            b.hello([Hello.Held(attempt: bench.attempt(0, 2), step: 1, finished: false)]))
        #expect(bench.scheduler.cells[0].leases.count == 2)
        _ = bench.fail(a, bench.attempt(0))
        #expect(bench.state(0) == .leased)
        _ = bench.handle(.resultStored(bench.attempt(0, 2)))
        #expect(bench.state(0) == .verified)
    }
}
