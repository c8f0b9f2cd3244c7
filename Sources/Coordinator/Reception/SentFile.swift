import Core

/// A file that a slot sends piece by piece, as it announces it.
struct SentFile: Sendable, Equatable {
    /// What it is.
    enum Kind: Sendable {
        /// The result of an attempt.
        case result
        /// A state of training that another attempt could resume from.
        case checkpoint
    }

    /// What it is.
    var kind: Kind
    /// The attempt that made it.
    var attempt: AttemptID
    /// Its size in bytes.
    var size: Int
    /// Its SHA-256, hexadecimal.
    var sha256: String

    /// What the coordinator says of it.
    func acknowledgement(
        _ state: FileAck.State, offset: Int, reason: String? = nil
    ) -> Message {
        let ack = FileAck(
            attempt: attempt, sha256: kind == .checkpoint ? sha256 : nil, state: state,
            offset: offset,
            credit: SentFile.credit, reason: reason)
        return kind == .result ? .resultAck(ack) : .checkpointAck(ack)
    }

    /// Bytes that a slot may send ahead of the acknowledged offset.
    static let credit = 12 * FileChunk.largestPayload
}

extension SentFile {
    /// The file that a piece is of.
    init(_ kind: Kind, _ chunk: FileChunk) {
        self.init(
            kind: kind, attempt: chunk.attempt, size: chunk.size, sha256: chunk.sha256)
    }
}
