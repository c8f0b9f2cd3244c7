import System

/// A way to workers: this machine, a batch system, hosts reached over ssh.
///
/// A launcher does what it is told and says what it sees; when to ask for more or let some go is decided by
/// `AllocationPolicy`. What it starts is an allocation: a supervisor on one node, or on several that are granted together.
/// Calls come from the launcher's own thread and may take seconds.
protocol Launcher: AnyObject {
    /// What it is called where people read of it: `slurm`.
    var name: String { get }
    /// The policy that it is used under.
    var policy: AllocationPolicy { get }
    /// Whether what becomes of its allocations is worth a word in the ledger.
    var isRecorded: Bool { get }
    /// Seconds between two looks.
    var interval: Double { get }

    /// Asks for so many more allocations.
    ///
    /// - Returns: their names, unique among the launcher's own for as long as they live.
    /// - Throws: `CoordinatorError` in the words of whoever refused.
    func submit(_ count: Int) throws(CoordinatorError) -> [String]

    /// Says where its allocations stand: those that it was asked for and those that an earlier coordinator of this sweep
    /// left behind. Those that it says nothing of it does not know.
    func look(_ presence: [String: Demand.Presence]) throws(CoordinatorError)
        -> [String: AllocationState]

    /// Ends allocations.
    func retire(_ names: [String]) throws(CoordinatorError)

    /// Has all workers hand over what they are training, with checkpoints, and leave; whom it does not reach is ended soon after.
    func handOver()

    /// Ends everything, politely if there is time.
    ///
    /// - Parameter patience: seconds that workers have to leave by themselves.
    /// - Returns: what could not be ended, a line each.
    func end(patience: Double) -> [String]
}

/// Where an allocation stands.
enum AllocationState: Sendable, Equatable {
    /// It waits; why, in the words of whoever grants it.
    case pending(String)
    /// It was granted, and is to have workers.
    case running
    /// It goes, however long that takes.
    case ending
    /// It is over.
    case ended(AllocationEnd, String)
}

/// What the end of an allocation says about the next one.
enum AllocationEnd: Sendable, Equatable {
    /// Nothing: it was cancelled, or its node or time was taken away.
    case taken
    /// The next one may end like it: it failed without doing anything.
    case failed
    /// The next one will end like it.
    case hopeless
}
