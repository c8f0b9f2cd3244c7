import Core
import HeapModule
import OrderedCollections
import Sweeps

/// Decides which slot trains which cell: a pure state machine from (state, event, now) to effects.
///
/// Each planned cell is in exactly one state. Missing cells wait in plan order; a lease is an attempt in a slot's hands
/// that lives on the slot's signs of life. Nothing here reads a clock, a socket or a file.
struct Scheduler: Sendable {
    /// The constants that decisions rest on.
    struct Settings: Sendable {
        /// Name of the sweep, told to slots.
        var sweep = ""
        /// Identity of this coordinator process.
        var coordinator = ""
        /// The launch whose own slots may be given work; slots of an earlier launch only deliver what they hold.
        var launch: String?
        /// The OpenBLAS core that every slot must compute with, nil for any.
        var blasCore: String?
        /// Seconds between signs of life.
        var heartbeatSeconds = 2.0
        /// Seconds of silence after which a lease expires.
        var leaseSeconds = 30.0
        /// Lease times after which an attempt that its slot never speaks of is lost, however talkative the slot is: the
        /// lease, or its return, never arrived.
        var unnamedLeaseTimes = 4.0
        /// Lease times after which such an attempt is lost when its slot asks for work: whoever asks trains nothing.
        var askedLeaseTimes = 0.5
        /// Failures after which a cell is given up when all happened on one host.
        var failuresOnOneHost = 3
        /// Hosts on which a cell must have failed to be given up sooner.
        var failingHosts = 2
        /// Lost attempts (slots that died or fell silent) after which a cell is given up, unless a healthy host has not
        /// had its tries.
        var lostAttempts = 8
        /// Lost attempts of a cell on one host after which others come first, and without which a healthy host has not had
        /// its tries.
        var lossesPerHost = 2
        /// Leases that one slot may have at a time: one it trains, two whose results are on their way.
        var leasesPerSlot = 3
        /// Attempt numbers that a slot may be ahead of what is known of a cell: those that a lost ledger has forgotten.
        var forgottenAttempts = 1000
        /// Seconds in which hellos of other versions are written down once.
        var refusalSeconds = 60.0
        /// Attempts in a row that fail on one host, with no result between, after which it is quarantined.
        var quarantineFailures = 3
        /// Seconds that a host's first quarantine lasts; each one that follows lasts twice as long.
        var quarantineSeconds = 600.0
        /// Seconds without a further step after which an attempt is lost, however talkative its slot is.
        var stallSeconds = 1200.0
        /// A second lease is worth it when the first one will take this many times longer than a new attempt.
        var stragglerRatio = 2.0
        /// A slot with less wall time left than this, in seconds, is given only what it can finish.
        var leastWallSeconds = 120.0
        /// Missing cells that are looked at for one slot.
        var lookahead = 64
        /// The rule slots look for crossings with.
        var rule = PhaseRule()
        /// When slots stop.
        var stop = StopPolicy.decided
        /// What slots record.
        var record = RecordRequest()
    }

    /// The state of one cell.
    enum CellState: Sendable, Equatable {
        /// Waits for a slot.
        case missing
        /// In the hands of one or more slots.
        case leased
        /// Its result is stored.
        case verified
        /// Given up.
        case failed(reason: String)
    }

    /// An attempt in a slot's hands.
    struct LeaseRecord: Sendable {
        /// The attempt's number.
        var attempt: Int
        /// Whose hands.
        var slot: SlotID
        /// The process behind the slot.
        var process: SlotProcess
        /// When the slot was given it, or was found to have it.
        var since: Double
        /// The step it began at then.
        var firstStep: Int
        /// When the slot last spoke of this attempt, or was given it.
        var named: Double
        /// When it last got further.
        var advanced: Double
        /// The last step it spoke of, at first that of the checkpoint it was to resume from.
        var step: Int
        /// Whether its result is on its way: the slot trains something else.
        var isDelivering = false

        /// Seconds that a step takes, nil before the first.
        var stepSeconds: Double? {
            step > firstStep ? (advanced - since) / Double(step - firstStep) : nil
        }

        /// Seconds that it takes for the rest of so many steps, nil before the first.
        func secondsLeft(of budget: Int) -> Double? {
            stepSeconds.map { $0 * Double(budget - step) }
        }
    }

    /// A cell with its history.
    struct CellRecord: Sendable {
        /// What it trains.
        var definition: CellDefinition
        /// Where it stands.
        var state: CellState
        /// The attempts in slots' hands, oldest first.
        var leases: [LeaseRecord] = []
        /// The highest attempt number ever used.
        var lastAttempt = 0
        /// The host of each attempt that failed and says something about the cell, by number.
        var failures: [Int: String] = [:]
        /// The host of each attempt whose slot died or fell silent since the cell last got further than ever before.
        var losses: [Int: String] = [:]
        /// The slot that each attempt was given to: nobody else may speak of it.
        var owners: [Int: SlotID] = [:]
        /// Where the next attempt can go on.
        var checkpoint: StoredCheckpoint?
        /// The furthest that any checkpoint was.
        var furthest = 0
        /// How far attempts were when they were last given up as lost, by number.
        var lapsed: [Int: Int] = [:]

        /// Hosts on which it failed.
        var failedHosts: Set<String> { Set(failures.values) }

        /// Attempts that were lost on a host.
        func losses(on host: String) -> Int { losses.values.count { $0 == host } }

        /// Whether an attempt is this slot's: it was given to it, or nobody knows to whom.
        func isOwned(_ attempt: Int, by slot: SlotID) -> Bool {
            attempt <= lastAttempt && owners[attempt] ?? slot == slot
        }

        /// The step that a slot with this OpenBLAS core begins at.
        func firstStep(on blasCore: String?) -> Int {
            guard let offer = checkpoint?.offer, offer.blasCore == blasCore else { return 0 }
            return offer.step
        }
    }

    /// A slot that has said hello.
    struct SlotRecord: Sendable {
        /// Where it can be reached, nil until it says hello to this coordinator.
        var connection: Connection?
        /// The process behind it.
        var process: SlotProcess
        /// The OpenBLAS core it computes with, nil until it says hello to this coordinator.
        var blasCore: String?
        /// Cells it can take now.
        var credit = 0
        /// When it last said anything.
        var heard: Double
        /// The coordinator launch that spawned it, nil for one started by hand.
        var launch: String?
        /// What was granted for it to run in, `slurm:1234_5`; nil for one started by hand.
        var allocation: String?
        /// Whose key it showed, nil where nobody asks for one.
        var owner: String?
        /// Whether it has been told to ask for nothing more.
        var draining = false
        /// When its machine takes it away, nil when nobody said so.
        var endsAt: Double?
        /// Seconds it takes for a step, as last seen.
        var stepSeconds: Double?
        /// Places of the cells in its hands.
        var places: Set<Int> = []
    }

    /// What is known against a host.
    struct HostRecord: Sendable {
        /// Attempts that failed since its last result.
        var streak: [AttemptID] = []
        /// Quarantines since its last result.
        var quarantines = 0
        /// When the present quarantine ends.
        var quarantinedUntil = -Double.infinity
        /// Why it began.
        var reason = ""
    }

    /// The constants.
    var settings: Settings
    /// Every planned cell by its place in the plan.
    var cells: [CellRecord]
    /// The place of each cell.
    private(set) var places: [CellID: Int] = [:]
    /// Every slot known.
    var slots: [SlotID: SlotRecord] = [:]
    /// Every host that something failed on.
    var hosts: [String: HostRecord] = [:]
    /// Seconds for a step, as last seen of any slot.
    var typicalStepSeconds: Double?
    /// The slot behind each connection.
    var connections: [Connection: SlotID] = [:]
    /// Places to look for missing cells at; may hold places that have left that state.
    var waiting: Heap<Int> = []
    /// Places of the cells in slots' hands.
    var leasedPlaces: Set<Int> = []
    /// Slots with credit, in the order they asked.
    var idle: OrderedSet<SlotID> = []
    /// Why no more cells are handed out.
    var drainReason: String?
    /// Hellos of other versions.
    var refusals = RefusalTally()
    /// Cells verified, kept beside the states so that the end is seen at once.
    var verifiedCount = 0
    /// Cells given up.
    var failedCount = 0
    /// What asks for further cells; nil where all that will ever be asked for are here.
    var growth: PlanGrowth?
    /// Puts what is known of a cell into its place.
    typealias Restoration = @Sendable (_ scheduler: inout Scheduler, _ place: Int) -> Void
    /// What is known of cells that have not been asked for.
    var unasked: [CellID: [Restoration]] = [:]
    /// Effects of the event being handled.
    var effects: [SchedulerEffect] = []

    /// A scheduler for these cells in this order of preference.
    init(_ definitions: [CellDefinition], settings: Settings) {
        self.settings = settings
        cells = definitions.map { CellRecord(definition: $0, state: .missing) }
        for (place, definition) in definitions.enumerated() { places[definition.id] = place }
        waiting = Heap(definitions.indices)
    }

    /// Takes one more cell, after all others in order of preference.
    mutating func append(_ definition: CellDefinition) {
        places[definition.id] = cells.count
        waiting.insert(cells.count)
        cells.append(CellRecord(definition: definition, state: .missing))
    }

    /// Whether every cell is verified or given up, and no more will be asked for.
    var isFinished: Bool {
        verifiedCount + failedCount == cells.count && growth?.isFinished ?? true
    }

    /// Whether nothing is in any slot's hands.
    var isIdle: Bool { leasedPlaces.isEmpty }

    /// Cells that wait for a slot.
    var missingCount: Int { cells.count - verifiedCount - failedCount - leasedPlaces.count }

    /// Takes in one event.
    ///
    /// - Parameters:
    ///   - event: what happened.
    ///   - now: monotonic time in seconds.
    /// - Returns: what is to be done, in order.
    mutating func handle(_ event: SchedulerEvent, now: Double) -> [SchedulerEffect] {
        effects = []
        switch event {
        case .hello(let connection, let hello, let owner): register(connection, hello, owner, now)
        case .request(let connection, let credit): request(connection, credit, now)
        case .progress(let connection, let progress): heard(connection, progress, now)
        case .chunk(let connection, let attempt, let isResult):
            delivering(connection, attempt, isResult: isResult, now)
        case .checkpointStored(let attempt, let checkpoint): checkpointed(attempt, checkpoint)
        case .checkpointLost(let cell):
            if let place = places[cell] { dropCheckpoint(place) }
        case .release(let connection, let release): released(connection, release, now)
        case .resultStored(let attempt, let phase): stored(attempt, phase)
        case .resultRefused(let attempt, let reason): fail(attempt, reason, now)
        case .goodbye(let connection, let reason): left(connection, reason, now)
        case .processGone(let slot): forget(slot, reason: "its process is gone", now)
        case .drain(let reason): drain(reason)
        case .tick: expire(now)
        }
        grow()
        switch event {
        case .progress, .chunk, .checkpointStored, .drain: break
        case .tick:
            assign(now, passingOver: .max)
            speculate(now)
        default: assign(now, passingOver: 8)
        }
        if isFinished, drainReason == nil { drain("the sweep is complete") }
        defer { effects = [] }
        return effects
    }
}
