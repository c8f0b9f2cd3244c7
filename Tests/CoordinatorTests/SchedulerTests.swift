import Core
import Testing

@testable import Coordinator

@Suite("Scheduler")
struct SchedulerTests {
    // MARK: Leasing

    @Test("a hello is written down and answered")
    func hello() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        #expect(bench.handle(a.hello()) == [a.recorded, bench.welcome(a)])
    }

    @Test("a lease is in the ledger before the message leaves, and nothing else happens")
    func leaseFirst() throws {
        var bench = try SchedulerBench(2)
        let a = TestSlot("a")
        #expect(bench.join(a) == bench.leaseEffects(0, 1, a))
        #expect(bench.state(0) == .leased)
        #expect(bench.state(1) == .missing)
    }

    @Test("a slot has one cell to train, whatever it asks for, and two results on their way")
    func credit() throws {
        var bench = try SchedulerBench(5)
        let a = TestSlot("a")
        #expect(bench.join(a, credit: 1000) == bench.leaseEffects(0, 1, a))
        #expect(bench.handle(.tick) == [])
        #expect(bench.handle(.request(a.connection, credit: 0)) == [])
        #expect(bench.handle(.request(a.connection, credit: -5)) == [])
        #expect(bench.handle(.request(a.connection, credit: 1)) == [])
        #expect(bench.handle(.chunk(a.connection, bench.attempt(0))) == [])
        #expect(bench.handle(.tick) == bench.leaseEffects(1, 1, a))
        #expect(bench.handle(.chunk(a.connection, bench.attempt(1))) == [])
        #expect(bench.handle(.request(a.connection, credit: 1)) == bench.leaseEffects(2, 1, a))
        #expect(bench.handle(.chunk(a.connection, bench.attempt(2))) == [])
        #expect(bench.handle(.request(a.connection, credit: 1)) == [])
    }

    @Test("credit that finds nothing missing is kept, and said again does not add up")
    func keptCredit() throws {
        var bench = try SchedulerBench(2)
        let a = TestSlot("a")
        let b = TestSlot("b")
        let c = TestSlot("c")
        _ = bench.join(a)
        _ = bench.join(c)
        #expect(bench.join(b) == [])
        #expect(bench.handle(.request(b.connection, credit: 1)) == [])
        let given = Release(attempt: bench.attempt(1), failed: false, reason: "busy")
        #expect(
            bench.handle(.release(c.connection, given))
                == [.recordEnd(bench.attempt(1), .released, reason: "busy")]
                + bench.leaseEffects(1, 2, b))
        let other = Release(attempt: bench.attempt(0), failed: false, reason: "busy")
        #expect(
            bench.handle(.release(a.connection, other))
                == [.recordEnd(bench.attempt(0), .released, reason: "busy")])
    }

    @Test("a stranger is told to say hello, whatever it says")
    func stranger() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        let reject: [SchedulerEffect] = [
            .send(
                a.connection,
                .reject(
                    Reject(code: .unknownSlot, reason: "not registered here: say hello")))
        ]
        let release = Release(attempt: bench.attempt(0), failed: true, reason: "")
        #expect(bench.handle(.request(a.connection, credit: 1)) == reject)
        #expect(bench.handle(a.progress(nil)) == reject)
        #expect(bench.handle(.release(a.connection, release)) == reject)
        #expect(bench.handle(.chunk(a.connection, bench.attempt(0))) == reject)
        #expect(bench.handle(.goodbye(a.connection, reason: "")) == [])
        #expect(bench.handle(.processGone(a.id)) == [])
    }

    @Test(
        "a slot that computes with other kernels than a pinned sweep's is refused with the reason")
    func pinned() throws {
        var bench = try SchedulerBench(1) { $0.blasCore = "HASWELL" }
        var other = TestSlot("b")
        other.blasCore = "Zen"
        let effects = bench.handle(other.hello())
        guard case .send(_, .reject(let reject))? = effects.first else {
            Issue.record("\(effects)")
            return
        }
        #expect(reject.code == .refused)
        #expect(
            reject.reason.contains("pinned to OpenBLAS core HASWELL, this slot computes with Zen"))
        #expect(bench.scheduler.slots.isEmpty)
        _ = bench.handle(TestSlot("a").hello())
        #expect(bench.scheduler.slots.count == 1)
    }

    @Test("a slot of another version is refused and gets nothing")
    func version() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        let reason =
            "worker is grokmap 9.9.9 (science 1), coordinator is \(Grokmap.version) (science 1)"
        #expect(
            bench.handle(a.hello(version: "9.9.9")) == [
                .send(a.connection, .reject(Reject(code: .version, reason: reason))),
                .recordEvent(kind: "refused", subject: "node", text: reason),
            ])
        #expect(bench.scheduler.slots.isEmpty)
    }

    // MARK: Silence

    @Test("a silent slot loses its lease after the lease time, not before, and only once")
    func expiry() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        let b = TestSlot("b")
        _ = bench.join(a)
        bench.now = 29.9
        #expect(bench.handle(.tick) == [])
        bench.now = 30
        #expect(
            bench.handle(.tick) == [
                .recordEnd(bench.attempt(0), .lost, reason: "slot a/0 was silent for 30 s")
            ])
        #expect(bench.join(b) == bench.leaseEffects(0, 2, b))
        bench.now = 31
        #expect(bench.handle(.tick) == [])
        #expect(bench.scheduler.cells[0].losses.count == 1)
    }

    @Test("signs of life are answered, keep the lease and tell the step")
    func signs() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        _ = bench.join(a)
        for second in stride(from: 20.0, through: 400, by: 20) {
            bench.now = second
            #expect(
                bench.handle(a.progress(bench.attempt(0), step: Int(second))) == [a.answered])
            #expect(bench.handle(.tick) == [])
        }
        #expect(bench.scheduler.cells[0].leases.map(\.step) == [400])
    }

    @Test("a lease that its slot never speaks of is lost in the end, however talkative the slot")
    func unnamed() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        _ = bench.join(a)
        for second in stride(from: 10.0, to: 120, by: 10) {
            bench.now = second
            #expect(bench.handle(a.progress(nil)) == [a.answered])
            #expect(bench.handle(.tick) == [])
        }
        bench.now = 120
        #expect(
            bench.handle(.tick) == [
                .recordEnd(
                    bench.attempt(0), .lost, reason: "slot a/0 has not spoken of it for 120 s")
            ])
        #expect(
            bench.handle(.request(a.connection, credit: 1)) == bench.leaseEffects(0, 2, a))
    }

    @Test("a lease that its slot has not spoken of goes back when the slot asks for work")
    func asked() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        _ = bench.join(a)
        bench.now = 14
        #expect(bench.handle(.request(a.connection, credit: 1)) == [])
        bench.now = 15
        #expect(
            bench.handle(.request(a.connection, credit: 1)) == [
                .recordEnd(bench.attempt(0), .released, reason: "its slot asks for work")
            ] + bench.leaseEffects(0, 2, a))
    }

    @Test("pieces of a result keep its lease while the slot is at something else")
    func delivering() throws {
        var bench = try SchedulerBench(2)
        let a = TestSlot("a")
        _ = bench.join(a)
        _ = bench.handle(.chunk(a.connection, bench.attempt(0)))
        _ = bench.handle(.request(a.connection, credit: 1))
        for second in stride(from: 20.0, through: 400, by: 20) {
            bench.now = second
            #expect(bench.handle(a.progress(bench.attempt(1))) == [a.answered])
            #expect(bench.handle(.chunk(a.connection, bench.attempt(0))) == [])
            #expect(bench.handle(.tick) == [])
        }
    }

    @Test("a slot silent for four lease times is forgotten and must say hello again")
    func forgotten() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        _ = bench.handle(a.hello())
        bench.now = 120
        #expect(bench.handle(.tick) == [])
        #expect(bench.scheduler.slots.isEmpty)
        #expect(bench.scheduler.connections.isEmpty)
    }

    // MARK: Coming back

    @Test("a slot that registers again with its attempt keeps it, on the new connection only")
    func again() throws {
        var bench = try SchedulerBench(1)
        var a = TestSlot("a")
        _ = bench.join(a)
        let old = a
        a.connection = Connection(bytes: [9, 9])
        let held = [Hello.Held(attempt: bench.attempt(0), step: 70, finished: false)]
        #expect(
            bench.handle(a.hello(held)) == [
                .recordEvent(
                    kind: "adopted", subject: bench.cells[0].id.short,
                    text: "attempt 1 by slot a/0 at step 70"),
                bench.welcome(a),
            ])
        #expect(bench.scheduler.cells[0].leases.count == 1)
        #expect(bench.scheduler.cells[0].leases.first?.step == 70)
        let answer = bench.handle(old.progress(nil))
        #expect(
            answer == [
                .send(
                    old.connection,
                    .reject(
                        Reject(code: .unknownSlot, reason: "not registered here: say hello")))
            ])
    }

    @Test("a lease that the returning slot does not hold goes to the next slot")
    func unclaimed() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        let b = TestSlot("b")
        _ = bench.join(a)
        _ = bench.join(b)
        #expect(
            bench.handle(a.hello()) == [
                .recordEnd(bench.attempt(0), .released, reason: "the slot does not hold it"),
                bench.welcome(a),
            ] + bench.leaseEffects(0, 2, b))
    }

    @Test("after a restart a lease waits for its slot, which is adopted without a new one")
    func adoption() throws {
        var bench = try SchedulerBench(2)
        let a = TestSlot("a")
        let b = TestSlot("b")
        bench.scheduler.restore(bench.cells[0].id, lastAttempt: 4, failures: [:], losses: [:])
        bench.scheduler.restoreLease(
            bench.attempt(0, 4), slot: a.id, process: a.process, now: 0)
        #expect(bench.join(b) == bench.leaseEffects(1, 1, b))
        bench.now = 29
        #expect(bench.handle(b.progress(bench.attempt(1))) == [b.answered])
        let held = [Hello.Held(attempt: bench.attempt(0, 4), step: 900, finished: false)]
        #expect(
            bench.handle(a.hello(held)) == [
                a.recorded,
                .recordEvent(
                    kind: "adopted", subject: bench.cells[0].id.short,
                    text: "attempt 4 by slot a/0 at step 900"),
                bench.welcome(a),
            ])
        bench.now = 58
        #expect(bench.handle(b.progress(bench.attempt(1))) == [b.answered])
        #expect(bench.handle(.tick) == [])
    }

    @Test("after a restart a lease whose slot does not come back expires")
    func restoredExpiry() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        bench.scheduler.restoreLease(bench.attempt(0), slot: a.id, process: a.process, now: 0)
        bench.now = 30
        #expect(
            bench.handle(.tick) == [
                .recordEnd(bench.attempt(0), .lost, reason: "slot a/0 was silent for 30 s")
            ])
        #expect(bench.state(0) == .missing)
    }

    @Test("a cell that a later round asks for has the result and the attempts that it had before")
    func askedLater() throws {
        let text = """
            sweep: race
            axes: {a: {path: optimizer.decoder.weight_decay, values: [1]}}
            seeds: {at_least: 2, at_most: 4, until: lead 2}
            """
        let plan = try SweepPlan(
            SweepSpec(parsing: text, named: "race.yaml"))
        var growth = try #require(PlanGrowth(plan))
        growth.advance()
        let asked = growth.askedCells.map(\.id)
        #expect(asked.count == 2)
        let late = plan.cell(PlanCell(site: 0, seed: 2))
        // It was predicted: there is a file, and no phase that was measured.
        growth.tell(late.number, nil)
        var scheduler = Scheduler(growth, settings: Scheduler.Settings())
        scheduler.restoreVerified(late.id)
        scheduler.restore(late.id, lastAttempt: 3, failures: [:], losses: [:])
        for (cell, phase) in zip(asked, [Phase.comprehension, .memorization]) {
            scheduler.stored(AttemptID(cell: cell, attempt: 1), phase)
        }
        scheduler.grow()
        let place = try #require(scheduler.places[late.id])
        #expect(scheduler.cells[place].state == .verified)
        #expect(scheduler.cells[place].lastAttempt == 3)
        #expect(scheduler.brokenInvariant() == nil)
    }

    @Test("an attempt that no ledger knows is adopted, written down, and its number not reused")
    func unknownAttempt() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        let held = [Hello.Held(attempt: bench.attempt(0, 17), step: 5, finished: false)]
        #expect(
            bench.handle(a.hello(held)) == [
                a.recorded,
                .recordLease(bench.attempt(0, 17), a.id, a.process),
                .recordEvent(
                    kind: "adopted", subject: bench.cells[0].id.short,
                    text: "attempt 17 by slot a/0 at step 5"),
                bench.welcome(a),
            ])
        _ = bench.handle(.processGone(a.id))
        let b = TestSlot("b")
        #expect(bench.join(b) == bench.leaseEffects(0, 18, b))
    }

    @Test("an attempt of a finished or foreign cell is abandoned, a finished file is not")
    func abandoned() throws {
        var bench = try SchedulerBench(2)
        let a = TestSlot("a")
        bench.scheduler.restoreVerified(bench.cells[0].id)
        bench.scheduler.restoreFailed(bench.cells[1].id, reason: "r")
        let foreign = AttemptID(cell: CellID(canonicalConfiguration: "x"), attempt: 1)
        let held = [
            Hello.Held(attempt: bench.attempt(0, 1), step: 5, finished: false),
            Hello.Held(attempt: bench.attempt(0, 2), step: 5, finished: true),
            Hello.Held(attempt: bench.attempt(1, 1), step: 5, finished: false),
            Hello.Held(attempt: foreign, step: 5, finished: true),
        ]
        let effects = bench.handle(a.hello(held))
        #expect(
            effects == [
                a.recorded,
                bench.welcome(a, abandon: [bench.attempt(0, 1), bench.attempt(1, 1), foreign]),
                a.drained("the sweep is complete"),
            ])
    }

    @Test("of two slots with one attempt number, after a lost ledger, the second gives it up")
    func collision() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        let b = TestSlot("b")
        _ = bench.join(a)
        let held = [Hello.Held(attempt: bench.attempt(0), step: 5, finished: false)]
        #expect(
            bench.handle(b.hello(held)) == [
                b.recorded, bench.welcome(b, abandon: [bench.attempt(0)]),
            ])
        #expect(bench.scheduler.cells[0].leases.map(\.slot) == [a.id])
        // What the second slot says of the attempt does not touch the first one's lease.
        #expect(bench.fail(b, bench.attempt(0)) == [])
        #expect(bench.state(0) == .leased)
    }

    @Test("a connection that introduces itself anew leaves nothing behind of what it was")
    func reusedConnection() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        var b = TestSlot("b")
        b.connection = a.connection
        _ = bench.join(a)
        #expect(
            bench.handle(b.hello()) == [
                .recordEnd(
                    bench.attempt(0), .lost,
                    reason: "its connection belongs to another slot now"),
                b.recorded, bench.welcome(b),
            ])
        #expect(Array(bench.scheduler.slots.keys) == [b.id])
        #expect(bench.handle(b.progress(nil)) == [b.answered])
    }

    // MARK: Results

    @Test("a result ends its attempt, and the last one ends the sweep")
    func stored() throws {
        var bench = try SchedulerBench(2)
        let a = TestSlot("a")
        _ = bench.join(a)
        _ = bench.handle(.chunk(a.connection, bench.attempt(0)))
        _ = bench.handle(.request(a.connection, credit: 1))
        #expect(
            bench.handle(.resultStored(bench.attempt(0))) == [
                .recordEnd(bench.attempt(0), .stored, reason: "")
            ])
        #expect(!bench.scheduler.isFinished)
        #expect(
            bench.handle(.resultStored(bench.attempt(1))) == [
                .recordEnd(bench.attempt(1), .stored, reason: ""),
                a.drained("the sweep is complete"),
            ])
        #expect(bench.scheduler.isFinished)
        #expect(bench.handle(.resultStored(bench.attempt(1))) == [])
    }

    @Test("the late result of an expired lease is taken while the cell is missing")
    func lateMissing() throws {
        var bench = try SchedulerBench(2)
        let a = TestSlot("a")
        _ = bench.join(a)
        bench.now = 40
        _ = bench.handle(.tick)
        #expect(bench.state(0) == .missing)
        #expect(
            bench.handle(.resultStored(bench.attempt(0))) == [
                .recordEnd(bench.attempt(0), .stored, reason: "")
            ])
        #expect(bench.state(0) == .verified)
        #expect(
            bench.handle(.request(a.connection, credit: 1)) == bench.leaseEffects(1, 1, a))
    }

    @Test("the late result of an expired lease makes the attempt that replaced it superfluous")
    func lateLeased() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        let b = TestSlot("b")
        _ = bench.join(a)
        bench.now = 40
        _ = bench.handle(.tick)
        _ = bench.join(b)
        #expect(
            bench.handle(.resultStored(bench.attempt(0))) == [
                .recordEnd(bench.attempt(0), .stored, reason: ""),
                .recordEnd(
                    bench.attempt(0, 2), .superfluous, reason: "attempt 1 was stored first"),
                bench.calledOff(bench.attempt(0, 2), b),
                a.drained("the sweep is complete"), b.drained("the sweep is complete"),
            ])
    }

    @Test("a late result makes good a cell that was given up")
    func lateFailed() throws {
        var bench = try SchedulerBench(2) { $0.failuresOnOneHost = 1 }
        let a = TestSlot("a")
        _ = bench.join(a)
        _ = bench.fail(a, bench.attempt(0))
        #expect(bench.scheduler.failedCount == 1)
        _ = bench.handle(.resultStored(bench.attempt(0)))
        #expect(bench.scheduler.failedCount == 0)
        #expect(bench.state(0) == .verified)
    }

    // MARK: Draining

    @Test("a drain is told once to each slot, hands out nothing more, and takes what comes in")
    func drain() throws {
        var bench = try SchedulerBench(3)
        let a = TestSlot("a")
        let b = TestSlot("b")
        _ = bench.join(a)
        _ = bench.handle(b.hello())
        #expect(
            bench.handle(.drain(reason: "interrupted")) == [
                a.drained("interrupted"), b.drained("interrupted"),
            ])
        #expect(bench.handle(.drain(reason: "again")) == [])
        #expect(
            bench.handle(.request(b.connection, credit: 1)) == [b.drained("interrupted")])
        #expect(!bench.scheduler.isIdle)
        #expect(
            bench.handle(.resultStored(bench.attempt(0))) == [
                .recordEnd(bench.attempt(0), .stored, reason: "")
            ])
        #expect(bench.scheduler.isIdle)
        let late = TestSlot("c")
        #expect(
            bench.handle(late.hello()) == [
                late.recorded, bench.welcome(late), late.drained("interrupted"),
            ])
    }

    @Test("slots of a replaced coordinator deliver what they hold and get nothing new")
    func replaced() throws {
        var bench = try SchedulerBench(2) { $0.launch = "now" }
        var a = TestSlot("a")
        a.launch = "before"
        var b = TestSlot("b")
        b.launch = "now"
        let held = [Hello.Held(attempt: bench.attempt(0), step: 3, finished: true)]
        let effects = bench.handle(a.hello(held))
        #expect(effects.last == a.drained("its coordinator was replaced"))
        #expect(
            bench.handle(.request(a.connection, credit: 1)) == [a.drained("no more work")])
        #expect(
            bench.handle(.resultStored(bench.attempt(0))) == [
                .recordEnd(bench.attempt(0), .stored, reason: "")
            ])
        #expect(bench.join(b) == bench.leaseEffects(1, 1, b))
    }

    @Test("verified and failed cells are restored once and never leased")
    func restored() throws {
        var bench = try SchedulerBench(3)
        bench.scheduler.restoreVerified(bench.cells[0].id)
        bench.scheduler.restoreVerified(bench.cells[0].id)
        bench.scheduler.restoreFailed(bench.cells[0].id, reason: "no")
        bench.scheduler.restoreFailed(bench.cells[1].id, reason: "r")
        #expect(bench.scheduler.verifiedCount == 1)
        #expect(bench.scheduler.failedCount == 1)
        let a = TestSlot("a")
        #expect(bench.join(a, credit: 5) == bench.leaseEffects(2, 1, a))
    }
}
