import Core
import Dispatch
import Synchronization

/// Where trainer, link and control thread leave each other messages; nobody waits here but the idle trainer.
final class TrainerMailbox: Sendable {
    /// What the trainer is to do next.
    enum Order: Sendable, Equatable {
        /// Train this cell.
        case train(TrainingJob)
        /// End the process.
        case leave(SlotExit)
    }

    /// What the link wants of a training.
    enum Word: Sendable, Equatable {
        /// That it goes on.
        case goOn
        /// That it ends with a checkpoint.
        case handOver
        /// That it ends.
        case stop
    }

    private struct State {
        var job: TrainingJob?
        var exit: SlotExit?
        var stopped: AttemptID?
        var handedOver: AttemptID?
        var snapshot: Progress?
        var events: [LinkEvent] = []
    }

    private let state = Mutex(State())
    private let orders = DispatchSemaphore(value: 0)
    private let wake: @Sendable () -> Void

    /// An empty mailbox.
    ///
    /// - Parameter wake: ends the link thread's wait; called from any thread.
    init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

    // MARK: The link's side

    /// Hands a cell to the trainer, which must be idle.
    func give(_ job: TrainingJob) {
        state.withLock { state in
            precondition(state.job == nil, "the trainer has an order already")
            state.job = job
            state.snapshot = nil
        }
        orders.signal()
    }

    /// Makes the trainer give this attempt up at its next step.
    func stopTraining(_ attempt: AttemptID) { state.withLock { $0.stopped = attempt } }

    /// Makes the trainer give this attempt up with a checkpoint.
    func handOver(_ attempt: AttemptID) { state.withLock { $0.handedOver = attempt } }

    /// Makes the trainer give up whatever it is at and end.
    func leave(_ exit: SlotExit) {
        state.withLock { $0.exit = exit }
        orders.signal()
    }

    /// What happened since the last call.
    func takeEvents() -> [LinkEvent] {
        state.withLock { state in
            defer { state.events = [] }
            return state.events
        }
    }

    /// Latest progress of the trainer.
    var snapshot: Progress? { state.withLock { $0.snapshot } }

    // MARK: The trainer's side

    /// Waits for the next order.
    func nextOrder() -> Order {
        while true {
            orders.wait()
            let order: Order? = state.withLock { state in
                if let exit = state.exit { return .leave(exit) }
                defer { state.job = nil }
                return state.job.map { .train($0) }
            }
            if let order { return order }
        }
    }

    /// Leaves word of how far the trainer is.
    ///
    /// - Returns: what becomes of the training.
    func progress(_ progress: Progress) -> Word {
        state.withLock { state in
            state.snapshot = progress
            guard state.exit == nil, state.stopped != progress.attempt else { return .stop }
            return state.handedOver == progress.attempt ? .handOver : .goOn
        }
    }

    // MARK: Everybody's

    /// Tells the link that something happened.
    func post(_ event: LinkEvent) {
        state.withLock { $0.events.append(event) }
        wake()
    }
}
