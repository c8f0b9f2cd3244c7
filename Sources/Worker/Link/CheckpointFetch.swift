import Core
import SHA256

/// A checkpoint on its way from the coordinator, asked for piece by piece, and the cell that waits for it.
struct CheckpointFetch: Sendable, Equatable {
    /// What becomes of the cell with a piece.
    enum Step: Sendable, Equatable {
        /// The piece is none that was asked for.
        case ignored
        /// The next piece is to be asked for.
        case more
        /// The cell can resume from here.
        case arrived(Checkpoint)
        /// The cell begins at step 0, for this reason.
        case useless(String)
    }

    /// The cell that waits.
    let job: TrainingJob
    /// What was offered.
    let offer: CheckpointOffer
    private var pieces: [[UInt8]] = []
    private var received = 0
    private var askedAt: Duration

    /// A checkpoint that nothing has come of, and whose first piece is asked for now.
    init(_ job: TrainingJob, _ offer: CheckpointOffer, now: Duration) {
        self.job = job
        self.offer = offer
        askedAt = now
    }

    /// Why an offer is not worth fetching for a slot that computes like this, nil when it is.
    static func refusal(
        of offer: CheckpointOffer, engine: String, blasCore: String
    ) -> String? {
        guard (1...Checkpoint.largestSize).contains(offer.size) else {
            return "its checkpoint has \(offer.size) bytes"
        }
        guard offer.engine == engine, offer.blasCore == blasCore else {
            return "its checkpoint is of \(offer.engine) on OpenBLAS core \(offer.blasCore),"
                + " this slot is \(engine) on \(blasCore)"
        }
        return nil
    }

    /// Asks for the piece that is wanted next.
    mutating func ask(at now: Duration) -> CheckpointRequest {
        askedAt = now
        return CheckpointRequest(attempt: job.attempt, sha256: offer.sha256, offset: received)
    }

    /// When the coordinator's silence gets too long.
    func due(_ patience: Duration) -> Duration { askedAt + patience }

    /// Takes in a piece.
    ///
    /// - Parameters:
    ///   - chunk: what came.
    ///   - origin: what this slot's runs of the cell would say of themselves.
    /// - Returns: what follows.
    mutating func take(_ chunk: FileChunk, _ origin: Checkpoint.Origin) -> Step {
        guard chunk.attempt == job.attempt, chunk.sha256 == offer.sha256 else { return .ignored }
        guard chunk.size > 0 else { return .useless("its checkpoint is gone") }
        guard chunk.size == offer.size, chunk.offset == received, !chunk.payload.isEmpty,
            chunk.payload.count <= offer.size - received
        else { return .ignored }
        pieces.append(chunk.payload)
        received += chunk.payload.count
        guard received == offer.size else { return .more }
        let bytes = Array(pieces.joined())
        guard SHA256Digest.hex(of: bytes) == offer.sha256 else {
            return .useless("its checkpoint is damaged: its SHA-256 is not the one offered")
        }
        do {
            let checkpoint = try Checkpoint(decoding: bytes)
            if let difference = checkpoint.origin.difference(from: origin) {
                return .useless("its checkpoint was made for \(difference)")
            }
            return .arrived(checkpoint)
        } catch {
            return .useless("its checkpoint is \(error)")
        }
    }
}
