import Core
import Sweeps
import Testing

@testable import Coordinator

@Suite("Scheduler checkpoints")
struct SchedulerCheckpointTests {
    private func store(
        _ bench: inout SchedulerBench, _ attempt: AttemptID, step: Int
    ) -> [SchedulerEffect] {
        bench.handle(.checkpointStored(attempt, Sample.stored(attempt.attempt, step: step)))
    }

    @Test("a lost cell is leased again from its last checkpoint, and the ledger is told so first")
    func resumed() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        let b = TestSlot("b")
        _ = bench.join(a)
        #expect(store(&bench, bench.attempt(0), step: 256) == [])
        #expect(store(&bench, bench.attempt(0), step: 512) == [])
        let effects = bench.handle(.processGone(a.id))
        #expect(effects == [.recordEnd(bench.attempt(0), .lost, reason: "its process is gone")])
        let resumed = bench.join(b)
        var offer = Sample.stored(1, step: 512).offer
        offer.maker = "step 512 of attempt 1 by slot a/0"
        #expect(
            resumed == [
                .recordLease(bench.attempt(0, 2), b.id, b.process),
                .recordEvent(
                    kind: "resumed", subject: bench.cells[0].id.short,
                    text: "attempt 2 from step 512 of attempt 1 by slot a/0"),
                .send(
                    b.connection,
                    .lease(
                        Lease(
                            attempt: bench.attempt(0, 2), definition: bench.cells[0].canonicalText,
                            rule: PhaseRule(), stop: .decided, record: RecordRequest(),
                            checkpoint: offer))),
            ])
        #expect(bench.scheduler.cells[0].leases.map(\.step) == [512])
    }

    @Test("a slot that drains gives its cell back with its checkpoint, and nothing is lost")
    func handedOver() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        _ = bench.join(a)
        _ = store(&bench, bench.attempt(0), step: 512)
        let release = Release(attempt: bench.attempt(0), failed: false, reason: "draining")
        _ = bench.handle(.release(a.connection, release))
        #expect(bench.state(0) == .missing)
        #expect(bench.scheduler.cells[0].checkpoint?.offer.step == 512)
        #expect(bench.scheduler.cells[0].losses.isEmpty)
    }

    @Test("a stored result drops the checkpoint, once")
    func verified() throws {
        var bench = try SchedulerBench(2)
        let a = TestSlot("a")
        _ = bench.join(a)
        _ = store(&bench, bench.attempt(0), step: 512)
        #expect(
            bench.handle(.resultStored(bench.attempt(0))) == [
                .recordEnd(bench.attempt(0), .stored, reason: ""),
                .dropCheckpoint(bench.cells[0].id),
            ])
        #expect(bench.handle(.resultStored(bench.attempt(0))) == [])
        // One that was on its way meanwhile goes as well.
        #expect(
            store(&bench, bench.attempt(0), step: 600) == [.dropCheckpoint(bench.cells[0].id)])
    }

    @Test("giving a cell up drops its checkpoint, which may be what it fails on")
    func failed() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        let b = TestSlot("b", host: "elsewhere")
        _ = bench.join(a)
        _ = store(&bench, bench.attempt(0), step: 512)
        _ = bench.fail(a, bench.attempt(0))
        _ = bench.join(b)
        let effects = bench.fail(b, bench.attempt(0, 2))
        #expect(effects.contains(.dropCheckpoint(bench.cells[0].id)))
        #expect(bench.scheduler.cells[0].checkpoint == nil)
    }

    @Test("a checkpoint that cannot be read is given up, and the next attempt begins at step 0")
    func lost() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        _ = bench.join(a)
        _ = store(&bench, bench.attempt(0), step: 512)
        let id = bench.cells[0].id
        #expect(bench.handle(.checkpointLost(id)) == [.dropCheckpoint(id)])
        #expect(bench.handle(.checkpointLost(id)) == [])
        _ = bench.handle(.processGone(a.id))
        let b = TestSlot("b")
        #expect(bench.join(b) == bench.leaseEffects(0, 2, b))
    }

    @Test("a cell whose slots die is not given up while each of them gets further")
    func progress() throws {
        var bench = try SchedulerBench(1) { $0.lostAttempts = 3 }
        for number in 1...10 {
            let slot = TestSlot("w\(number)")
            _ = bench.join(slot)
            _ = store(&bench, bench.attempt(0, number), step: 100 * number)
            _ = bench.handle(.processGone(slot.id))
            #expect(bench.state(0) == .missing)
        }
        // The same step again and again is no progress.
        for number in 11...12 {
            let slot = TestSlot("w\(number)")
            _ = bench.join(slot)
            _ = store(&bench, bench.attempt(0, number), step: 1000)
            _ = bench.handle(.processGone(slot.id))
        }
        guard case .failed = bench.state(0) else {
            Issue.record("still \(bench.state(0))")
            return
        }
    }

    @Test("a slot of another BLAS core takes a cell that begins first, and one that goes on last")
    func anotherCore() throws {
        var bench = try SchedulerBench(4)
        for place in [0, 1] {
            bench.scheduler.restoreCheckpoint(
                bench.cells[place].id, Sample.stored(1, step: 256, blasCore: "Zen"))
        }
        bench.scheduler.restoreCheckpoint(bench.cells[2].id, Sample.stored(1, step: 256))
        var order: [Int] = []
        var resumed: [String] = []
        for name in ["a", "b", "c", "d"] {
            let slot = TestSlot(name)
            _ = bench.handle(slot.hello())
            for effect in bench.handle(.request(slot.connection, credit: 1)) {
                if case .recordLease(let attempt, _, _) = effect {
                    order.append(try #require(bench.scheduler.places[attempt.cell]))
                }
                if case .recordEvent("resumed", let cell, _) = effect { resumed.append(cell) }
            }
        }
        #expect(order == [2, 3, 0, 1])
        // The others begin at step 0 here.
        #expect(resumed == [bench.cells[2].id.short])
    }

    @Test("a restored checkpoint goes out with the next lease")
    func restored() throws {
        var bench = try SchedulerBench(1)
        bench.scheduler.restore(bench.cells[0].id, lastAttempt: 4, failures: [:], losses: [:])
        bench.scheduler.restoreCheckpoint(bench.cells[0].id, Sample.stored(4, step: 768))
        let effects = bench.join(TestSlot("a"))
        guard case .send(_, .lease(let lease)) = effects.last else {
            Issue.record("no lease: \(effects)")
            return
        }
        #expect(lease.attempt == bench.attempt(0, 5))
        var offer = Sample.stored(4, step: 768).offer
        offer.maker = "step 768 of attempt 4"
        #expect(lease.checkpoint == offer)
    }
}
