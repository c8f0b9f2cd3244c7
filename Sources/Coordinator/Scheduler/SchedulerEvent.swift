import Core
import Sweeps

/// A connection to this coordinator.
struct Connection: Hashable, Sendable {
    /// The peer's routing id and, at the end, the number of the socket that it came through.
    var bytes: [UInt8]

    /// Whether the peer is a process of this user on this machine: nobody else can open the first socket.
    var isLocal: Bool { bytes.last == 0 }
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
    /// A slot's result is durable, verified and committed; its phase under the sweep's rule.
    case resultStored(AttemptID, Phase? = nil)
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
    /// Write down which cells are asked for next; must be durable before any of them is leased.
    case recordRound(PlanGrowth.Round)
    /// Write down that an attempt begins; must be durable before the next effect.
    case recordLease(AttemptID, SlotID, SlotProcess)
    /// Write down how an attempt ended.
    case recordEnd(AttemptID, AttemptOutcome, reason: String)
    /// Write down that failed attempts say nothing about their cells.
    case recordForgiven([AttemptID], reason: String)
    /// Write down that a cell is given up.
    case recordFailure(CellID, reason: String)
    /// Remove a cell's checkpoint, which nobody will resume from.
    case dropCheckpoint(CellID)
    /// Write down that a slot registered, and whose key it showed.
    case recordSlot(SlotID, SlotProcess, blasCore: String, owner: String? = nil)
    /// Write down something worth telling.
    case recordEvent(kind: String, subject: String, text: String)
    /// Send a message.
    case send(Connection, Message)
}
