import Core

/// A finished result on its way to the coordinator: which bytes may be sent next.
struct Delivery: Sendable, Equatable {
    /// The attempt.
    let attempt: AttemptID
    /// Its file.
    let file: ResultFile
    /// Bytes that the coordinator has, as far as is known.
    private(set) var acknowledged = 0
    /// Bytes sent on this connection.
    private(set) var sent = 0
    /// How often the coordinator refused it.
    private(set) var refusals = 0
    /// Bytes that may be sent without waiting, counted from the file's start.
    private var limit = 0
    /// When the coordinator last had something to say about it, or it was last sent again.
    private var quietSince: Duration

    /// A piece to be sent.
    struct Piece: Sendable, Equatable {
        /// Where it begins.
        var offset: Int
        /// Its length in bytes.
        var length: Int
    }

    /// A result that nothing has been sent of.
    init(attempt: AttemptID, file: ResultFile, now: Duration) {
        self.attempt = attempt
        self.file = file
        quietSince = now
        restart(at: now)
    }

    /// When the coordinator's silence is long enough to send again.
    func isQuiet(at now: Duration, for patience: Duration) -> Bool { now >= due(patience) }

    /// When silence gets too long.
    func due(_ patience: Duration) -> Duration { quietSince + patience }

    /// Begins again with the first piece, which needs no credit: the acknowledgement says where to go on.
    mutating func restart(at now: Duration) {
        acknowledged = 0
        sent = 0
        limit = min(file.size, ResultChunk.largestPayload)
        quietSince = now
    }

    /// Takes note of how far the coordinator is; out-of-range claims are ignored.
    ///
    /// - Returns: whether the claim made sense.
    mutating func acknowledge(offset: Int, credit: Int, at now: Duration) -> Bool {
        guard (0...file.size).contains(offset), credit >= 0 else { return false }
        acknowledged = offset
        sent = max(sent, offset)
        limit = offset + min(credit, file.size - offset)
        quietSince = now
        return true
    }

    /// Counts a refusal.
    mutating func refuse() { refusals += 1 }

    /// The pieces that credit allows now.
    mutating func pieces() -> [Piece] {
        var pieces: [Piece] = []
        while sent < limit {
            let length = min(ResultChunk.largestPayload, limit - sent)
            pieces.append(Piece(offset: sent, length: length))
            sent += length
        }
        return pieces
    }

    /// After silence: whatever credit allows from where the coordinator is known to be, and one piece at least, because the
    /// message that raised the credit or confirmed the end may be the one that was lost.
    mutating func resend(at now: Duration) -> [Piece] {
        quietSince = now
        let largest = ResultChunk.largestPayload
        guard acknowledged < file.size else {
            let offset = max(0, file.size - largest)
            return [Piece(offset: offset, length: file.size - offset)]
        }
        sent = acknowledged
        let granted = limit
        defer { limit = granted }
        limit = max(limit, min(file.size, acknowledged + largest))
        return pieces()
    }
}
