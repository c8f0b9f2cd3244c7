import Core
import Dispatch
import Sweeps
import Synchronization
import System

/// Reads received checkpoints on a thread of its own, one after the other: a large one takes a second to hash and to get to
/// the disk, in which other slots are heard.
final class CheckpointReader: Sendable {
    /// What a checkpoint says of itself; `CheckpointStore.Unusable`, or what this machine could not read.
    typealias Found = Result<StoredCheckpoint, any Error>

    private let queue = DispatchQueue(label: "grokmap-checkpoints")
    private let outcomes = Mutex<[(file: IncomingFiles.Arrival, found: Found)]>([])
    private let wake: @Sendable () -> Void

    /// A reader that calls this, on its own thread, when there is something to collect.
    init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

    /// Has a complete file read; it must stay where it is until its outcome is collected.
    func read(_ file: IncomingFiles.Arrival, _ spec: SweepSpec) {
        queue.async { [self] in
            let found = Found {
                let stored = try CheckpointStore.examine(
                    try Posix.read(file.path), file.attempt.cell, spec,
                    attempt: file.attempt.attempt, sha256: file.sha256)
                // Whether it is on the disk is asked again, briefly, when it gets its name.
                file.synchronize()
                return stored
            }
            outcomes.withLock { $0.append((file, found)) }
            wake()
        }
    }

    /// Hands over what has been read.
    func collect() -> [(file: IncomingFiles.Arrival, found: Found)] {
        outcomes.withLock { outcomes in
            defer { outcomes = [] }
            return outcomes
        }
    }
}
