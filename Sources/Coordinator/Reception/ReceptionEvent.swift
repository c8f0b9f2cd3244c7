import Core
import Sweeps

/// What a coordinator takes in.
enum ReceptionEvent: Sendable {
    /// A message came; whose key it came with, nil where nobody asks for one.
    case message(Connection, Message, owner: String? = nil)
    /// A message came under a key that has been revoked.
    case revoked(Connection)
    /// What became of a piece that was to be kept.
    case kept(Connection, SentFile, KeptPiece)
    /// What a complete result holds.
    case resultRead(AttemptID, ResultReading)
    /// What became of a complete checkpoint.
    case checkpointRead(SentFile, CheckpointReading)
    /// The piece of a checkpoint that a slot asked for, nil where the checkpoint cannot be read.
    case pieceRead(Connection, CheckpointRequest, piece: FileChunk?)
    /// Something that the scheduler alone decides about.
    case decide(SchedulerEvent)
}
