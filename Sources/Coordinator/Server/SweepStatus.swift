import Core
import Synchronization

/// What the sweep looks like at one moment, for whoever draws it.
struct SweepStatus: Sendable {
    /// A cell for the eye.
    enum Cell: Sendable, Equatable {
        /// Waits for a slot.
        case missing
        /// In a slot's hands, so far on.
        case running(step: Int)
        /// Its file is there, with this verdict.
        case verified(PhaseVerdict, stopReason: StopReason, stepsRun: Int)
        /// Given up.
        case failed(reason: String)
    }

    /// Every planned cell, in plan order.
    var cells: [Cell]
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
    /// Set when the server's loop has ended.
    var ended = false

    /// How many cells are in a state.
    func count(_ matches: (Cell) -> Bool) -> Int { cells.count(where: matches) }

    /// Cells with a verified file.
    var verified: Int {
        count { if case .verified = $0 { true } else { false } }
    }

    /// Cells given up.
    var failed: Int {
        count { if case .failed = $0 { true } else { false } }
    }

    /// Cells being trained.
    var running: Int {
        count { if case .running = $0 { true } else { false } }
    }
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
