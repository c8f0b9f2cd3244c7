import Core
import Testing

@testable import Coordinator

@Suite("What one slot can do to the others")
struct SchedulerOwnershipTests {
    @Test("a host whose slots die costs no cell while another host is healthy")
    func dyingHost() throws {
        var bench = try SchedulerBench(3)
        _ = bench.join(TestSlot("good", host: "good"))
        // Its one slot is busy; the bad host takes the other cells and dies of them, again and again.
        var tries = 0
        for life in 0..<50 {
            let bad = TestSlot("bad", "i\(life)", host: "bad")
            for case .recordLease in bench.join(bad) { tries += 1 }
            _ = bench.handle(.processGone(bad.id))
        }
        #expect(tries == 2 * bench.scheduler.settings.lossesPerHost)
        #expect(bench.scheduler.failedCount == 0)
        // Alone, it is tried to the end.
        _ = bench.handle(.goodbye(TestSlot("good").connection, reason: "tired"))
        for life in 50..<100 {
            let bad = TestSlot("bad", "i\(life)", host: "bad")
            _ = bench.join(bad)
            _ = bench.handle(.processGone(bad.id))
        }
        #expect(bench.scheduler.failedCount == 3)
    }

    @Test("a cell that kills whoever trains it is given up when it has been tried everywhere")
    func poison() throws {
        var bench = try SchedulerBench(1)
        for life in 0..<50 where bench.scheduler.failedCount == 0 {
            for host in ["h1", "h2", "h3"] {
                let slot = TestSlot(host, "i\(life)", host: host)
                _ = bench.join(slot)
                for other in ["h1", "h2", "h3"] where other != host {
                    _ = bench.handle(TestSlot(other, "i\(life)", host: other).hello())
                }
                guard !bench.scheduler.isIdle else { continue }
                _ = bench.handle(.processGone(slot.id))
            }
        }
        guard case .failed(let reason) = bench.state(0) else {
            Issue.record("\(bench.state(0))")
            return
        }
        #expect(reason.contains("lost attempts on 3 hosts"))
    }

    @Test("who claims every cell in its hello has one to train and two to deliver")
    func claims() throws {
        var bench = try SchedulerBench(9)
        let a = TestSlot("a")
        _ = bench.handle(
            a.hello(
                (0..<9).map { Hello.Held(attempt: bench.attempt($0), step: 5, finished: $0 > 3) }))
        #expect(bench.scheduler.leasedPlaces.count == 3)
        #expect(bench.scheduler.leasedPlaces.contains(0))
    }

    @Test("a slot cannot make a cell's attempt numbers run away")
    func renumbering() throws {
        var bench = try SchedulerBench(1)
        let a = TestSlot("a")
        let far = Hello.Held(attempt: bench.attempt(0, 1 << 39), step: 5, finished: false)
        let end = Hello.Held(attempt: bench.attempt(0, 1 << 39), step: 5, finished: true)
        _ = bench.handle(a.hello([far, end]))
        #expect(bench.scheduler.cells[0].lastAttempt == 0)
        #expect(bench.scheduler.isIdle)
    }

    @Test("nobody speaks of an attempt, releases it or hands it in but the slot it was given to")
    func others() throws {
        var bench = try SchedulerBench(2)
        let a = TestSlot("a")
        let thief = TestSlot("thief")
        _ = bench.join(a)
        _ = bench.join(thief)
        let attempt = bench.attempt(0)
        #expect(bench.scheduler.mayDeliver(a.id, attempt))
        #expect(!bench.scheduler.mayDeliver(thief.id, attempt))
        for failed in [true, false] {
            let release = Release(attempt: attempt, failed: failed, reason: "mine")
            #expect(bench.handle(.release(thief.connection, release)) == [])
        }
        // Silence ends the lease; it is still a's, and only a gets it back.
        bench.now = 29
        _ = bench.handle(thief.progress(bench.attempt(1), step: 5))
        bench.now = 31
        #expect(bench.handle(.tick).contains { $0.isEnd(of: attempt, .lost) })
        #expect(bench.handle(thief.progress(attempt, step: 7)) == [thief.answered])
        let claim = Hello.Held(attempt: attempt, step: 9, finished: false)
        _ = bench.handle(
            thief.hello([.init(attempt: bench.attempt(1), step: 5, finished: false), claim]))
        #expect(!bench.scheduler.holds(thief.id, attempt))
        #expect(bench.scheduler.mayDeliver(a.id, attempt))
        _ = bench.handle(a.progress(attempt, step: 7))
        #expect(bench.scheduler.holds(a.id, attempt))
    }

    @Test("a worker's name is no use to whoever shows another key")
    func names() throws {
        var bench = try SchedulerBench(1)
        var a = TestSlot("a")
        a.owner = "node1"
        _ = bench.join(a)
        var thief = TestSlot("a", "i2")
        thief.owner = "node2"
        let effects = bench.handle(thief.hello())
        #expect(effects.count == 1)
        guard case .send(thief.connection, .reject(let reject))? = effects.first else {
            Issue.record("\(effects)")
            return
        }
        #expect(reject.code == .refused)
        #expect(bench.scheduler.holds(a.id, bench.attempt(0)))
    }

    @Test("who sits on all cells with many slots of one key shares them with the next key")
    func share() throws {
        var bench = try SchedulerBench(4)
        for number in 0..<4 {
            var hoarder = TestSlot("h\(number)")
            hoarder.owner = "hoarder"
            _ = bench.join(hoarder)
        }
        var honest = TestSlot("honest")
        honest.owner = "honest"
        _ = bench.join(honest)
        #expect(bench.scheduler.leases(of: honest.id).isEmpty)
        #expect(bench.handle(.tick).contains { if case .recordLease = $0 { true } else { false } })
        #expect(bench.scheduler.leases(of: honest.id).count == 1)
        #expect(bench.handle(.tick) == [])
    }

    @Test("a lease that never arrived goes back when its slot asks for work")
    func unheard() throws {
        var bench = try SchedulerBench(2)
        let a = TestSlot("a")
        _ = bench.join(a)
        bench.now = 1
        #expect(bench.handle(.request(a.connection, credit: 1)) == [])
        for second in stride(from: 2.0, to: 30, by: 2) {
            bench.now = second
            _ = bench.handle(a.progress(nil))
        }
        #expect(
            bench.handle(.request(a.connection, credit: 1))
                == [.recordEnd(bench.attempt(0), .released, reason: "its slot asks for work")]
                + bench.leaseEffects(0, 2, a))
    }

    @Test("a flood of hellos of another version is a line a minute")
    func refusals() throws {
        var bench = try SchedulerBench(1)
        var told = 0
        for number in 0..<10_000 {
            bench.now = Double(number) / 100
            let stranger = TestSlot("s\(number)", host: "h\(number % 500)")
            for case .recordEvent in bench.handle(stranger.hello(version: "0")) { told += 1 }
        }
        #expect((30...40).contains(told))
    }
}

extension SchedulerEffect {
    fileprivate func isEnd(of attempt: AttemptID, _ outcome: AttemptOutcome) -> Bool {
        if case .recordEnd(attempt, outcome, _) = self { true } else { false }
    }
}
