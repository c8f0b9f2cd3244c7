/// What is known of a launcher's allocations: a value that takes in what is seen and is asked by `AllocationPolicy`.
struct AllocationBook: Sendable, Equatable {
    /// One allocation.
    struct Allocation: Sendable, Equatable {
        /// Where it stands.
        var state: AllocationState
        /// When that began.
        var since: Double
        /// When its launcher last knew of it, or it was asked for.
        var seen: Double
        /// Its slots that are registered.
        var presence = Demand.Presence()
        /// Whether any ever was.
        var hasRegistered = false
        /// When it last had a slot, or began to run.
        var manned: Double
        /// Since when all its slots have had nothing to do, nil while one has.
        var idleSince: Double?
        /// Why it is being ended by us, nil while it is not.
        var retired: String?

        /// Whether it counts as one that brings workers, or will.
        var isLive: Bool {
            switch state {
            case .pending, .running: retired == nil
            case .ending, .ended: false
            }
        }
    }

    /// All that are not over, and those that ended since `takeEnded`.
    private(set) var allocations: [String: Allocation] = [:]
    /// Submissions and allocations in a row that brought no worker.
    private(set) var fruitless = 0
    /// Allocations that one submission may ask for: halved when one is refused.
    private(set) var ceiling = Int.max
    /// When something was last asked for.
    private(set) var lastSubmission = -Double.infinity
    /// The last thing that went wrong.
    private(set) var trouble = ""
    /// Whether the next allocation would end like the last.
    private(set) var isHopeless = false
    /// When the launcher last saw anything, nil before the first time.
    private(set) var lastLook: Double?
    /// The limits that ages are judged by.
    let limits: AllocationPolicy

    /// An empty book.
    init(_ limits: AllocationPolicy) { self.limits = limits }

    /// Names of those that bring workers or will, oldest first.
    var live: [String] {
        allocations.filter(\.value.isLive)
            .sorted { ($0.value.since, $0.key) < ($1.value.since, $1.key) }.map(\.key)
    }

    /// Slots that an allocation has brought on average, nil before the first.
    var slotsEach: Double? {
        let counts = allocations.values.map(\.presence.slots).filter { $0 > 0 }
        return counts.isEmpty ? nil : Double(counts.reduce(0, +)) / Double(counts.count)
    }

    /// Notes what was asked for. A name that was used before is another allocation now.
    mutating func submitted(_ names: [String], now: Double) {
        lastSubmission = now
        if names.count >= ceiling { ceiling = ceiling > Int.max / 2 ? Int.max : ceiling * 2 }
        for name in names {
            allocations[name] = Allocation(
                state: .pending(""), since: now, seen: now, manned: now)
        }
    }

    /// Notes that a submission was refused.
    mutating func refused(_ count: Int, _ reason: String, now: Double) {
        lastSubmission = now
        ceiling = max(1, min(ceiling, count) / 2)
        fruitless += 1
        trouble = reason
    }

    /// Notes that some are being ended.
    mutating func retired(_ names: [String], _ reason: String) {
        for name in names { allocations[name]?.retired = reason }
    }

    /// Takes in what a launcher sees, and who has registered.
    mutating func observe(
        _ sights: [String: AllocationState], _ presence: [String: Demand.Presence], now: Double
    ) {
        lastLook = now
        for (name, state) in sights where allocations[name] == nil {
            // One that ended before anybody knew of it is none of ours.
            if case .ended = state { continue }
            allocations[name] = Allocation(state: state, since: now, seen: now, manned: now)
        }
        note(presence, now)
        for (name, state) in sights {
            allocations[name]?.seen = now
            change(name, to: state, now)
        }
        for (name, allocation) in allocations where now - allocation.seen > limits.unknownSeconds {
            change(name, to: .ended(.failed, "nothing is known of it any more"), now)
        }
    }

    /// Notes that a launcher saw nothing: what it knew holds for a while, and for as long as slots are registered.
    mutating func lookFailed(
        _ reason: String, _ presence: [String: Demand.Presence], now: Double
    ) {
        trouble = reason
        note(presence, now)
        for (name, allocation) in allocations
        where allocation.presence.slots == 0 && now - allocation.seen > limits.blindSeconds {
            change(name, to: .ended(.taken, "unknown for too long: \(reason)"), now)
        }
    }

    /// Hands out those that are over and forgets them.
    mutating func takeEnded() -> [String: Allocation] {
        let ended = allocations.filter { if case .ended = $0.value.state { true } else { false } }
        for name in ended.keys { allocations[name] = nil }
        return ended
    }

    private mutating func note(_ presence: [String: Demand.Presence], _ now: Double) {
        for (name, allocation) in allocations {
            let present = presence[name] ?? Demand.Presence()
            var allocation = allocation
            allocation.presence = present
            if present.slots > 0 {
                // Whoever has slots runs, whatever the launcher has heard so far.
                if case .pending = allocation.state {
                    (allocation.state, allocation.since) = (.running, now)
                }
                allocation.hasRegistered = true
                allocation.manned = now
                allocation.seen = max(allocation.seen, now)
                (fruitless, isHopeless) = (0, false)
            }
            let isIdle = present.slots > 0 && present.busy == 0
            allocation.idleSince = isIdle ? allocation.idleSince ?? now : nil
            allocations[name] = allocation
        }
    }

    private mutating func change(_ name: String, to state: AllocationState, _ now: Double) {
        guard var allocation = allocations[name], allocation.state != state else { return }
        if case .pending = state, case .running = allocation.state, allocation.presence.slots > 0 {
            // An old sight: its slots are there.
            return
        }
        if case .pending = allocation.state, case .pending = state {
            // Only its reason is another.
        } else {
            allocation.since = now
        }
        if state == .running { allocation.manned = now }
        allocation.state = state
        allocations[name] = allocation
        guard case .ended(let end, let reason) = state else { return }
        let isOurs = allocation.retired != nil
        if !isOurs { trouble = reason }
        if end == .hopeless { isHopeless = true }
        if end != .taken, !allocation.hasRegistered, !isOurs { fruitless += 1 }
    }
}
