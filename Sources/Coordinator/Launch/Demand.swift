import Core

/// What a running sweep needs of workers, and what has come of those that were launched.
struct Demand: Sendable, Equatable {
    /// The slots of one allocation that are registered now.
    struct Presence: Sendable, Equatable {
        /// Slots registered.
        var slots = 0
        /// Slots with a cell in hand.
        var busy = 0
    }

    /// Cells that nobody has.
    var missing = 0
    /// Cells in slots' hands.
    var leased = 0
    /// Seconds that one slot would need for all of them, nil while nobody knows.
    var seconds: Double?
    /// Slots registered, whoever launched them.
    var slots = 0
    /// Registered slots by the allocation that they named.
    var allocations: [String: Presence] = [:]

    /// Cells that are not done.
    var cells: Int { missing + leased }
}

extension Scheduler {
    /// What is to be trained, and who is there.
    ///
    /// - Parameter meanSteps: steps that a finished cell took, nil before the first: then cells are taken to use up their
    ///   budget.
    /// - Returns: what launchers' policies go by.
    func demand(meanSteps: Double?) -> Demand {
        var demand = Demand(
            missing: drainReason == nil ? missingCount : 0, leased: leasedPlaces.count)
        if let seconds = typicalStepSeconds {
            let steps = meanSteps ?? Double(cells.first?.definition.configuration.steps ?? 0)
            demand.seconds = seconds * steps * Double(demand.cells)
        }
        for slot in slots.values where slot.connection != nil {
            demand.slots += 1
            guard let allocation = slot.allocation else { continue }
            demand.allocations[allocation, default: .init()].slots += 1
            if !slot.places.isEmpty { demand.allocations[allocation]?.busy += 1 }
        }
        return demand
    }
}
