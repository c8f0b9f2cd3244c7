import Core

@testable import Coordinator

/// A whole sweep in virtual time: the real scheduler among simulated slots, a simulated ledger and a network that loses,
/// repeats, delays and reorders. Everything that happens follows from the seed.
///
/// Slots behave as real ones do: they say hello again when the coordinator is silent, repeat requests and results, leave
/// checkpoints, crash, are started again, are told to go, and freeze. The coordinator is killed between any two effects and starts from what the ledger and the
/// stored results hold. After `calmAfter` seconds nothing bad happens any more, and the sweep has to come to its end.
final class SchedulerSimulation {
    /// What is wrong, nil while nothing is.
    var violation: String?
    /// Events the scheduler has handled.
    private(set) var events = 0
    /// How often what went wrong.
    var mishaps: [String: Int] = [:]

    let cells: [CellDefinition]
    let calmAfter: Double
    let losesLedger: Bool
    let unnamedLeaseTimes: Double
    let stallSeconds: Double
    /// From then on attempt numbers may come twice.
    var ledgerWasLost = false
    var random: RandomStream
    var now = 0.0
    var tick = 0

    // The world outside of processes: survives everything.
    var ledger: [AttemptID: Entry] = [:]
    var failures: [CellID: String] = [:]
    var results: [CellID: AttemptID] = [:]
    var failuresLeft: [CellID: Int] = [:]
    var checkpoints: [CellID: StoredCheckpoint] = [:]
    var steps: [CellID: Int] = [:]

    var scheduler: Scheduler?
    var launches = 0
    var restartAt = 0.0
    var slots: [Slot] = []
    var connections: [Connection: Int] = [:]
    var nextConnection = 0
    var letters: [Int: [Letter]] = [:]

    struct Entry {
        var slot: SlotID
        var process: SlotProcess
        var outcome: AttemptOutcome?
    }

    enum Letter {
        case toCoordinator(Connection, Word)
        case toSlot(Connection, Message)
    }

    enum Word {
        case hello(Hello)
        case request
        case progress(Progress)
        case release(Release)
        case result(AttemptID)
        case checkpoint(AttemptID, step: Int)
        case goodbye
    }

    struct Training {
        var attempt: AttemptID
        /// The step it began at, and when.
        var first: Int
        var since: Double

        func step(at now: Double) -> Int { first + Int((now - since) * 10) }
    }

    struct Slot {
        enum Link {
            case waiting(until: Double)
            case greeting(since: Double)
            case registered
            case gone
        }

        var worker: String
        var host: String
        var launch: String?
        var incarnation = 1
        var link = Link.waiting(until: 0)
        var connection = Connection(bytes: [])
        var frozenUntil = 0.0
        var training: Training?
        var checkpointAt = 0.0
        /// An attempt that is given back as soon as its checkpoint is there.
        var handedOver: (attempt: AttemptID, step: Int)?
        var isToldToGo = false
        var finished: [AttemptID] = []
        var deliverAt = 0.0
        var heard = 0.0
        var heartbeatAt = 0.0
        var requestedAt: Double?
        var draining = false

        var blasCore: String { host == "host1" ? "Zen" : "Haswell" }
        var id: SlotID { SlotID(worker: worker, slot: 0, incarnation: "\(incarnation)") }
        var process: SlotProcess {
            SlotProcess(host: host, pid: Int32(incarnation), stamp: worker)
        }
    }

    /// A world with so many cells and slots, whose scheduler has this setting of that name.
    init(
        seed: UInt64, cells: [CellDefinition], slots count: Int, calmAfter: Double = 150,
        unnamedLeaseTimes: Double = Scheduler.Settings().unnamedLeaseTimes,
        stallSeconds: Double = Scheduler.Settings().stallSeconds
    ) {
        self.stallSeconds = stallSeconds
        self.cells = cells
        self.unnamedLeaseTimes = unnamedLeaseTimes
        self.calmAfter = calmAfter
        random = RandomStream(state: seed)
        losesLedger = random.index(below: 4) == 0
        for cell in cells where random.index(below: 6) == 0 { failuresLeft[cell.id] = 1 }
        for cell in cells { steps[cell.id] = 10 + random.index(below: 400) }
        for number in 0..<count {
            // A third of the slots belongs to the coordinator's own launch.
            let embedded = number % 3 == 0
            slots.append(
                Slot(
                    worker: "w\(number)", host: "host\(number % 4)",
                    launch: embedded ? "launch1" : nil))
        }
    }

    /// Lets the world run until the sweep is finished.
    ///
    /// - Returns: what went wrong, nil when every cell was stored exactly once.
    func run() -> String? {
        restart()
        while violation == nil, now < calmAfter + 1500 {
            tick += 1
            now = Double(tick) / 2
            step()
            if let scheduler, scheduler.isFinished, now > calmAfter { break }
        }
        if violation == nil, scheduler?.isFinished != true {
            let open = cells.filter { results[$0.id] == nil }.map(\.id.short)
            violation =
                "not finished at \(now): \(open.count) cells stuck, first \(open.first ?? "-")"
        }
        if violation == nil, let lost = cells.first(where: { results[$0.id] == nil }) {
            violation = "cell \(lost.id.short) has no result though the sweep is finished"
        }
        if violation == nil, let left = checkpoints.keys.map(\.short).min() {
            violation = "cell \(left) has a checkpoint though the sweep is finished"
        }
        return violation
    }

    // MARK: Chance

    func happens(_ what: String, _ probability: Double) -> Bool {
        guard now < calmAfter, random.uniform() < probability else { return false }
        mishaps[what, default: 0] += 1
        return true
    }

    func send(_ letter: Letter) {
        guard !happens("lost", 0.03) else { return }
        // Within half a second in order; now and then much later, or twice.
        let delay = happens("delayed", 0.03) ? 2 + random.index(below: 60) : 1
        letters[tick + delay, default: []].append(letter)
        if happens("repeated", 0.02) {
            letters[tick + 1 + random.index(below: 40), default: []].append(letter)
        }
    }

    // MARK: One half second

    func step() {
        var due = letters.removeValue(forKey: tick) ?? []
        if due.count > 1, happens("reordered", 0.05) {
            due = random.permutation(due.count).map { due[$0] }
        }
        for letter in due {
            switch letter {
            case .toCoordinator(let connection, let word): arrive(connection, word)
            case .toSlot(let connection, let message):
                guard let place = connections[connection] else { continue }
                guard slots[place].frozenUntil <= now else {
                    // Waits in the socket until the process wakes up.
                    let later = Int(slots[place].frozenUntil * 2) + 1
                    letters[max(later, tick + 1), default: []].append(letter)
                    continue
                }
                receive(place, message)
            }
        }
        for place in slots.indices { act(place) }
        if scheduler == nil {
            if now >= restartAt { restart() }
        } else if happens("coordinator killed", 0.004) {
            kill()
        } else {
            handle(.tick)
            noticeCrashes()
        }
    }

    /// The coordinator looks after processes on its own host.
    func noticeCrashes() {
        guard let known = scheduler?.slots else { return }
        for (id, record) in known.sorted(by: { SlotID.inOrder($0.key, $1.key) })
        where record.process.host == "host0" && now - record.heard > 3 && isGone(id) {
            handle(.processGone(id))
        }
    }

    func isGone(_ id: SlotID) -> Bool {
        !slots.contains { slot in
            if case .gone = slot.link { return false }
            return slot.id == id
        }
    }

    // MARK: Coordinator

    func restart() {
        launches += 1
        if launches > 1, losesLedger, happens("ledger lost", 0.5) {
            ledger = [:]
            failures = [:]
            ledgerWasLost = true
        }
        var settings = Scheduler.Settings()
        settings.launch = "launch\(launches)"
        settings.coordinator = "launch\(launches)"
        settings.lostAttempts = 1000
        settings.unnamedLeaseTimes = unnamedLeaseTimes
        settings.stallSeconds = stallSeconds
        var fresh = Scheduler(cells, settings: settings)
        for id in results.keys { fresh.restoreVerified(id) }
        for (id, reason) in failures where results[id] == nil {
            fresh.restoreFailed(id, reason: reason)
        }
        for (id, history) in Dictionary(grouping: ledger, by: \.key.cell) {
            fresh.restore(
                id, lastAttempt: history.map(\.key.attempt).max() ?? 0,
                failures: history.filter { $0.value.outcome == .failed }.map(\.value.process.host),
                losses: history.count { $0.value.outcome == .lost })
        }
        let inOrder = ledger.sorted {
            ($0.key.cell.hex, $0.key.attempt) < ($1.key.cell.hex, $1.key.attempt)
        }
        for (attempt, entry) in inOrder where entry.outcome == nil {
            if results[attempt.cell] != nil {
                ledger[attempt]?.outcome = .stored
            } else if entry.process.host == "host0", isGone(entry.slot) {
                ledger[attempt]?.outcome = .released
            } else {
                fresh.restoreLease(attempt, slot: entry.slot, process: entry.process, now: now)
            }
        }
        for (id, checkpoint) in checkpoints {
            if results[id] == nil {
                fresh.restoreCheckpoint(id, checkpoint)
            } else {
                checkpoints[id] = nil
            }
        }
        scheduler = fresh
        guard launches > 1 else { return }
        // The new coordinator starts slots of its own; those of the one before deliver and leave.
        for number in 0..<2 {
            slots.append(
                Slot(
                    worker: "e\(launches)-\(number)", host: "host0", launch: settings.launch,
                    link: .waiting(until: now)))
        }
    }

    func kill() {
        scheduler = nil
        restartAt = now + Double(random.index(below: 60))
    }

    func handle(_ event: SchedulerEvent) {
        guard var scheduler, violation == nil else { return }
        let effects = scheduler.handle(event, now: now)
        events += 1
        if let broken = scheduler.brokenInvariant() { violation = "at \(now): \(broken)" }
        self.scheduler = scheduler
        for effect in effects {
            // Killed between any two effects: what was not done is not done.
            if happens("coordinator killed between effects", 0.002) {
                kill()
                return
            }
            perform(effect)
        }
    }

    func perform(_ effect: SchedulerEffect) {
        switch effect {
        case .recordLease(let attempt, let slot, let process):
            if results[attempt.cell] != nil {
                violation = "at \(now): cell \(attempt.cell.short) is leased though it is stored"
            }
            if !ledgerWasLost, let entry = ledger[attempt], entry.slot != slot {
                violation = "at \(now): attempt number \(attempt.attempt) is used twice"
            }
            ledger[attempt] = Entry(slot: slot, process: process)
        case .recordEnd(let attempt, let outcome, _):
            ledger[attempt]?.outcome = outcome
        case .recordForgiven(let attempts, _):
            for attempt in attempts { ledger[attempt]?.outcome = .released }
        case .recordFailure(let cell, let reason):
            failures[cell] = reason
            violation = "at \(now): cell \(cell.short) was given up: \(reason)"
        case .dropCheckpoint(let cell):
            checkpoints[cell] = nil
        case .recordSlot, .recordEvent:
            break
        case .send(let connection, let message):
            if case .lease(let lease) = message, ledger[lease.attempt] == nil {
                violation = "at \(now): a lease was sent that no ledger knows"
            }
            if case .lease(let lease) = message,
                lease.checkpoint != checkpoints[lease.attempt.cell]?.offer
            {
                violation = "at \(now): a lease offers another checkpoint than the one stored"
            }
            send(.toSlot(connection, message))
        }
    }
}
