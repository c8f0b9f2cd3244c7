import Core

extension Scheduler {
    /// What is wrong with the state, nil when nothing is: checked after every event in tests.
    func brokenInvariant() -> String? {
        if let broken = brokenInvariant(among: cells.indices) { return broken }
        let verified = cells.count { $0.state == .verified }
        let failed = cells.count { if case .failed = $0.state { true } else { false } }
        if verified != verifiedCount { return "\(verified) verified, counted \(verifiedCount)" }
        if failed != failedCount { return "\(failed) failed, counted \(failedCount)" }
        let leased = cells.indices.filter { cells[$0].state == .leased }
        if Set(leased) != leasedPlaces { return "the set of leased places is not what is leased" }
        for (connection, id) in connections where slots[id]?.connection != connection {
            return "connection of slot \(id) points elsewhere"
        }
        for (id, slot) in slots {
            let held = cells.indices.filter { cells[$0].leases.contains { $0.slot == id } }
            if Set(held) != slot.places { return "slot \(id) has other cells than it says" }
        }
        if let slot = slots.first(where: { $0.value.credit < 0 }) {
            return "slot \(slot.key) has negative credit"
        }
        return nil
    }

    /// What is wrong with some cells, nil when nothing is.
    func brokenInvariant(among places: some Sequence<Int>) -> String? {
        for place in places {
            let cell = cells[place]
            let name = cell.definition.id.short
            if (cell.state == .leased) != leasedPlaces.contains(place) {
                return "cell \(name) is \(cell.state), the set of leased places says otherwise"
            }
            for lease in cell.leases where cell.failures[lease.attempt] != nil {
                return "cell \(name): attempt \(lease.attempt) failed and is leased"
            }
            if cell.checkpoint != nil, cell.state != .missing, cell.state != .leased {
                return "cell \(name) is \(cell.state) and has a checkpoint"
            }
            if (cell.state == .leased) != !cell.leases.isEmpty {
                return "cell \(name) is \(cell.state) with \(cell.leases.count) leases"
            }
            let numbers = cell.leases.map(\.attempt)
            if Set(numbers).count != numbers.count { return "cell \(name): attempt leased twice" }
            if let last = numbers.max(), last > cell.lastAttempt {
                return "cell \(name): attempt \(last) is beyond \(cell.lastAttempt)"
            }
            for lease in cell.leases where cell.owners[lease.attempt] != lease.slot {
                return "cell \(name): attempt \(lease.attempt) is leased to another than its owner"
            }
            for lease in cell.leases where slots[lease.slot] == nil {
                return "cell \(name) is leased to slot \(lease.slot), which is not known"
            }
        }
        return nil
    }
}
