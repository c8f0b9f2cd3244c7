import Core
import Dispatch
import Results
import Synchronization

/// Reads received files through on a thread of its own, in the order of arrival.
///
/// For small cells that is half of what a result costs; the server's loop takes in the next ones meanwhile. What is found
/// is handed over many at a time, because each round that stores something waits for the disk once.
final class CellVerifier: Sendable {
    /// What was found of an attempt's file: an error that is no `ResultsError` is this machine's own.
    typealias Outcome = (attempt: AttemptID, file: Result<CellStore.Verified, any Error>)

    private let queue = DispatchQueue(label: "grokmap-verify")
    private let state = Mutex(State())
    private let wake: @Sendable () -> Void

    private struct State {
        /// Files that are not read yet.
        var waiting = 0
        var outcomes: [Outcome] = []
        /// Whether it is worth a round.
        var isWorthCollecting: Bool {
            !outcomes.isEmpty && (waiting == 0 || outcomes.count >= CellVerifier.enough)
        }
    }

    /// Outcomes that are handed over though more files wait: a few milliseconds' worth.
    private static let enough = 16

    /// A verifier that calls this, on its own thread, when there is something to collect.
    init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

    /// Has a complete file read; it must stay where it is until its outcome is collected.
    func verify(
        _ file: IncomingFiles.Arrival, of cell: CellDefinition, for spec: SweepSpec
    ) {
        state.withLock { $0.waiting += 1 }
        queue.async { [self] in
            let outcome = Result {
                try CellStore.verify(file, of: cell, for: spec)
            }
            let isWorthCollecting = state.withLock {
                $0.waiting -= 1
                $0.outcomes.append((file.attempt, outcome))
                return $0.isWorthCollecting
            }
            if isWorthCollecting { wake() }
        }
    }

    /// Hands over what has been found, when nothing more is under way or it is enough for a round.
    func collect() -> [Outcome] {
        state.withLock { state in
            guard state.isWorthCollecting else { return [] }
            defer { state.outcomes = [] }
            return state.outcomes
        }
    }
}
