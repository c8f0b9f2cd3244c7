import Testing

@testable import Coordinator

@Suite struct AllocationPolicyTests {
    private let policy = AllocationPolicy(
        minimum: 1, maximum: 8, slotsEach: 4, worthSeconds: 60, idleSeconds: 100,
        registerSeconds: 50, unknownSeconds: 60, blindSeconds: 600, spacing: 10, atOnce: 5)

    /// A book that has looked once and seen nothing.
    private func book() -> AllocationBook {
        var book = AllocationBook(policy)
        book.observe([:], [:], now: 0)
        return book
    }

    @Test("allocations follow the backlog, within minimum and maximum")
    func backlog() {
        #expect(policy.wanted(Demand(missing: 0), slotsEach: nil) == 0)
        #expect(policy.wanted(Demand(missing: 1), slotsEach: nil) == 1)
        #expect(policy.wanted(Demand(missing: 9, leased: 4), slotsEach: nil) == 4)
        #expect(policy.wanted(Demand(missing: 500), slotsEach: nil) == 8)
        // An hour of work in 100 cells is worth 60 slots; a minute of it one.
        #expect(policy.wanted(Demand(missing: 100, seconds: 3600), slotsEach: 16) == 4)
        #expect(policy.wanted(Demand(missing: 100, seconds: 60), slotsEach: 16) == 1)
    }

    @Test("nothing is asked for before the first look, nor faster than the spacing allows")
    func spacing() {
        let demand = Demand(missing: 500)
        #expect(policy.decide(AllocationBook(policy), demand, now: 0).isEmpty)
        var book = book()
        #expect(policy.decide(book, demand, now: 1) == [.submit(5)])
        book.submitted((0..<5).map { "7_\($0)" }, now: 1)
        #expect(policy.decide(book, demand, now: 5).isEmpty)
        #expect(policy.decide(book, demand, now: 11) == [.submit(3)])
    }

    @Test("what brings nothing is asked for ever more rarely, and given up while nobody trains")
    func fruitless() {
        let demand = Demand(missing: 4)
        var book = book()
        var times: [Double] = []
        for second in 0..<2000 {
            let now = Double(second)
            switch policy.decide(book, demand, now: now).first {
            case .submit?:
                times.append(now)
                book.submitted(["\(second)"], now: now)
                book.observe(["\(second)": .ended(.failed, "exit 1")], [:], now: now)
                _ = book.takeEnded()
            case .giveUp(let reason)?:
                #expect(reason == "exit 1")
                #expect(times == [0, 10, 30, 70, 150])
                return
            case let other: #expect(other == nil)
            }
        }
        Issue.record("never given up; asked at \(times)")
    }

    @Test("while somebody else trains it is not given up")
    func othersTrain() {
        var book = book()
        for count in 0..<9 { book.refused(1, "refused", now: Double(count)) }
        var demand = Demand(missing: 4)
        #expect(policy.decide(book, demand, now: 5000) == [.giveUp("refused")])
        demand.slots = 1
        #expect(policy.decide(book, demand, now: 5000) == [.submit(1)])
    }

    @Test("a slot that registers makes up for what failed before it")
    func registered() {
        var book = book()
        for count in 0..<4 { book.refused(1, "refused", now: Double(count)) }
        book.submitted(["1"], now: 10)
        book.observe(["1": .running], ["1": .init(slots: 4, busy: 4)], now: 11)
        #expect(book.fruitless == 0)
        #expect(book.slotsEach == 4)
    }

    @Test("a refused submission is tried again with half as many")
    func halves() {
        var book = book()
        let demand = Demand(missing: 500)
        book.refused(5, "array too long", now: 0)
        #expect(policy.decide(book, demand, now: 10) == [.submit(2)])
        book.refused(2, "array too long", now: 10)
        #expect(policy.decide(book, demand, now: 30) == [.submit(1)])
        book.submitted(["1"], now: 30)
        book.observe(["1": .pending("Resources")], [:], now: 31)
        #expect(policy.decide(book, demand, now: 60) == [.submit(2)])
    }

    @Test("those without work are let go after a while, those that wait at once")
    func surplus() {
        var book = book()
        book.submitted(["1", "2", "3"], now: 0)
        let idle = ["1": Demand.Presence(slots: 4, busy: 1), "2": .init(slots: 4, busy: 0)]
        book.observe(["1": .running, "2": .running, "3": .pending("Priority")], idle, now: 10)
        let demand = Demand(missing: 0, leased: 1, slots: 8)
        let expected = [AllocationPolicy.Action.retire(["3"], reason: "no longer needed")]
        #expect(policy.decide(book, demand, now: 20) == expected)
        book.retired(["3"], "no longer needed")
        #expect(policy.decide(book, demand, now: 20).isEmpty)
        book.observe(["1": .running, "2": .running], idle, now: 111)
        #expect(
            policy.decide(book, demand, now: 111) == [.retire(["2"], reason: "nothing to do")])
        // Cells that wait are for them.
        #expect(policy.decide(book, Demand(missing: 40, slots: 8), now: 111) == [.submit(5)])
    }

    @Test("one that runs without a slot is ended and replaced")
    func unmanned() {
        var book = book()
        book.submitted(["1"], now: 0)
        book.observe(["1": .running], [:], now: 1)
        let demand = Demand(missing: 1)
        #expect(policy.decide(book, demand, now: 50).isEmpty)
        let actions = policy.decide(book, demand, now: 52)
        #expect(actions.count == 2)
        #expect(actions.last == .submit(1))
    }

    @Test("states that never end, and those that nobody knows, age out")
    func ages() {
        var book = book()
        book.submitted(["1", "2"], now: 0)
        // 1 is said to complete for ever: it counts no more. 2 is not spoken of.
        book.observe(["1": .ending], [:], now: 10)
        #expect(book.live == ["2"])
        book.observe(["1": .ending], [:], now: 61)
        #expect(book.live.isEmpty)
        #expect(Set(book.takeEnded().keys) == ["2"])
        // A scheduler that says nothing at all is believed for longer, and slots that are there for good.
        book.submitted(["3", "4"], now: 100)
        let there = ["3": Demand.Presence(slots: 1, busy: 1)]
        for now in stride(from: 101.0, through: 701, by: 10) {
            book.lookFailed("squeue: timed out", there, now: now)
        }
        #expect(book.live == ["3"])
    }

    @Test("an earlier coordinator's allocations are taken over, its past ones are not")
    func adopted() {
        var book = AllocationBook(policy)
        book.observe(
            ["7": .running, "8": .pending("Priority"), "5": .ended(.failed, "x")], [:], now: 0)
        #expect(Set(book.live) == ["7", "8"])
        #expect(policy.decide(book, Demand(missing: 8), now: 1).isEmpty)
    }

    @Test("a name that is used again is another allocation")
    func reused() {
        var book = book()
        book.submitted(["5"], now: 0)
        book.observe(["5": .running], ["5": .init(slots: 1, busy: 1)], now: 1)
        book.observe(["5": .ended(.taken, "cancelled")], [:], now: 2)
        #expect(book.takeEnded().count == 1)
        // What the batch system remembers of the old one is no news.
        book.observe(["5": .ended(.taken, "cancelled")], [:], now: 3)
        #expect(book.takeEnded().isEmpty)
        book.submitted(["5"], now: 20)
        #expect(book.allocations["5"]?.hasRegistered == false)
        #expect(book.live == ["5"])
    }

    @Test("slots that are there outrank an old word that theirs still waits")
    func oldSight() {
        var book = book()
        book.submitted(["1"], now: 0)
        book.observe(["1": .pending("")], ["1": .init(slots: 2, busy: 2)], now: 5)
        #expect(book.allocations["1"]?.state == .running)
        book.observe(["1": .pending("Resources")], [:], now: 6)
        #expect(book.allocations["1"]?.state == .pending("Resources"))
    }
}
