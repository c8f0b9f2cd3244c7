import Core

/// Something that happened to a slot's link.
enum LinkEvent: Sendable, Equatable {
    /// The slot is ready to talk.
    case started
    /// The coordinator said this.
    case received(Message)
    /// The coordinator said something unreadable, for this reason.
    case malformed(String)
    /// Time has passed: `SlotLink.deadline` is due.
    case tick
    /// The trainer finished an attempt and closed its file.
    case trained(AttemptID, ResultFile)
    /// The trainer failed on an attempt.
    case trainingFailed(AttemptID, reason: String)
    /// This machine lacks what an attempt needs: the files of its task, or a place for its result.
    case scratchFailed(AttemptID, reason: String)
    /// A finished attempt's file cannot be read any more.
    case resultLost(AttemptID, reason: String)
    /// The trainer gave an attempt up as it was told to.
    case trainingStopped(AttemptID)
    /// The trainer made a checkpoint of what it is training.
    case checkpoint(AttemptID, SealedCheckpoint)
    /// The trainer gave an attempt up, as it was told to, leaving this.
    case handedOver(AttemptID, SealedCheckpoint)
    /// The engine cannot resume from an attempt's checkpoint and begins at step 0.
    case startedOver(AttemptID, reason: String)
    /// The trainer has something to say about an attempt that changes nothing.
    case remark(AttemptID, String)
    /// Ask for nothing more, and either finish and deliver what is held, or hand it over with a checkpoint.
    case drain(reason: String, handOver: Bool)
    /// Give back what is held and leave at once.
    case stop(reason: String)
}

/// Something that the link thread is to do, in this order.
enum LinkEffect: Sendable, Equatable {
    /// Replace the socket by a new one under a new routing id.
    case connect
    /// Close the socket and drop what it still holds.
    case disconnect
    /// Send a message that has no payload.
    case send(Message)
    /// Send `length` bytes of a result file from `offset`.
    case sendChunk(AttemptID, ResultFile, offset: Int, length: Int)
    /// Hand this cell to the trainer.
    case train(TrainingJob)
    /// Make the trainer give this attempt up.
    case stopTraining(AttemptID)
    /// Make the trainer give this attempt up with a checkpoint.
    case handOver(AttemptID)
    /// Delete this result file.
    case discard(ResultFile)
    /// Leave this result file where it is and say so.
    case keep(ResultFile)
    /// Say this in the log.
    case note(LinkNote, String)
    /// End the process.
    case exit(SlotExit)
}

/// How loud a line of the log is.
enum LinkNote: Sendable, Equatable {
    case debug
    case info
    case warning
    case error
}

/// A finished attempt's cell file, closed and hashed.
struct ResultFile: Sendable, Equatable {
    /// Where it lies.
    var path: String
    /// Its size in bytes.
    var size: Int
    /// SHA-256 of its bytes, hexadecimal.
    var sha256: String
}
