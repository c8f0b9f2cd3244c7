import Core
import Testing

@testable import Coordinator

/// Steps of the sample cells.
private let budget = 100_000

@Suite("Scheduler+Fitness")
struct SchedulerFitnessTests {
    // MARK: Wall time

    @Test("a slot is not given what its wall time is too short for, and explain says so")
    func wallTime() throws {
        var bench = try SchedulerBench(2)
        bench.scheduler.typicalStepSeconds = 2400.0 / Double(budget)
        var a = TestSlot("a")
        a.wallSeconds = 100
        _ = bench.handle(a.hello())
        #expect(bench.handle(.request(a.connection, credit: 1)) == [])
        #expect(
            bench.scheduler.explanation(ofCell: bench.cells[0].id, now: bench.now) == [
                "waits: 2 cells are missing",
                "not leased to slot a/0: needs at most 40 min, the slot's wall time ends in 100 s",
            ])
        // Another cell may have come far enough to be finished in time.
        _ = bench.handle(
            .checkpointStored(bench.attempt(1), Sample.stored(1, step: budget * 39 / 40)))
        #expect(bench.scheduler.cells[1].checkpoint != nil)
        let effects = bench.handle(.tick)
        #expect(effects.first == .recordLease(bench.attempt(1), a.id, a.process))
    }

    @Test("of several cells a slot gets one that it can finish; with minutes left also another")
    func fitsFirst() throws {
        var bench = try SchedulerBench(2)
        bench.scheduler.typicalStepSeconds = 2400.0 / Double(budget)
        _ = bench.handle(.checkpointStored(bench.attempt(1), Sample.stored(1, step: budget / 2)))
        var a = TestSlot("a")
        a.wallSeconds = 1300
        let effects = bench.join(a)
        #expect(effects.first == .recordLease(bench.attempt(1), a.id, a.process))
        var b = TestSlot("b")
        b.wallSeconds = 1300
        #expect(bench.join(b) == bench.leaseEffects(0, 1, b))
    }

    @Test("wall time that is over gives nothing, unknown speed or not")
    func over() throws {
        var bench = try SchedulerBench(1)
        var a = TestSlot("a")
        a.wallSeconds = 0
        #expect(bench.join(a) == [])
        #expect(
            bench.scheduler.explanation(ofCell: bench.cells[0].id, now: 5).last
                == "not leased to slot a/0: the slot's wall time ends in 0 s")
    }

    @Test("the time a cell needs comes from the speed its slot has shown")
    func speed() throws {
        var bench = try SchedulerBench(2)
        let a = TestSlot("a")
        _ = bench.join(a)
        bench.now = 10
        _ = bench.handle(a.progress(bench.attempt(0), step: 1000))
        let slot = try #require(bench.scheduler.slots[a.id])
        #expect(slot.stepSeconds == 0.01)
        #expect(bench.scheduler.expectedSeconds(1, on: slot) == 1000)
        // A message that is late says nothing new.
        bench.now = 20
        _ = bench.handle(a.progress(bench.attempt(0), step: 900))
        #expect(bench.scheduler.cells[0].leases[0].step == 1000)
        #expect(bench.scheduler.cells[0].leases[0].advanced == 10)
    }

    // MARK: Hosts

    @Test("a cell that failed on a host is tried on another one while there is one")
    func failedHere() throws {
        var bench = try SchedulerBench(2)
        let a = TestSlot("a", host: "h1")
        let b = TestSlot("b", host: "h2")
        _ = bench.handle(b.hello())
        #expect(bench.join(a) == bench.leaseEffects(0, 1, a))
        _ = bench.fail(a, bench.attempt(0))
        #expect(bench.handle(.request(a.connection, credit: 1)) == bench.leaseEffects(1, 1, a))
        #expect(bench.handle(.request(b.connection, credit: 1)) == bench.leaseEffects(0, 2, b))
    }

    /// A bench whose host h1 has just failed three cells, while h2 is there.
    private func withBlackHole(_ cells: Int) throws -> (SchedulerBench, TestSlot, TestSlot) {
        var bench = try SchedulerBench(cells)
        let bad = TestSlot("a", host: "h1")
        let good = TestSlot("b", host: "h2")
        _ = bench.handle(good.hello())
        _ = bench.join(bad)
        for place in 0..<3 {
            if place > 0 { _ = bench.handle(.request(bad.connection, credit: 1)) }
            let effects = bench.fail(bad, bench.attempt(place))
            guard place == 2 else { continue }
            let text = "3 attempts in a row failed on h1, the last one: NaN"
            #expect(
                effects == [
                    .recordEnd(bench.attempt(2), .failed, reason: "NaN"),
                    .recordForgiven((0..<3).map { bench.attempt($0) }, reason: text),
                    .recordEvent(kind: "quarantined", subject: "h1", text: text),
                ])
        }
        return (bench, bad, good)
    }

    @Test("a host that fails one cell after the other gets no more, and its cells are cleared")
    func quarantine() throws {
        var (bench, bad, good) = try withBlackHole(5)
        #expect(bench.scheduler.cells.allSatisfy { $0.failures.isEmpty })
        #expect(bench.handle(.request(bad.connection, credit: 1)) == [])
        #expect(
            bench.scheduler.explanation(ofSlots: "h1", now: 60)?.last
                == "  is given nothing: its host is quarantined for another 9 min:"
                + " 3 attempts in a row failed on h1, the last one: NaN")
        #expect(
            bench.handle(.request(good.connection, credit: 1)) == bench.leaseEffects(0, 2, good))
    }

    @Test("a quarantine ends after its time; one more failure begins a longer one")
    func probation() throws {
        var (bench, bad, good) = try withBlackHole(8)
        func hear() { for slot in [bad, good] { _ = bench.handle(slot.progress(nil)) } }
        bench.now = 599
        hear()
        #expect(bench.handle(.request(bad.connection, credit: 1)) == [])
        bench.now = 600
        hear()
        #expect(bench.handle(.tick) == bench.leaseEffects(0, 2, bad))
        _ = bench.fail(bad, bench.attempt(0, 2))
        #expect(bench.scheduler.hosts["h1"]?.quarantinedUntil == 1800)
        #expect(bench.scheduler.cells[0].failures.isEmpty)
    }

    @Test("a result clears a host")
    func cleared() throws {
        var bench = try SchedulerBench(5)
        let a = TestSlot("a", host: "h1")
        _ = bench.handle(TestSlot("b", host: "h2").hello())
        _ = bench.join(a)
        _ = bench.fail(a, bench.attempt(0))
        #expect(bench.scheduler.hosts["h1"]?.streak.count == 1)
        _ = bench.handle(.request(a.connection, credit: 1))
        _ = bench.handle(.resultStored(bench.attempt(1)))
        #expect(bench.scheduler.hosts["h1"] == nil)
    }

    @Test("a host that nobody stands in for is not quarantined: its cells fail, and the sweep ends")
    func onlyHost() throws {
        var bench = try SchedulerBench(2)
        let a = TestSlot("a")
        _ = bench.handle(a.hello())
        for _ in 0..<6 {
            _ = bench.handle(.request(a.connection, credit: 1))
            let place = try #require((0..<2).first { bench.state($0) == .leased })
            let attempt = bench.attempt(place, bench.scheduler.cells[place].lastAttempt)
            _ = bench.fail(a, attempt)
        }
        #expect(bench.scheduler.failedCount == 2)
        #expect(bench.scheduler.isFinished)
    }

    @Test("when all hosts fail, none is quarantined in the end")
    func allHosts() throws {
        var bench = try SchedulerBench(4)
        let slots = [TestSlot("a", host: "h1"), TestSlot("b", host: "h2")]
        for slot in slots { _ = bench.handle(slot.hello()) }
        for _ in 0..<100 where !bench.scheduler.isFinished {
            bench.now += 10
            for slot in slots {
                _ = bench.handle(.request(slot.connection, credit: 1))
                for place in 0..<4 {
                    for lease in bench.scheduler.cells[place].leases where lease.slot == slot.id {
                        _ = bench.fail(slot, bench.attempt(place, lease.attempt))
                    }
                }
            }
        }
        #expect(bench.scheduler.failedCount == 4)
    }

    // MARK: Stragglers and stalls

    /// One cell left: a slow slot has it, a fast one is idle.
    private func atTheEnd() throws -> (SchedulerBench, TestSlot, TestSlot) {
        var bench = try SchedulerBench(2)
        let slow = TestSlot("a")
        let fast = TestSlot("b")
        _ = bench.join(slow)
        _ = bench.join(fast)
        bench.now = 10
        _ = bench.handle(slow.progress(bench.attempt(0), step: budget / 100))
        _ = bench.handle(fast.progress(bench.attempt(1), step: budget / 2))
        _ = bench.handle(.resultStored(bench.attempt(1)))
        return (bench, slow, fast)
    }

    @Test("at the end an idle slot takes up what would otherwise be waited for")
    func speculation() throws {
        var (bench, slow, fast) = try atTheEnd()
        #expect(bench.handle(.request(fast.connection, credit: 1)) == [])
        let text = "attempt 2 beside 1, which is late"
        #expect(
            bench.handle(.tick) == [
                .recordEvent(kind: "speculative", subject: bench.cells[0].id.short, text: text)
            ] + bench.leaseEffects(0, 2, fast))
        #expect(bench.handle(.tick) == [])
        #expect(
            bench.handle(.resultStored(bench.attempt(0, 2))) == [
                .recordEnd(bench.attempt(0, 2), .stored, reason: ""),
                .recordEnd(
                    bench.attempt(0), .superfluous, reason: "attempt 2 was stored first"),
                bench.calledOff(bench.attempt(0), slow),
                slow.drained("the sweep is complete"), fast.drained("the sweep is complete"),
            ])
    }

    @Test("a cell that will be there soon is waited for")
    func noSpeculation() throws {
        var (bench, slow, fast) = try atTheEnd()
        bench.now = 20
        _ = bench.handle(slow.progress(bench.attempt(0), step: budget * 99 / 100))
        _ = bench.handle(.request(fast.connection, credit: 1))
        #expect(bench.handle(.tick) == [])
    }

    @Test("a silent slot's cell is taken up before its lease runs out")
    func silent() throws {
        var (bench, _, fast) = try atTheEnd()
        _ = bench.handle(.request(fast.connection, credit: 1))
        bench.scheduler.settings.stragglerRatio = .infinity
        bench.now = 24.9
        _ = bench.handle(fast.progress(nil))
        #expect(bench.handle(.tick) == [])
        bench.now = 25
        #expect(bench.handle(.tick).contains(bench.leaseEffects(0, 2, fast)[0]))
    }

    @Test("an attempt that gets no further is lost, however talkative its slot is")
    func stall() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        _ = bench.join(a)
        for _ in 0..<119 {
            bench.now += 10
            _ = bench.handle(a.progress(bench.attempt(0), step: 7))
            #expect(bench.handle(.tick) == [])
        }
        bench.now += 20
        #expect(
            bench.handle(.tick) == [
                .recordEnd(
                    bench.attempt(0), .lost, reason: "it has not got beyond step 7 for 1200 s")
            ])
        // Its slot goes on saying the same; only a step further would bring the lease back.
        _ = bench.handle(a.progress(bench.attempt(0), step: 7))
        #expect(bench.state(0) == .missing)
        _ = bench.handle(a.progress(bench.attempt(0), step: 8))
        #expect(bench.scheduler.cells[0].leases.map(\.attempt) == [1])
    }

    @Test("a slot that comes back after its lease ran out has it again, or is called off")
    func comesBack() throws {
        var bench = try SchedulerBench(2)
        let a = TestSlot("a")
        _ = bench.join(a)
        bench.now = 50
        _ = bench.handle(.tick)
        #expect(bench.state(0) == .missing)
        let effects = bench.handle(a.progress(bench.attempt(0), step: 9))
        #expect(effects.contains(.recordLease(bench.attempt(0), a.id, a.process)))
        #expect(bench.state(0) == .leased)
        bench.now = 100
        _ = bench.handle(.tick)
        _ = bench.handle(.resultStored(bench.attempt(0, 5)))
        #expect(
            bench.handle(a.progress(bench.attempt(0), step: 10)) == [
                a.answered, bench.calledOff(bench.attempt(0), a),
            ])
    }

    // MARK: Words

    @Test("explain knows cells, slots, workers and hosts, and nothing else")
    func explain() throws {
        var bench = try SchedulerBench(2)
        #expect(
            bench.scheduler.explanation(ofCell: bench.cells[1].id, now: 0) == [
                "waits: 2 cells are missing", "not leased: no slot is registered",
            ])
        let a = TestSlot("alpha", host: "h1")
        _ = bench.join(a)
        bench.now = 10
        _ = bench.handle(a.progress(bench.attempt(0), step: 1000))
        bench.now = 13
        #expect(
            bench.scheduler.explanation(ofCell: bench.cells[0].id, now: bench.now) == [
                "attempt 1: slot alpha/0 on h1 has it for 13 s, step 1000, at most 16 min left,"
                    + " heard of 3 s ago"
            ])
        #expect(
            bench.scheduler.explanation(ofCell: bench.cells[1].id, now: bench.now).last
                == "not leased: all 1 slots are busy")
        for name in ["alpha/0", "alpha", "al", "h1"] {
            let lines = try #require(bench.scheduler.explanation(ofSlots: name, now: bench.now))
            #expect(lines.first == "slot alpha/0 on h1, process 7")
            #expect(lines.contains { $0.contains("trains cell \(bench.cells[0].id.short)") })
        }
        #expect(bench.scheduler.explanation(ofSlots: "h", now: 0) == nil)
        let stranger = CellID(canonicalConfiguration: "x")
        #expect(
            bench.scheduler.explanation(ofCell: stranger, now: 0) == [
                "not one of this sweep's cells"
            ])
    }
}
