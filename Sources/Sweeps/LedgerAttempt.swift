package import Core

/// An attempt as written down.
package struct LedgerAttempt: Sendable {
    /// Which attempt at which cell.
    package var id: AttemptID
    /// Who had it.
    package var slot: SlotID
    /// The process behind the slot.
    package var process: SlotProcess
    /// When it began, ISO 8601.
    package var leasedAt: String
    /// When it ended, nil while it is in a slot's hands.
    package var endedAt: String?
    /// How it ended: an `AttemptOutcome`, or `forgiven`.
    package var outcome: String?
    /// Why it ended so.
    package var reason: String?
}
