import Core
import Sweeps

extension Scheduler {
    /// What a running coordinator knows of a cell: where it stands, who has it, and why nobody has.
    func explanation(ofCell id: CellID, now: Double) -> [String] {
        guard let place = places[id] else { return ["not one of this sweep's cells"] }
        let cell = cells[place]
        switch cell.state {
        case .verified: return ["its result is stored"]
        case .failed(let reason): return ["failed: \(reason)"]
        case .leased:
            return cell.leases.map { lease in
                let left = lease.secondsLeft(of: cell.definition.configuration.steps).map {
                    ", at most \(Scheduler.span($0)) left"
                }
                return
                    "attempt \(lease.attempt): slot \(lease.slot) on \(lease.process.host) has it"
                    + " for \(Scheduler.span(now - lease.since)), step \(lease.step)"
                    + (left ?? "") + ", heard of \(Scheduler.span(now - lease.named)) ago"
            }
        case .missing:
            var lines = ["waits: \(missingCount) cells are missing"]
            if let offer = cell.checkpoint?.offer {
                lines.append("resumes from step \(offer.step) on OpenBLAS core \(offer.blasCore)")
            }
            let free = slotsInOrder.filter { $0.value.connection != nil && $0.value.credit > 0 }
            if free.isEmpty { lines.append("not leased: \(whyNoSlotIsFree)") }
            for (slot, record) in free {
                let why =
                    whyNothing(for: record, now)
                    ?? obstacle(to: place, record, now).map {
                        ($0.isHard ? "" : "comes last: ") + $0.text
                    }
                    ?? "it is the next one's turn"
                lines.append("not leased to slot \(slot): \(why)")
            }
            return lines
        }
    }

    /// What a running coordinator knows of slots: those whose name, worker or host begins like this; nil for none.
    func explanation(ofSlots name: String, now: Double) -> [String]? {
        let found = slotsInOrder.filter { $0.key.isMeant(by: name, on: $0.value.process.host) }
        guard !found.isEmpty else { return nil }
        return found.flatMap { slot, record in
            var lines = ["slot \(slot) on \(record.process.host), process \(record.process.pid)"]
            let core = record.blasCore.map { "OpenBLAS core \($0), " } ?? ""
            lines.append("  \(core)heard of \(Scheduler.span(now - record.heard)) ago")
            if record.connection == nil {
                lines.append("  had cells when the last coordinator ended; has not come back yet")
            }
            if let endsAt = record.endsAt {
                lines.append("  its wall time ends in \(Scheduler.span(endsAt - now))")
            }
            for place in leasedPlaces.sorted() {
                for lease in cells[place].leases where lease.slot == slot {
                    lines.append(
                        "  trains cell \(cells[place].definition.id.short), attempt"
                            + " \(lease.attempt), step \(lease.step), for"
                            + " \(Scheduler.span(now - lease.since))")
                }
            }
            if let why = whyNothing(for: record, now) {
                lines.append("  is given nothing: \(why)")
            } else if record.credit > 0 {
                lines.append("  is free\(missingCount == 0 ? ": nothing is missing" : "")")
            }
            return lines
        }
    }

    private var slotsInOrder: [(key: SlotID, value: SlotRecord)] {
        slots.sorted { SlotID.inOrder($0.key, $1.key) }
    }

    private var whyNoSlotIsFree: String {
        if let drainReason { return drainReason }
        let count = connections.count
        return count == 0 ? "no slot is registered" : "all \(count) slots are busy"
    }

    private func whyNothing(for slot: SlotRecord, _ now: Double) -> String? {
        if let drainReason { return drainReason }
        if slot.draining { return "it was told to drain" }
        let host = slot.process.host
        if let record = hosts[host], isQuarantined(host, now) {
            let left = Scheduler.span(record.quarantinedUntil - now)
            return "its host is quarantined for another \(left): \(record.reason)"
        }
        return nil
    }
}
