import Core
import OrderedCollections
import Sweeps

extension Scheduler {
    /// Why a missing cell is not for a slot, or not before others.
    enum Obstacle: Equatable {
        /// It failed on this host, and there are others.
        case failedHere(host: String)
        /// It was lost on this host again and again, and others have lost it less often.
        case lostHere(host: String)
        /// Its checkpoint is for another OpenBLAS core: here it would start again.
        case otherCore(String)
        /// It would take longer than the slot has.
        case wallTime(needs: Double?, left: Double, isHard: Bool)

        /// Whether the cell waits rather than be trained there.
        var isHard: Bool {
            switch self {
            case .failedHere, .lostHere: true
            case .otherCore: false
            case .wallTime(_, _, let isHard): isHard
            }
        }

        /// One line for people.
        var text: String {
            switch self {
            case .failedHere(let host): "it failed on \(host), and other hosts can try"
            case .lostHere(let host): "slots of \(host) died of it, and other hosts can try"
            case .otherCore(let core): "its checkpoint is for OpenBLAS core \(core)"
            case .wallTime(let needs?, let left, _):
                "needs at most \(Scheduler.span(needs)), the slot's wall time ends in"
                    + " \(Scheduler.span(left))"
            case .wallTime(nil, let left, _):
                "the slot's wall time ends in \(Scheduler.span(left))"
            }
        }
    }

    /// What speaks against training a cell on a slot, nil for nothing.
    func obstacle(to place: Int, _ slot: SlotRecord, _ now: Double) -> Obstacle? {
        let cell = cells[place]
        let host = slot.process.host
        if cell.failures.values.contains(host), hasOtherHealthyHost(than: host, now) {
            return .failedHere(host: host)
        }
        let losses = cell.losses(on: host)
        if losses >= settings.lossesPerHost,
            hasHealthyHost(now, where: { $0 != host && cell.losses(on: $0) < losses })
        {
            return .lostHere(host: host)
        }
        if let endsAt = slot.endsAt {
            let left = endsAt - now
            let needs = expectedSeconds(place, on: slot)
            // What is not finished in time is handed over with its checkpoint, which is worth it from some minutes on.
            if left < settings.leastWallSeconds, needs.map({ $0 > left }) ?? true {
                return .wallTime(needs: needs, left: left, isHard: true)
            }
            if let needs, needs > left {
                return .wallTime(needs: needs, left: left, isHard: false)
            }
        }
        if let core = cell.checkpoint?.offer.blasCore, core != slot.blasCore {
            return .otherCore(core)
        }
        return nil
    }

    /// Seconds until a cell that a slot begins now has used its budget, nil while nobody knows how fast steps are.
    func expectedSeconds(_ place: Int, on slot: SlotRecord) -> Double? {
        let budget = cells[place].definition.configuration.steps
        let steps = max(0, budget - cells[place].firstStep(on: slot.blasCore))
        return (slot.stepSeconds ?? typicalStepSeconds).map { $0 * Double(steps) }
    }

    // MARK: Hosts that fail everything

    /// Whether a host is given nothing for the time being. One that nobody else stands in for is always given a chance.
    func isQuarantined(_ host: String, _ now: Double) -> Bool {
        guard let record = hosts[host], record.quarantinedUntil > now else { return false }
        return hasOtherHealthyHost(than: host, now)
    }

    /// Whether a slot of another host is there that is not itself under suspicion.
    func hasOtherHealthyHost(than host: String, _ now: Double) -> Bool {
        hasHealthyHost(now) { $0 != host }
    }

    /// Whether a healthy host is there on which a cell has not been lost often enough to blame the cell.
    func hasUntriedHost(_ place: Int, _ now: Double) -> Bool {
        hasHealthyHost(now) { cells[place].losses(on: $0) < settings.lossesPerHost }
    }

    private func hasHealthyHost(_ now: Double, where isMeant: (String) -> Bool) -> Bool {
        slots.values.contains { slot in
            guard slot.connection != nil, !slot.draining, isMeant(slot.process.host) else {
                return false
            }
            guard let record = hosts[slot.process.host] else { return true }
            return record.quarantinedUntil <= now
                && record.streak.count < settings.quarantineFailures
        }
    }

    /// Counts a failure against a host. Where too many in a row are its doing, their cells are cleared of them.
    ///
    /// - Returns: the attempts that the host is to blame for, none while it is not quarantined for them.
    mutating func blame(_ host: String, _ attempt: AttemptID, _ now: Double) -> [AttemptID] {
        var record = hosts[host] ?? HostRecord()
        record.streak.append(attempt)
        defer { hosts[host] = record }
        // A host that was quarantined before has one chance, not three.
        let most = record.quarantines == 0 ? settings.quarantineFailures : 1
        guard Set(record.streak.map(\.cell)).count >= most, hasOtherHealthyHost(than: host, now)
        else { return [] }
        let blamed = record.streak
        for attempt in blamed {
            if let place = places[attempt.cell] { cells[place].failures[attempt.attempt] = nil }
        }
        let doublings = Double(1 << min(record.quarantines, 6))
        record.quarantinedUntil = now + settings.quarantineSeconds * doublings
        record.quarantines += 1
        record.streak = []
        return blamed
    }

    // MARK: Stragglers

    /// Gives idle slots a second lease of cells that would otherwise hold up the end: when nothing is missing any more, a
    /// cell whose slot is silent, or slow enough that a new attempt would be there well before it.
    mutating func speculate(_ now: Double) {
        guard drainReason == nil, missingCount == 0, !leasedPlaces.isEmpty, !idle.isEmpty else {
            return
        }
        var taken: Set<Int> = []
        share(now, &taken)
        let late = stragglers(now)
        guard !late.isEmpty else { return }
        for id in idle {
            guard let slot = slots[id], let connection = slot.connection, slot.credit > 0,
                hasRoom(id), !isQuarantined(slot.process.host, now)
            else { continue }
            // The latest of all may not be for this slot; behind the first few there is little to gain.
            let found = late.lazy.filter { !taken.contains($0.place) }.prefix(8)
                .first { isWorthwhile($0.place, $0.left, id, slot, now) }
            guard let place = found?.place else { continue }
            taken.insert(place)
            leaseAgain(place, to: id, connection, slot, "which is late", now)
        }
    }

    /// Gives an idle slot whose owner has nothing a second lease of a cell of an owner that has several: whoever holds one key
    /// cannot keep everybody else from working by sitting on all cells.
    private mutating func share(_ now: Double, _ taken: inout Set<Int>) {
        guard Set(connections.values.map { slots[$0]?.owner }).count > 1 else { return }
        var places: [String?: [Int]] = [:]
        for place in leasedPlaces.sorted() {
            for lease in cells[place].leases {
                places[slots[lease.slot]?.owner, default: []].append(place)
            }
        }
        for id in idle {
            guard let slot = slots[id], let connection = slot.connection, slot.credit > 0,
                hasRoom(id), places[slot.owner] == nil, !isQuarantined(slot.process.host, now)
            else { continue }
            let most = places.values.filter { $0.count > 1 }
                .max { ($0.count, -$0[0]) < ($1.count, -$1[0]) }
            let found = most?.last {
                cells[$0].leases.count == 1 && obstacle(to: $0, slot, now)?.isHard != true
            }
            guard let place = found else { continue }
            taken.insert(place)
            places[slot.owner] = [place]
            leaseAgain(place, to: id, connection, slot, "whose owner has several", now)
        }
    }

    private mutating func leaseAgain(
        _ place: Int, to id: SlotID, _ connection: Connection, _ slot: SlotRecord, _ why: String,
        _ now: Double
    ) {
        slots[id]?.credit -= 1
        if slot.credit == 1 { idle.remove(id) }
        effects.append(
            .recordEvent(
                kind: "speculative", subject: cells[place].definition.id.short,
                text: "attempt \(cells[place].lastAttempt + 1) beside"
                    + " \(cells[place].leases[0].attempt), \(why)"))
        lease(place, to: id, connection, slot, now)
    }

    /// Places whose cell is in one slot's hands, those first that are expected to take longest; without those that will be
    /// there before long. Places decide ties, so that the same events have the same effects.
    private func stragglers(_ now: Double) -> [(place: Int, left: Double)] {
        leasedPlaces.compactMap { place in
            secondsLeft(place, now).map { (place: place, left: $0) }
        }
        .filter { $0.left > 2 * noise }
        .sorted { ($0.left, -$0.place) > ($1.left, -$1.place) }
    }

    /// Seconds until the only lease of a cell has used its budget, infinite for a silent slot; nil where nobody knows.
    private func secondsLeft(_ place: Int, _ now: Double) -> Double? {
        let cell = cells[place]
        guard cell.leases.count == 1, let lease = cell.leases.first else { return nil }
        let silence = now - max(lease.named, slots[lease.slot]?.heard ?? lease.named)
        if silence >= settings.leaseSeconds / 2 { return .infinity }
        // A lease that has not got further for longer than its steps take is as slow as that.
        let behind = now - lease.advanced
        return lease.secondsLeft(of: cell.definition.configuration.steps).map { $0 + behind }
    }

    /// Whether a second lease on this slot would bring the cell well before the first one does.
    private func isWorthwhile(
        _ place: Int, _ left: Double, _ id: SlotID, _ slot: SlotRecord, _ now: Double
    ) -> Bool {
        guard cells[place].leases.first?.slot != id,
            obstacle(to: place, slot, now)?.isHard != true
        else { return false }
        if left == .infinity { return true }
        guard let fresh = expectedSeconds(place, on: slot) else { return false }
        return left > settings.stragglerRatio * fresh && left - fresh > 2 * noise
    }

    /// Differences below this many seconds are noise: heartbeats are seconds apart.
    private var noise: Double { 2 * settings.heartbeatSeconds }

    /// A time in words: `40 s`, `12 min`, `3.5 h`.
    static func span(_ seconds: Double) -> String {
        switch seconds {
        case ..<0: "0 s"
        case ..<120: "\(Int(seconds)) s"
        case ..<7200: "\(Int(seconds / 60)) min"
        default: "\(CanonicalJSON.number((seconds / 360).rounded() / 10)) h"
        }
    }
}
