/// One allocation of workers as the ledger last had it, for whoever asks without asking the batch system.
package struct AllocationRecord: Sendable, Equatable {
    /// Who asked for it: `slurm`, `ssh`, `local`.
    package var launcher: String
    /// Its name there: `1234_5`.
    package var name: String
    /// `pending`, `running`, `ending` or `ended`.
    package var state: String
    /// Why it waits or ended, in the words of whoever grants it; empty for nothing to say.
    package var reason: String
    /// Slots of it that are registered.
    package var slots: Int
    /// When this was noted, ISO 8601.
    package var at: String

    /// A record.
    package init(
        launcher: String, name: String, state: String, reason: String, slots: Int, at: String = ""
    ) {
        self.launcher = launcher
        self.name = name
        self.state = state
        self.reason = reason
        self.slots = slots
        self.at = at
    }

    /// One line for people: `slurm 1234_5: pending: Resources`.
    package var description: String {
        var text = "\(launcher) \(name): \(state)"
        if slots > 0 { text += ", \(slots) slots" }
        return reason.isEmpty ? text : "\(text): \(reason)"
    }

    /// What stands in all of them, a line for each launcher: `slurm: 2 running (16 slots), 3 pending (Priority)`.
    package static func summary(_ records: [AllocationRecord]) -> [String] {
        let launchers = Dictionary(grouping: records, by: \.launcher).sorted { $0.key < $1.key }
        return launchers.compactMap { launcher, all in
            let parts = ["running", "pending", "ending"].compactMap { state -> String? in
                let these = all.filter { $0.state == state }
                guard !these.isEmpty else { return nil }
                let slots = these.reduce(0) { $0 + $1.slots }
                let reasons = Set(these.map(\.reason)).subtracting([""]).sorted()
                let more = slots > 0 ? ["\(slots) slots"] + reasons : reasons
                let words = "\(these.count) \(state)"
                return more.isEmpty ? words : "\(words) (\(more.joined(separator: ", ")))"
            }
            if !parts.isEmpty { return "\(launcher): \(parts.joined(separator: ", "))" }
            return all.max { $0.at < $1.at }.map {
                "\(launcher): none; the last: \($0.description)"
            }
        }
    }
}
