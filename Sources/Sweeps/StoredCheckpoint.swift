package import Core

/// A cell's latest checkpoint as the ledger knows it.
package struct StoredCheckpoint: Sendable, Equatable {
    /// The attempt that made it.
    package var attempt: Int
    /// What a lease says of it.
    package var offer: CheckpointOffer

    /// A checkpoint.
    package init(attempt: Int, offer: CheckpointOffer) {
        self.attempt = attempt
        self.offer = offer
    }
}
