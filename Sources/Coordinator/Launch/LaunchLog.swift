import Synchronization

/// What launchers' threads leave for the ledger, which belongs to the server's thread.
final class LaunchLog: Sendable {
    private let entries = Mutex<[LedgerEntry]>([])

    /// Leaves an entry.
    func add(_ entry: LedgerEntry) { entries.withLock { $0.append(entry) } }

    /// Takes what was left.
    func take() -> [LedgerEntry] {
        entries.withLock { entries in
            defer { entries = [] }
            return entries
        }
    }
}
