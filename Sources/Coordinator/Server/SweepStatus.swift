import Core
import Synchronization

/// What the sweep looks like at one moment, for whoever draws it.
struct SweepStatus: Sendable {
    /// Every planned cell, in plan order.
    var cells: [CellStatus]
    /// Slots registered now.
    var slots = 0
    /// Cells trained since this coordinator started.
    var trained = 0
    /// Updates made since this coordinator started, over all slots.
    var steps = 0.0
    /// Seconds since this coordinator started.
    var seconds = 0.0
    /// The latest line worth telling.
    var note: String?
    /// Where the server listens, once it does.
    var endpoints: [String] = []
    /// What is needed of workers, and who has come.
    var demand = Demand()
    /// Whether no more cells are handed out.
    var isDraining = false
    /// Set when the server's loop has ended.
    var ended = false
}

/// Hands the latest status from the server's thread to the one that draws.
final class StatusBoard: Sendable {
    private let status: Mutex<SweepStatus>

    /// A board showing this.
    init(_ status: SweepStatus) { self.status = Mutex(status) }

    /// The status now.
    var current: SweepStatus { status.withLock { $0 } }

    /// Changes the status.
    func update(_ change: @Sendable (inout SweepStatus) -> Void) {
        status.withLock { change(&$0) }
    }
}
