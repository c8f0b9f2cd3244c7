import Core
import Dispatch
import Results
import Synchronization

/// Reads received files through on a thread of its own, in the order of arrival.
///
/// For small cells that is half of what a result costs; the server's loop takes in the next ones meanwhile.
final class CellVerifier: Sendable {
    /// What was found of an attempt's file.
    typealias Outcome = (attempt: AttemptID, file: Result<CellStore.Verified, ResultsError>)

    private let queue = DispatchQueue(label: "grokmap-verify")
    private let outcomes = Mutex<[Outcome]>([])
    private let wake: @Sendable () -> Void

    /// A verifier that calls this, on its own thread, when there is something to collect.
    init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

    /// Has a complete file read; it must stay where it is until its outcome is collected.
    func verify(
        _ file: IncomingFiles.Arrival, of cell: CellDefinition, under rule: PhaseRule
    ) {
        queue.async { [self] in
            let outcome = Result { () throws(ResultsError) in
                try CellStore.verify(file, of: cell, under: rule)
            }
            outcomes.withLock { $0.append((file.attempt, outcome)) }
            wake()
        }
    }

    /// Hands over what has been found since the last call.
    func collect() -> [Outcome] {
        outcomes.withLock { outcomes in
            defer { outcomes = [] }
            return outcomes
        }
    }
}
