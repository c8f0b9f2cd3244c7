import Sweeps

/// What became of a complete checkpoint.
enum CheckpointReading: Sendable {
    /// It is durable and in the ledger.
    case stored(StoredCheckpoint)
    /// Nobody can resume from it, and why.
    case unusable(String)
}
