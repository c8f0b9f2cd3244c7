import Core

/// The routing id of a slot's connection, as the socket reports it.
struct Connection: Hashable, Sendable {
    /// The bytes that address the peer.
    var bytes: [UInt8]
}

/// A slot process, distinct from whatever ran in its place before.
struct SlotID: Hashable, Sendable, CustomStringConvertible {
    /// The supervisor.
    var worker: String
    /// The place within the supervisor.
    var slot: Int
    /// The process start.
    var incarnation: String

    /// `worker/slot`, for people.
    var description: String { "\(worker.prefix(8))/\(slot)" }

    /// Whether a person who says this name means the slot: by its own name, its worker's beginning, or its host.
    func isMeant(by name: String, on host: String) -> Bool {
        description == name || worker.hasPrefix(name) || host == name
    }

    /// One order of all slots, so that the same events have the same effects.
    static func inOrder(_ a: SlotID, _ b: SlotID) -> Bool {
        (a.worker, a.slot, a.incarnation) < (b.worker, b.slot, b.incarnation)
    }
}

/// Where a slot's process can be found, for judging whether it is still there.
struct SlotProcess: Hashable, Sendable {
    /// Host name.
    var host: String
    /// Process id on that host.
    var pid: Int32
    /// Boot id and start time, which make the pid unambiguous.
    var stamp: String
}

/// What can happen to a scheduler.
enum SchedulerEvent: Sendable {
    /// A slot introduced itself on a connection; whose key it showed, nil where nobody asks for one.
    case hello(Connection, Hello, owner: String? = nil)
    /// A slot asked for work.
    case request(Connection, credit: Int)
    /// A slot gave a sign of life.
    case progress(Connection, Progress)
    /// A piece of an attempt's result, or of its checkpoint, came from a slot.
    case chunk(Connection, AttemptID, isResult: Bool = true)
    /// A checkpoint of an attempt is durable and in the ledger.
    case checkpointStored(AttemptID, StoredCheckpoint)
    /// A cell's checkpoint turned out to be of no use.
    case checkpointLost(CellID)
    /// A slot gave an attempt back.
    case release(Connection, Release)
    /// A slot's result is durable, verified and committed.
    case resultStored(AttemptID)
    /// A slot's result was damaged twice, or not what it claimed to be.
    case resultRefused(AttemptID, reason: String)
    /// A slot left.
    case goodbye(Connection, reason: String)
    /// A slot's process is known to be gone from this host.
    case processGone(SlotID)
    /// No more cells are to be handed out.
    case drain(reason: String)
    /// Time has passed.
    case tick
}

/// Why an attempt ended.
enum AttemptOutcome: String, Sendable {
    /// Its result was stored.
    case stored
    /// The slot reported a failure, or its result was refused.
    case failed
    /// The slot died or was not heard of in time.
    case lost
    /// The slot handed it back unharmed.
    case released
    /// Another attempt's result came first.
    case superfluous
}

/// What a scheduler wants done, in order.
enum SchedulerEffect: Sendable, Equatable {
    /// Write down that an attempt begins; must be durable before the next effect.
    case recordLease(AttemptID, SlotID, SlotProcess)
    /// Write down how an attempt ended.
    case recordEnd(AttemptID, AttemptOutcome, reason: String)
    /// Write down that failed attempts say nothing about their cells.
    case recordForgiven([AttemptID], reason: String)
    /// Write down that a cell is given up.
    case recordFailure(CellID, reason: String)
    /// Remove a cell's checkpoint, which nobody will go on from.
    case dropCheckpoint(CellID)
    /// Write down that a slot registered, and whose key it showed.
    case recordSlot(SlotID, SlotProcess, blasCore: String, owner: String? = nil)
    /// Write down something worth telling.
    case recordEvent(kind: String, subject: String, text: String)
    /// Send a message.
    case send(Connection, Message)
}
