import Core
import HeapModule

@testable import Coordinator
@testable import Worker

/// A plan that grows, and what its cells turn out to be.
struct GrowingWorld {
    /// The growth before anything is known.
    let growth: PlanGrowth
    /// The phase of each cell.
    let phases: [CellID: Phase]
    /// The numbers of each cell.
    let numbers: [CellID: PlanCell]
    /// The rounds that these phases lead to.
    let rounds: [PlanGrowth.Round]

    init(_ growth: PlanGrowth, phase: (PlanCell) -> Phase) {
        self.growth = growth
        let cells = growth.plan.cells
        numbers = Dictionary(uniqueKeysWithValues: cells.map { ($0.id, $0.number) })
        phases = numbers.mapValues(phase)
        var known = growth
        // Known of a cell is only what was asked for.
        while let round = known.ask() {
            for cell in round.cells { known.tell(cell.number, phase(cell.number)) }
        }
        rounds = known.rounds(from: 0)
    }

    /// The growth as a coordinator finds it that starts from a ledger with these rounds and files of these cells.
    func restored(_ rounds: [PlanGrowth.Round], stored: some Sequence<CellID>) -> PlanGrowth {
        var growth = growth
        growth.restore(rounds)
        for id in stored {
            if let number = numbers[id] { growth.tell(number, phases[id]) }
        }
        growth.advance()
        return growth
    }
}

/// A whole sweep in virtual time: the real scheduler and the real slots' links, among simulated trainers, disks, processes,
/// clocks and a network. Everything that happens follows from the seed.
///
/// The coordinator is killed between any two of its effects and starts from what its disk holds. Slots crash, freeze, are
/// told to go, are partitioned away; trainers fail, hang and take their process down; the network loses, repeats, delays
/// and reorders; the disk is slow; clocks jump. After `calmAfter` nothing bad happens any more, and the sweep has to
/// come to its end with every cell stored exactly once.
final class Simulation {
    /// How large a world is, and how bad.
    struct World: Sendable {
        /// Cells of the sweep.
        var cells: Int
        /// Slots that are there from the beginning.
        var slots: Int
        /// Hosts that they are on; embedded slots are on the coordinator's own host beside these.
        var hosts = 4
        /// Seconds after which nothing bad happens any more.
        var calmAfter = 150.0
        /// Seconds that the sweep has to come to its end after that.
        var patience = 4000.0
        /// Mean seconds of training of a cell.
        var trainingSeconds = 20.0
        /// Mean seconds between two crashes of one slot; freezes and the like follow.
        var crashEvery = 250.0
        /// Mean seconds between two kills of the coordinator at any moment.
        var killEvery = 120.0
        /// Share of messages that get lost, delayed, or come twice.
        var badNetwork = 0.03
        /// The scheduler's settings under test.
        var unnamedLeaseTimes = Scheduler.Settings().unnamedLeaseTimes
        var askedLeaseTimes = Scheduler.Settings().askedLeaseTimes
        /// Seconds without a step after which an attempt counts as lost.
        var stallSeconds = 100.0
    }

    /// Something that is due.
    enum Action {
        case toCoordinator(Connection, Message, length: Int)
        case toSlot(Connection, Message)
        case wake(slot: Int, life: Int)
        case trained(slot: Int, life: Int, AttemptID)
        case checkpoint(slot: Int, life: Int, AttemptID)
        case begin(slot: Int)
        case coordinatorTick(life: Int)
        case coordinatorRound(life: Int)
        case coordinatorStart
        case mischief
    }

    private struct Due: Comparable {
        var time: Double
        var number: Int
        var action: Action

        static func < (a: Due, b: Due) -> Bool { (a.time, a.number) < (b.time, b.number) }
        static func == (a: Due, b: Due) -> Bool { a.number == b.number }
    }

    let world: World
    let cells: [CellDefinition]
    /// What asks for the cells round by round, and the phase that each has; nil where all are asked for at once.
    let growth: GrowingWorld?
    /// What is wrong, nil while nothing is.
    var violation: String?
    /// How often what went wrong, and what was done about it.
    var mishaps: [String: Int] = [:]
    /// Virtual seconds.
    private(set) var now = 0.0
    /// Things that happened.
    private(set) var steps = 0

    var random: RandomStream
    var coordinator: SimulatedCoordinator
    var slots: [SimulatedSlot] = []
    var owners: [Connection: Int] = [:]
    private var queue = Heap<Due>()
    private var number = 0
    private var lastConnection = 0
    /// Hosts whose messages do not get through, until when.
    var partitions: [String: Double] = [:]
    /// Cells that fail wherever they are trained.
    let hopeless: Set<CellID>
    /// Cells that take down whatever process trains them.
    let poison: Set<CellID>
    /// Attempts whose result was found damaged.
    var damaged: Set<AttemptID> = []
    /// Cells whose first attempts fail.
    var failuresLeft: [CellID: Int] = [:]
    /// Takes a lease without reading its definition again, which would be most of the work here.
    let trust: @Sendable (Lease, String) throws(WorkerFailure) -> TrainingJob
    /// A host on which everything fails, until the world calms down.
    let blackHole: String?

    init(
        seed: UInt64, _ world: World, cells: [CellDefinition], growth: GrowingWorld? = nil
    ) {
        self.world = world
        self.cells = cells
        self.growth = growth
        let isGrowing = growth != nil
        random = RandomStream(state: seed)
        var hopeless: Set<CellID> = []
        var poison: Set<CellID> = []
        // What is chosen may depend on what fails; these worlds are to choose alike.
        for cell in isGrowing ? [] : cells {
            switch random.index(below: 40) {
            case 0: hopeless.insert(cell.id)
            case 1 where random.index(below: 4) == 0: poison.insert(cell.id)
            case 2..<8: failuresLeft[cell.id] = 1
            default: break
            }
        }
        let known = Dictionary(uniqueKeysWithValues: cells.map { ($0.id, $0) })
        trust = { (lease, sweep) throws(WorkerFailure) in
            guard let cell = known[lease.attempt.cell] else {
                throw WorkerFailure("lease", subject: lease.attempt.cell.short, why: "unknown")
            }
            return TrainingJob(
                attempt: lease.attempt, sweep: sweep, definition: cell, rule: lease.rule,
                stop: lease.stop, record: lease.record)
        }
        self.hopeless = hopeless
        self.poison = poison
        let hasBlackHole = random.index(below: 3) == 0
        blackHole = hasBlackHole && !isGrowing ? "host1" : nil
        coordinator = SimulatedCoordinator(losesLedger: random.index(below: 4) == 0)
        for place in 0..<world.slots {
            addSlot(host: "host\(1 + place % world.hosts)", launch: nil)
        }
    }

    /// Lets the world run until the sweep is finished.
    ///
    /// - Returns: what went wrong, nil when every cell was stored exactly once.
    func run() -> String? {
        schedule(.coordinatorStart, in: 0)
        schedule(.mischief, in: 1)
        for place in slots.indices { schedule(.begin(slot: place), in: random.uniform(0, 3)) }
        let end = world.calmAfter + world.patience
        while violation == nil, let due = queue.popMin(), due.time < end {
            now = due.time
            steps += 1
            perform(due.action)
            if now > world.calmAfter, coordinator.scheduler?.isFinished == true { break }
        }
        return violation ?? verdict()
    }

    private func verdict() -> String? {
        let stored = coordinator.disk.results
        let asked = growth.flatMap { _ in coordinator.scheduler?.cells.map(\.definition) }
        let open = (asked ?? cells).filter { cell in
            stored[cell.id] == nil && coordinator.disk.failures[cell.id] == nil
        }
        if coordinator.scheduler?.isFinished != true {
            let first = open.first.map { cell in
                let known = coordinator.scheduler?.explanation(
                    ofCell: cell.id, now: now + coordinator.clockOffset)
                let kind =
                    poison.contains(cell.id)
                    ? "poison " : hopeless.contains(cell.id) ? "hopeless " : ""
                return "\(kind)\(cell.id.short): "
                    + (known ?? ["no coordinator"]).joined(separator: "; ")
            }
            return "stuck at \(now): \(open.count) cells left, the first \(first ?? "-")"
        }
        if let lost = open.first { return "cell \(lost.id.short) is lost" }
        if let growth, coordinator.disk.rounds != growth.rounds {
            return "\(coordinator.disk.rounds.count) rounds were made, and not the ones that"
                + " the results lead to"
        }
        for (id, reason) in coordinator.disk.failures
        where !hopeless.contains(id) && !poison.contains(id) && stored[id] == nil
            && !reason.contains("black hole")
        {
            return "cell \(id.short) was given up: \(reason)"
        }
        if let left = coordinator.disk.checkpoints.keys.map(\.short).min() {
            return "cell \(left) has a checkpoint though the sweep is finished"
        }
        return nil
    }

    // MARK: Time and chance

    func schedule(_ action: Action, in seconds: Double) {
        number += 1
        queue.insert(Due(time: now + max(0, seconds), number: number, action: action))
    }

    /// Whether something bad with this probability happens now.
    func happens(_ what: String, _ probability: Double) -> Bool {
        guard now < world.calmAfter, random.uniform() < probability else { return false }
        mishaps[what, default: 0] += 1
        return true
    }

    func violate(_ text: String) {
        if violation == nil { violation = "at \(now): \(text)" }
    }

    func newConnection(of slot: Int) -> Connection {
        lastConnection += 1
        let connection = Connection(
            bytes: (0..<4).map { UInt8(truncatingIfNeeded: lastConnection >> (8 * $0)) })
        owners[connection] = slot
        return connection
    }

    private func perform(_ action: Action) {
        switch action {
        case .toCoordinator(let connection, let message, let length):
            arrive(connection, message, length)
        case .toSlot(let connection, let message):
            if let slot = owners[connection] { receive(slot, connection, message) }
        case .wake(let slot, let life): wake(slot, life)
        case .trained(let slot, let life, let attempt): trained(slot, life, attempt)
        case .checkpoint(let slot, let life, let attempt): leaveCheckpoint(slot, life, attempt)
        case .begin(let slot): begin(slot)
        case .coordinatorStart: startCoordinator()
        case .coordinatorTick(let life): tickCoordinator(life)
        case .coordinatorRound(let life): playRound(life)
        case .mischief: mischief()
        }
    }

    // MARK: Network

    /// Puts a message on its way between a host and the coordinator.
    func send(_ action: Action, _ host: String) {
        if let end = partitions[host], now < end {
            // Some partitions swallow messages, others keep them.
            guard random.index(below: 2) == 0 else { return }
            schedule(action, in: end - now + random.uniform(0, 1))
            return
        }
        let bad = world.badNetwork
        guard !happens("lost", bad) else { return }
        // In order, but for those that are much later or pass others.
        var delay = 0.01
        if happens("delayed", bad) { delay += random.uniform(0, 60) }
        if happens("reordered", bad) { delay += random.uniform(0, 0.5) }
        schedule(action, in: delay)
        if happens("repeated", bad * 0.7) { schedule(action, in: random.uniform(0, 20)) }
    }

    // MARK: Mischief

    private func mischief() {
        guard now < world.calmAfter else { return }
        schedule(.mischief, in: 1)
        func count(_ rate: Double) -> Int {
            let whole = Int(rate)
            return whole + (random.uniform() < rate - Double(whole) ? 1 : 0)
        }
        let crashes = Double(slots.count) / world.crashEvery
        for _ in 0..<count(crashes) {
            mishaps["slot crashed", default: 0] += 1
            crash(random.index(below: slots.count), restartIn: random.uniform(1, 20))
        }
        for _ in 0..<count(crashes / 2) {
            mishaps["slot froze", default: 0] += 1
            freeze(random.index(below: slots.count), random.uniform(1, 150))
        }
        for _ in 0..<count(crashes / 2) {
            mishaps["slot told to go", default: 0] += 1
            tellToGo(random.index(below: slots.count))
        }
        if happens("partition", 1 / 60) {
            let host = "host\(1 + random.index(below: world.hosts))"
            partitions[host] = now + random.uniform(5, 120)
        }
        if happens("coordinator killed", 1 / world.killEvery) { killCoordinator() }
        if happens("coordinator's clock jumped", 1 / 200) {
            coordinator.clockOffset += random.uniform(1, 4000)
        }
        if happens("slow disk", 1 / 40) { coordinator.busyUntil = now + random.uniform(0.1, 45) }
    }
}
