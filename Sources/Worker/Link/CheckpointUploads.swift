import Core
import SHA256

/// A checkpoint as it travels.
struct SealedCheckpoint: Sendable, Equatable {
    /// Updates made.
    let step: Int
    /// Its bytes.
    let bytes: [UInt8]
    /// Their SHA-256, hexadecimal.
    let sha256: String

    /// The bytes of a checkpoint.
    init(_ checkpoint: Checkpoint) {
        step = checkpoint.step
        bytes = checkpoint.encoded()
        sha256 = SHA256Digest.hex(of: bytes)
    }
}

/// Checkpoints on their way to the coordinator: one is being sent, and the newest of those made meanwhile waits.
struct CheckpointUploads: Sendable, Equatable {
    /// A checkpoint and how much of it is sent.
    struct Upload: Sendable, Equatable {
        /// The attempt.
        let attempt: AttemptID
        /// The checkpoint.
        let checkpoint: SealedCheckpoint
        /// Which bytes of it go next.
        var window: PieceWindow
    }

    /// The one being sent.
    private(set) var current: Upload?
    private var next: Upload?

    /// Nothing to send.
    init() {}

    /// Takes a checkpoint to be sent, instead of one that waits.
    mutating func add(_ checkpoint: SealedCheckpoint, of attempt: AttemptID, at now: Duration) {
        let upload = Upload(
            attempt: attempt, checkpoint: checkpoint,
            window: PieceWindow(size: checkpoint.bytes.count, now: now))
        if current == nil { current = upload } else { next = upload }
    }

    /// Forgets an attempt's checkpoints.
    mutating func drop(_ attempt: AttemptID) {
        if next?.attempt == attempt { next = nil }
        if current?.attempt == attempt {
            current = next
            next = nil
        }
    }

    /// Begins again on a new connection.
    mutating func restart(at now: Duration) { current?.window.restart(at: now) }

    /// Takes note of how far the coordinator is with a checkpoint.
    ///
    /// - Returns: whether the claim was about the one being sent, and made sense.
    mutating func acknowledge(_ ack: FileAck, at now: Duration) -> Bool {
        guard isCurrent(ack) else { return false }
        return current?.window.acknowledge(offset: ack.offset, credit: ack.credit, at: now) == true
    }

    /// Ends the upload that an acknowledgement is the last word about.
    ///
    /// - Returns: the upload, nil when it is another one that is being sent.
    mutating func settle(_ ack: FileAck, at now: Duration) -> Upload? {
        guard isCurrent(ack), let settled = current else { return nil }
        current = next
        next = nil
        current?.window.restart(at: now)
        return settled
    }

    private func isCurrent(_ ack: FileAck) -> Bool {
        current?.attempt == ack.attempt && current?.checkpoint.sha256 == ack.sha256
    }

    /// The pieces to be sent now.
    mutating func chunks(at now: Duration, resendAfter patience: Duration) -> [FileChunk] {
        guard var upload = current else { return [] }
        let pieces = upload.window.pieces(at: now, resendAfter: patience)
        current = upload
        return pieces.map { piece in
            FileChunk(
                attempt: upload.attempt, offset: piece.offset,
                size: upload.checkpoint.bytes.count, sha256: upload.checkpoint.sha256,
                payload: Array(upload.checkpoint.bytes[piece.offset..<piece.offset + piece.length]))
        }
    }

    /// When the coordinator's silence about the one being sent gets too long.
    func due(_ patience: Duration) -> Duration? { current?.window.due(patience) }
}
