/// A piece of a file that is too long for one message: of a result or of a checkpoint.
package struct FileChunk: Sendable, Equatable, Codable {
    /// The attempt that made the file, or that it is for.
    package var attempt: AttemptID
    /// Where the piece begins.
    package var offset: Int
    /// Size of the whole file in bytes.
    package var size: Int
    /// SHA-256 of the whole file, hexadecimal.
    package var sha256: String
    /// The piece: the message's payload frame, not part of its header.
    package var payload: [UInt8]

    /// Pieces are at most this long.
    package static let largestPayload = 256 * 1024

    private enum CodingKeys: String, CodingKey {
        case attempt
        case offset
        case size
        case sha256
    }

    /// A piece.
    package init(
        attempt: AttemptID, offset: Int, size: Int, sha256: String, payload: [UInt8]
    ) {
        self.attempt = attempt
        self.offset = offset
        self.size = size
        self.sha256 = sha256
        self.payload = payload
    }

    /// Decodes the header; the payload is put in by the codec.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        attempt = try container.decode(AttemptID.self, forKey: .attempt)
        offset = try container.decode(Int.self, forKey: .offset)
        size = try container.decode(Int.self, forKey: .size)
        sha256 = try container.decode(String.self, forKey: .sha256)
        payload = []
    }
}

/// What the coordinator says of a result or a checkpoint.
package struct FileAck: Sendable, Equatable, Codable {
    /// What became of it.
    package enum State: String, Sendable, Codable {
        /// Send on from `offset`.
        case receiving
        /// Durable, verified and recorded: the slot may delete its copy.
        case stored
        /// Not wanted (the cell is there already, or in other hands): the slot may delete its copy.
        case superfluous
        /// Damaged or not the cell it claims to be: a result is sent again from 0 once, a checkpoint is given up.
        case refused
    }

    /// The attempt.
    package var attempt: AttemptID
    /// SHA-256 of the whole file, where an attempt sends several: of a checkpoint.
    package var sha256: String?
    /// What became of it.
    package var state: State
    /// Bytes received so far without a gap.
    package var offset: Int
    /// Bytes beyond `offset` that the slot may send without waiting.
    package var credit: Int
    /// Why it was refused.
    package var reason: String?

    /// An acknowledgement.
    package init(
        attempt: AttemptID, sha256: String? = nil, state: State, offset: Int, credit: Int,
        reason: String? = nil
    ) {
        self.attempt = attempt
        self.sha256 = sha256
        self.state = state
        self.offset = offset
        self.credit = credit
        self.reason = reason
    }
}

/// A checkpoint that a lease comes with: enough to decide whether it is worth fetching.
package struct CheckpointOffer: Sendable, Equatable, Codable {
    /// Updates made.
    package var step: Int
    /// Its size in bytes.
    package var size: Int
    /// Its SHA-256, hexadecimal.
    package var sha256: String
    /// The engine that made it.
    package var engine: String
    /// The OpenBLAS core it was made with.
    package var blasCore: String
    /// Whose state it is, in the coordinator's words: who resumes from it writes that into the cell's file.
    package var maker: String?

    /// An offer.
    package init(
        step: Int, size: Int, sha256: String, engine: String, blasCore: String,
        maker: String? = nil
    ) {
        self.step = step
        self.size = size
        self.sha256 = sha256
        self.engine = engine
        self.blasCore = blasCore
        self.maker = maker
    }
}

/// A slot asks for a piece of a checkpoint.
package struct CheckpointRequest: Sendable, Equatable, Codable {
    /// The attempt that is to resume from it.
    package var attempt: AttemptID
    /// The checkpoint that was offered.
    package var sha256: String
    /// Where the piece begins.
    package var offset: Int

    /// A request.
    package init(attempt: AttemptID, sha256: String, offset: Int) {
        self.attempt = attempt
        self.sha256 = sha256
        self.offset = offset
    }
}
