import Foundation
import Sweeps
import Synchronization
import System

/// Drives one launcher on a thread of its own, because whoever places workers may take its time: looks, asks the policy, does
/// what it says, and writes down what has changed.
final class LaunchThread: Sendable {
    /// What a launcher's thread works with.
    struct Parts: Sendable {
        /// Where the sweep's state is shown.
        var board: StatusBoard
        /// Where what happened is left for the ledger.
        var log: LaunchLog
    }

    private struct State {
        /// How long workers have to leave, once it is to end.
        var patience: Double?
        /// Whether workers are to hand over what they are training.
        var isHandingOver = false
        /// Set when it has ended.
        var hasEnded = false
        var failure: CoordinatorError?
        var complaints: [String] = []
    }

    private let state = Mutex(State())
    /// What the launcher is called.
    let name: String

    /// Starts driving the launcher that the closure makes, once the coordinator listens.
    init(
        _ name: String, _ parts: Parts,
        _ make:
            @escaping @Sendable (_ endpoints: [String]) throws ->
            any Launcher
    ) {
        self.name = name
        let thread = Thread { [self] in
            do {
                guard let endpoints = endpoints(parts.board) else { return }
                try drive(try make(endpoints), parts)
            } catch {
                let failure = error as? CoordinatorError
                state.withLock {
                    $0.failure = failure ?? CoordinatorError("launch workers", name, "\(error)")
                }
            }
            state.withLock { $0.hasEnded = true }
        }
        thread.name = "grokmap-\(name)"
        thread.stackSize = 4 << 20
        thread.start()
    }

    /// Why workers cannot be had this way, nil while they may.
    var failure: CoordinatorError? { state.withLock { $0.failure } }

    /// Whether it has ended.
    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// What could not be ended.
    var complaints: [String] { state.withLock { $0.complaints } }

    /// Asks it to end everything.
    ///
    /// - Parameter patience: seconds that workers have to leave by themselves.
    func end(patience: Double) { state.withLock { $0.patience = patience } }

    /// Has the workers hand over what they are training, with checkpoints, and leave.
    func handOver() { state.withLock { $0.isHandingOver = true } }

    private var patience: Double? { state.withLock { $0.patience } }

    private func endpoints(_ board: StatusBoard) -> [String]? {
        while patience == nil {
            let endpoints = board.current.endpoints
            if !endpoints.isEmpty { return endpoints }
            Thread.sleep(forTimeInterval: 0.02)
        }
        return nil
    }

    private func drive(_ launcher: any Launcher, _ parts: Parts) throws {
        var fleet = Fleet(launcher, parts.log)
        let clock = ContinuousClock()
        let start = clock.now
        var next = 0.0
        var isHandingOver = false
        while patience == nil {
            let now = start.duration(to: clock.now) / .seconds(1)
            if !isHandingOver, state.withLock({ $0.isHandingOver }) {
                isHandingOver = true
                launcher.handOver()
            }
            if now >= next {
                // Whoever drains needs nobody.
                guard parts.board.current.isDraining || fleet.step(parts.board.current.demand, now)
                else { break }
                next = start.duration(to: clock.now) / .seconds(1) + launcher.interval
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
        let complaints = launcher.end(patience: patience ?? 0)
        fleet.close()
        state.withLock { $0.complaints = complaints }
        if let failure = fleet.failure { throw failure }
    }
}
