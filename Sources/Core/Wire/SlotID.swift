/// A slot process, distinct from whatever ran in its place before.
package struct SlotID: Hashable, Sendable, CustomStringConvertible {
    /// The supervisor.
    package var worker: String
    /// The place within the supervisor.
    package var slot: Int
    /// The process start.
    package var incarnation: String

    /// A slot.
    package init(worker: String, slot: Int, incarnation: String) {
        self.worker = worker
        self.slot = slot
        self.incarnation = incarnation
    }

    /// `worker/slot`, for people.
    package var description: String { "\(worker.prefix(8))/\(slot)" }

    /// Whether a person who says this name means the slot: by its own name, its worker's beginning, or its host.
    package func isMeant(by name: String, on host: String) -> Bool {
        description == name || worker.hasPrefix(name) || host == name
    }

    /// One order of all slots, so that the same events have the same effects.
    package static func inOrder(_ a: SlotID, _ b: SlotID) -> Bool {
        (a.worker, a.slot, a.incarnation) < (b.worker, b.slot, b.incarnation)
    }
}
