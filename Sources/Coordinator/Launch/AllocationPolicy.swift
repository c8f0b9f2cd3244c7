import Foundation

/// When to ask for more workers and when to let some go: a pure function of what is to be done, what is there, and time.
struct AllocationPolicy: Sendable, Equatable {
    /// What is to be done.
    enum Action: Sendable, Equatable {
        /// Ask for so many.
        case submit(Int)
        /// End these.
        case retire([String], reason: String)
        /// Workers cannot be had this way.
        case giveUp(String)
    }

    /// Allocations to have while anything is to be trained.
    var minimum = 1
    /// Allocations to have at most.
    var maximum = 1
    /// Slots that an allocation is expected to bring, before any has.
    var slotsEach = 1
    /// Seconds of work that make a further slot worth waiting for.
    var worthSeconds = 60.0
    /// Seconds without anything to do after which an allocation is let go.
    var idleSeconds = 120.0
    /// Seconds that a running allocation may be without a slot.
    var registerSeconds = 300.0
    /// Seconds after which an allocation is over that the launcher, which sees others, says nothing of.
    var unknownSeconds = 60.0
    /// The same for a launcher that sees nothing at all.
    var blindSeconds = 600.0
    /// Seconds between two submissions.
    var spacing = 1.0
    /// The same after many that brought nothing: each one doubles the wait up to here.
    var longestSpacing = 300.0
    /// Submissions in a row that bring nothing after which there is no hope while nobody else trains.
    var patience = 5
    /// Allocations that one submission asks for at most.
    var atOnce = 100

    /// Allocations that this much work is worth.
    func wanted(_ demand: Demand, slotsEach measured: Double?) -> Int {
        guard demand.cells > 0 else { return 0 }
        var slots = Double(demand.cells)
        if let seconds = demand.seconds {
            slots = min(slots, (seconds / worthSeconds).rounded(.up))
        }
        let count = (slots / (measured ?? Double(slotsEach))).rounded(.up)
        return max(minimum, Int(min(count, Double(maximum))))
    }

    /// Seconds to wait after the last submission.
    func wait(after fruitless: Int) -> Double {
        min(longestSpacing, spacing * Double(1 << min(max(0, fruitless - 1), 20)))
    }

    /// What to do now.
    func decide(_ book: AllocationBook, _ demand: Demand, now: Double) -> [Action] {
        var actions: [Action] = []
        let live = book.live
        let dead = live.filter {
            guard let one = book.allocations[$0], one.state == .running else { return false }
            return now - one.manned > registerSeconds
        }
        if !dead.isEmpty {
            let seconds = Int(registerSeconds)
            actions.append(
                .retire(dead, reason: "it runs, and no slot has registered for \(seconds) s"))
        }
        let useful = live.filter { !dead.contains($0) }
        let want = wanted(demand, slotsEach: book.slotsEach)
        if useful.count > want {
            actions += surplus(useful, useful.count - want, book, demand, now)
        }
        guard useful.count < want else { return actions }
        // Nobody else trains, and nothing says that the next one would.
        if demand.slots == 0, useful.isEmpty, book.isHopeless || book.fruitless >= patience {
            return actions + [.giveUp(book.trouble)]
        }
        // Before the first look nobody knows what an earlier coordinator has left.
        guard book.lastLook != nil, !book.isHopeless,
            now - book.lastSubmission >= wait(after: book.fruitless)
        else { return actions }
        let most = min(want - useful.count, atOnce, book.ceiling)
        return actions + [.submit(most)]
    }

    /// Lets some of those go that there are too many of: first those that still wait, the last ones first, then those that
    /// have had nothing to do for long.
    private func surplus(
        _ useful: [String], _ count: Int, _ book: AllocationBook, _ demand: Demand, _ now: Double
    ) -> [Action] {
        let waiting = useful.filter {
            if case .pending? = book.allocations[$0]?.state { true } else { false }
        }
        let idle = useful.filter {
            guard demand.missing == 0, let since = book.allocations[$0]?.idleSince else {
                return false
            }
            return now - since >= idleSeconds
        }
        var actions: [Action] = []
        let cancelled = Array(waiting.suffix(count))
        if !cancelled.isEmpty {
            actions.append(.retire(cancelled, reason: "no longer needed"))
        }
        let ended = Array(idle.prefix(count - cancelled.count))
        if !ended.isEmpty { actions.append(.retire(ended, reason: "nothing to do")) }
        return actions
    }
}
