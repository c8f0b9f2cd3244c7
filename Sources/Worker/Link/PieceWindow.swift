import Core

/// Which bytes of a file may be sent next: as far as the receiver's credit reaches, and again after silence.
struct PieceWindow: Sendable, Equatable {
    /// A piece to be sent.
    struct Piece: Sendable, Equatable {
        /// Where it begins.
        var offset: Int
        /// Its length in bytes.
        var length: Int
    }

    /// Size of the file.
    let size: Int
    /// Bytes that the receiver has, as far as is known.
    private(set) var acknowledged = 0
    /// Bytes sent on this connection.
    private(set) var sent = 0
    /// Bytes that may be sent without waiting, counted from the file's start.
    private var limit = 0
    /// When the receiver last had something to say about it, or it was last sent again.
    private var quietSince: Duration

    /// A file that nothing has been sent of.
    init(size: Int, now: Duration) {
        self.size = size
        quietSince = now
        restart(at: now)
    }

    /// When the receiver's silence gets too long.
    func due(_ patience: Duration) -> Duration { quietSince + patience }

    /// Begins again with the first piece, which needs no credit: the acknowledgement says where to go on.
    mutating func restart(at now: Duration) {
        acknowledged = 0
        sent = 0
        limit = min(size, FileChunk.largestPayload)
        quietSince = now
    }

    /// Takes note of how far the receiver is; out-of-range claims are ignored.
    ///
    /// - Returns: whether the claim made sense.
    mutating func acknowledge(offset: Int, credit: Int, at now: Duration) -> Bool {
        guard (0...size).contains(offset), credit >= 0 else { return false }
        acknowledged = offset
        sent = max(sent, offset)
        limit = offset + min(credit, size - offset)
        quietSince = now
        return true
    }

    /// The pieces to be sent now, again if the receiver was silent for so long.
    mutating func pieces(at now: Duration, resendAfter patience: Duration) -> [Piece] {
        now >= due(patience) ? resend(at: now) : pieces()
    }

    /// The pieces that credit allows now.
    private mutating func pieces() -> [Piece] {
        var pieces: [Piece] = []
        while sent < limit {
            let length = min(FileChunk.largestPayload, limit - sent)
            pieces.append(Piece(offset: sent, length: length))
            sent += length
        }
        return pieces
    }

    /// After silence: whatever credit allows from where the receiver is known to be, and one piece at least, because the
    /// message that raised the credit or confirmed the end may be the one that was lost.
    private mutating func resend(at now: Duration) -> [Piece] {
        quietSince = now
        let largest = FileChunk.largestPayload
        guard acknowledged < size else {
            let offset = max(0, size - largest)
            return [Piece(offset: offset, length: size - offset)]
        }
        sent = acknowledged
        let granted = limit
        defer { limit = granted }
        limit = max(limit, min(size, acknowledged + largest))
        return pieces()
    }
}
