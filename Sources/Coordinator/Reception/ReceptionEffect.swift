import Core

/// What a coordinator is to do, in order.
enum ReceptionEffect: Sendable {
    /// What the scheduler wants done.
    case decided(SchedulerEffect)
    /// Append a piece to its file, a result or a checkpoint, and say what became of it: `ReceptionEvent.kept`.
    case keep(Connection, SentFile, FileChunk)
    /// Put a result that was found sound into its place.
    case publish(AttemptID)
    /// Forget what has come of an attempt's result.
    case discardResult(AttemptID)
    /// Forget what has come of an attempt's checkpoint.
    case discardCheckpoint(AttemptID)
    /// Read a piece of the checkpoint that a slot resumes from: `ReceptionEvent.pieceRead`.
    case readPiece(Connection, CheckpointRequest, CheckpointOffer)
    /// Say in the log what is wrong with what somebody sent.
    case warn(String)
}
