import Core
import Sweeps

@testable import Coordinator

/// A coordinator process and what survives it.
struct SimulatedCoordinator {
    /// An attempt as written down.
    struct Entry {
        var slot: SlotID
        var process: SlotProcess
        var outcome: AttemptOutcome?
        var isForgiven = false
    }

    /// What survives a kill.
    struct Disk {
        var ledger: [AttemptID: Entry] = [:]
        /// Attempts without an end, so that a restart need not look at all.
        var open: Set<AttemptID> = []
        var failures: [CellID: String] = [:]
        var rounds: [PlanGrowth.Round] = []
        var results: [CellID: AttemptID] = [:]
        var checkpoints: [CellID: (stored: StoredCheckpoint, bytes: [UInt8])] = [:]
    }

    var disk = Disk()
    /// Attempt numbers may come twice from then on.
    var ledgerWasLost = false
    let losesLedger: Bool
    var scheduler: Scheduler?
    var life = 0
    var clockOffset = 0.0
    var busyUntil = 0.0
    /// Messages that wait for the next round.
    var inbox: [(Connection, Message, length: Int)] = []
    var isRoundDue = false
    /// Bytes of results that have arrived.
    var incoming: [AttemptID: Int] = [:]
    /// What the round has brought.
    var entries: [SchedulerEffect] = []
    var arrived: [(AttemptID, size: Int, Connection)] = []
    var outbox: [(Connection, Message)] = []
    var eventsSinceFullCheck = 0

    init(losesLedger: Bool) { self.losesLedger = losesLedger }
}

/// What the simulated coordinator does, after the example of `SweepServer`.
extension Simulation {
    private var coordinatorNow: Double { now + coordinator.clockOffset }

    // MARK: Life

    func killCoordinator() {
        guard coordinator.scheduler != nil else { return }
        coordinator.scheduler = nil
        coordinator.life += 1
        coordinator.inbox = []
        coordinator.incoming = [:]
        coordinator.entries = []
        coordinator.arrived = []
        coordinator.outbox = []
        coordinator.isRoundDue = false
        schedule(.coordinatorStart, in: random.uniform(0, 30))
    }

    func startCoordinator() {
        guard coordinator.scheduler == nil else { return }
        coordinator.life += 1
        let isFirst = coordinator.life == 1
        if !isFirst, coordinator.losesLedger, happens("ledger lost", 0.5) {
            coordinator.disk.ledger = [:]
            coordinator.disk.open = []
            coordinator.disk.failures = [:]
            coordinator.disk.rounds = []
            coordinator.ledgerWasLost = true
        }
        coordinator.scheduler = restoredScheduler()
        schedule(.coordinatorTick(life: coordinator.life), in: 0.5)
        // The new coordinator starts slots of its own; those of the one before deliver and leave.
        for _ in 0..<2 {
            addSlot(host: "host0", launch: "launch\(coordinator.life)")
            schedule(.begin(slot: slots.count - 1), in: 0.1)
        }
    }

    private func restoredScheduler() -> Scheduler {
        var settings = Scheduler.Settings()
        settings.launch = "launch\(coordinator.life)"
        settings.coordinator = "launch\(coordinator.life)"
        // So much bad luck as happens here would give up sound cells.
        settings.lostAttempts = 40
        settings.unnamedLeaseTimes = world.unnamedLeaseTimes
        settings.askedLeaseTimes = world.askedLeaseTimes
        settings.stallSeconds = world.stallSeconds
        // Fewer signs of life than in earnest: most of the time here goes into them.
        settings.heartbeatSeconds = 5
        settings.quarantineSeconds = 100
        var fresh: Scheduler
        if let growth {
            let restored = growth.restored(
                coordinator.disk.rounds, stored: coordinator.disk.results.keys)
            coordinator.disk.rounds += restored.rounds(from: restored.recorded)
            fresh = Scheduler(restored, settings: settings)
        } else {
            fresh = Scheduler(cells, settings: settings)
        }
        let disk = coordinator.disk
        for id in disk.results.keys { fresh.restoreVerified(id) }
        for (id, reason) in disk.failures where disk.results[id] == nil {
            fresh.restoreFailed(id, reason: reason)
        }
        var histories: [CellID: [(Int, SimulatedCoordinator.Entry)]] = [:]
        for (attempt, entry) in disk.ledger {
            histories[attempt.cell, default: []].append((attempt.attempt, entry))
        }
        for (id, history) in histories {
            fresh.restore(
                id, lastAttempt: history.map(\.0).max() ?? 0,
                failures: Dictionary(
                    uniqueKeysWithValues: history.filter {
                        $0.1.outcome == .failed && !$0.1.isForgiven
                    }.map { ($0.0, $0.1.process.host) }),
                losses: Dictionary(
                    uniqueKeysWithValues: history.filter { $0.1.outcome == .lost }
                        .map { ($0.0, $0.1.process.host) }),
                owners: Dictionary(
                    uniqueKeysWithValues: history.map { ($0.0, $0.1.slot) }))
        }
        let open = disk.open.sorted { ($0.cell.hex, $0.attempt) < ($1.cell.hex, $1.attempt) }
        for attempt in open {
            guard let entry = disk.ledger[attempt] else { continue }
            if disk.results[attempt.cell] != nil {
                end(attempt, .stored)
            } else if entry.process.host == "host0", isGone(entry.slot) {
                end(attempt, .released)
            } else {
                fresh.restoreLease(
                    attempt, slot: entry.slot, process: entry.process, now: coordinatorNow)
            }
        }
        for (id, checkpoint) in disk.checkpoints {
            if disk.results[id] == nil {
                fresh.restoreCheckpoint(id, checkpoint.stored)
            } else {
                coordinator.disk.checkpoints[id] = nil
            }
        }
        return fresh
    }

    private func isGone(_ id: SlotID) -> Bool { !slots.contains { $0.isAlive && $0.id == id } }

    func tickCoordinator(_ life: Int) {
        guard coordinator.life == life, coordinator.scheduler != nil else { return }
        schedule(.coordinatorTick(life: life), in: 0.5)
        guard now >= coordinator.busyUntil else { return }
        for (id, record) in coordinator.scheduler?.slots ?? [:]
        where record.process.host == "host0" && coordinatorNow - record.heard > 3 && isGone(id) {
            handle(.processGone(id))
        }
        handle(.tick)
        commit()
    }

    // MARK: A round

    func arrive(_ connection: Connection, _ message: Message, _ length: Int) {
        guard coordinator.scheduler != nil else { return }
        coordinator.inbox.append((connection, message, length))
        guard !coordinator.isRoundDue else { return }
        coordinator.isRoundDue = true
        let wait = max(0, coordinator.busyUntil - now)
        schedule(.coordinatorRound(life: coordinator.life), in: wait + 0.001)
    }

    func playRound(_ life: Int) {
        guard coordinator.life == life else { return }
        coordinator.isRoundDue = false
        let messages = coordinator.inbox
        coordinator.inbox = []
        for (connection, message, length) in messages {
            guard coordinator.life == life, violation == nil else { return }
            take(connection, message, length)
        }
        if coordinator.life == life { commit() }
    }

    private func take(_ connection: Connection, _ message: Message, _ length: Int) {
        switch message {
        case .hello(let hello): handle(.hello(connection, hello))
        case .request(let request): handle(.request(connection, credit: request.credit))
        case .progress(let progress): handle(.progress(connection, progress))
        case .release(let release): handle(.release(connection, release))
        case .goodbye(let goodbye): handle(.goodbye(connection, reason: goodbye.reason))
        case .resultChunk(let chunk): take(connection, chunk, length)
        case .checkpoint(let chunk): takeCheckpoint(connection, chunk)
        case .checkpointRequest(let request): answer(connection, request)
        case .welcome, .lease, .resultAck, .checkpointAck, .checkpointChunk, .drain, .reject,
            .explain, .explanation:
            violate("a slot said what is the coordinator's to say")
        }
    }

    private func reject(_ connection: Connection) {
        let reject = Reject(code: .unknownSlot, reason: "say hello first")
        coordinator.outbox.append((connection, .reject(reject)))
    }

    private func take(_ connection: Connection, _ chunk: FileChunk, _ length: Int) {
        guard let slot = coordinator.scheduler?.connections[connection] else {
            return reject(connection)
        }
        func acknowledge(_ state: FileAck.State, _ offset: Int) {
            let ack = FileAck(
                attempt: chunk.attempt, state: state, offset: offset,
                credit: SweepServer.fileCredit)
            coordinator.outbox.append((connection, .resultAck(ack)))
        }
        // A scheduler in a variable would be a second owner of its cells, and the next event would copy them all.
        guard let cell = coordinator.scheduler?.cell(chunk.attempt.cell), cell.state != .verified
        else { return acknowledge(.superfluous, chunk.size) }
        guard chunk.attempt.attempt <= cell.lastAttempt else { return reject(connection) }
        guard coordinator.scheduler?.mayDeliver(slot, chunk.attempt) == true else {
            return acknowledge(.superfluous, chunk.size)
        }
        handle(.chunk(connection, chunk.attempt))
        let received = coordinator.incoming[chunk.attempt] ?? 0
        guard chunk.offset == received, length > 0 else {
            return acknowledge(.receiving, received)
        }
        coordinator.incoming[chunk.attempt] = received + length
        guard received + length == chunk.size else {
            return acknowledge(.receiving, received + length)
        }
        // Twice the same would be a failure of the attempt, which is another story.
        if !damaged.contains(chunk.attempt), happens("result damaged", 0.02) {
            damaged.insert(chunk.attempt)
            coordinator.incoming[chunk.attempt] = nil
            return acknowledge(.refused, 0)
        }
        coordinator.arrived.append((chunk.attempt, chunk.size, connection))
    }

    private func takeCheckpoint(_ connection: Connection, _ chunk: FileChunk) {
        guard let slot = coordinator.scheduler?.connections[connection] else {
            return reject(connection)
        }
        func acknowledge(_ state: FileAck.State) {
            let ack = FileAck(
                attempt: chunk.attempt, sha256: chunk.sha256, state: state, offset: chunk.size,
                credit: SweepServer.fileCredit)
            coordinator.outbox.append((connection, .checkpointAck(ack)))
        }
        guard coordinator.scheduler?.holds(slot, chunk.attempt) == true else {
            return acknowledge(.superfluous)
        }
        handle(.chunk(connection, chunk.attempt, isResult: false))
        // Checkpoints here are of one piece.
        guard let checkpoint = try? Checkpoint(decoding: chunk.payload) else {
            return acknowledge(.refused)
        }
        let stored = StoredCheckpoint(
            attempt: chunk.attempt.attempt,
            offer: CheckpointOffer(
                step: checkpoint.step, size: chunk.size, sha256: chunk.sha256,
                engine: checkpoint.origin.engine, blasCore: checkpoint.origin.blasCore))
        coordinator.disk.checkpoints[chunk.attempt.cell] = (stored, chunk.payload)
        if happens("coordinator killed after a checkpoint was stored", 0.01) {
            return killCoordinator()
        }
        handle(.checkpointStored(chunk.attempt, stored))
        acknowledge(.stored)
    }

    private func answer(_ connection: Connection, _ request: CheckpointRequest) {
        guard let slot = coordinator.scheduler?.connections[connection] else {
            return reject(connection)
        }
        let attempt = request.attempt
        var chunk = FileChunk(
            attempt: attempt, offset: 0, size: 0, sha256: request.sha256, payload: [])
        if coordinator.scheduler?.holds(slot, attempt) == true,
            let found = coordinator.disk.checkpoints[attempt.cell],
            found.stored.offer.sha256 == request.sha256, request.offset < found.bytes.count
        {
            if happens("checkpoint lost", 0.05) {
                handle(.checkpointLost(attempt.cell))
            } else {
                chunk.offset = request.offset
                chunk.size = found.bytes.count
                chunk.payload = Array(found.bytes[request.offset...])
            }
        }
        coordinator.outbox.append((connection, .checkpointChunk(chunk)))
    }

    /// Files, ledger, messages: in this order, and killed between any two.
    private func commit() {
        let life = coordinator.life
        func dies(_ what: String, _ probability: Double) -> Bool {
            guard happens("coordinator killed \(what)", probability) else { return false }
            killCoordinator()
            return true
        }
        let round = coordinator.arrived
        coordinator.arrived = []
        for (attempt, size, connection) in round {
            guard let cell = coordinator.scheduler?.cell(attempt.cell) else { return }
            var state = FileAck.State.superfluous
            if cell.state != .verified {
                if coordinator.disk.results[attempt.cell] != nil {
                    violate("cell \(attempt.cell.short) is published twice")
                }
                coordinator.disk.results[attempt.cell] = attempt
                if dies("after a file was published", 0.01) { return }
                handle(.resultStored(attempt, growth?.phases[attempt.cell]))
                state = .stored
            }
            coordinator.incoming[attempt] = nil
            let ack = FileAck(attempt: attempt, state: state, offset: size, credit: 1 << 20)
            coordinator.outbox.append((connection, .resultAck(ack)))
        }
        guard coordinator.life == life else { return }
        if !coordinator.entries.isEmpty, dies("before the ledger was written", 0.002) { return }
        for entry in coordinator.entries { writeDown(entry) }
        coordinator.entries = []
        let outbox = coordinator.outbox
        coordinator.outbox = []
        for (connection, message) in outbox {
            if dies("between two messages", 0.0005) { return }
            check(message)
            guard let slot = owners[connection] else { continue }
            send(.toSlot(connection, message), slots[slot].host)
        }
    }

    // MARK: Effects

    func handle(_ event: SchedulerEvent) {
        guard coordinator.scheduler != nil, violation == nil else { return }
        let time = coordinatorNow
        let effects = coordinator.scheduler?.handle(event, now: time) ?? []
        checkInvariants(effects)
        for effect in effects {
            switch effect {
            case .recordLease(let attempt, _, _):
                if coordinator.disk.results[attempt.cell] != nil {
                    violate("cell \(attempt.cell.short) is leased though it is stored")
                }
                coordinator.entries.append(effect)
            case .recordEnd(let attempt, _, _):
                coordinator.incoming[attempt] = nil
                coordinator.entries.append(effect)
            case .recordForgiven, .recordFailure, .recordRound: coordinator.entries.append(effect)
            case .dropCheckpoint(let cell): coordinator.disk.checkpoints[cell] = nil
            case .recordEvent(let kind, _, _): mishaps["(\(kind))", default: 0] += 1
            case .recordSlot: break
            case .send(let connection, let message):
                coordinator.outbox.append((connection, message))
            }
        }
    }

    /// The cells that the effects are about after every event, all of them now and then.
    private func checkInvariants(_ effects: [SchedulerEffect]) {
        guard let scheduler = coordinator.scheduler else { return }
        coordinator.eventsSinceFullCheck += 1
        let broken: String?
        if cells.count <= 100 || coordinator.eventsSinceFullCheck >= 5 * cells.count {
            coordinator.eventsSinceFullCheck = 0
            broken = scheduler.brokenInvariant()
        } else {
            broken = scheduler.brokenInvariant(
                among: effects.compactMap { effect in
                    switch effect {
                    case .recordLease(let attempt, _, _), .recordEnd(let attempt, _, _):
                        scheduler.places[attempt.cell]
                    case .recordFailure(let cell, _), .dropCheckpoint(let cell):
                        scheduler.places[cell]
                    default: nil
                    }
                })
        }
        if let broken { violate(broken) }
    }

    private func end(_ attempt: AttemptID, _ outcome: AttemptOutcome) {
        coordinator.disk.ledger[attempt]?.outcome = outcome
        coordinator.disk.open.remove(attempt)
    }

    private func writeDown(_ entry: SchedulerEffect) {
        switch entry {
        case .recordLease(let attempt, let slot, let process):
            if !coordinator.ledgerWasLost, let known = coordinator.disk.ledger[attempt],
                known.slot != slot
            {
                violate("attempt \(attempt.attempt) of \(attempt.cell.short) is used twice")
            }
            coordinator.disk.ledger[attempt] = .init(slot: slot, process: process)
            coordinator.disk.open.insert(attempt)
        case .recordEnd(let attempt, let outcome, _): end(attempt, outcome)
        case .recordForgiven(let attempts, _):
            for attempt in attempts { coordinator.disk.ledger[attempt]?.isForgiven = true }
        case .recordRound(let round):
            coordinator.disk.rounds.removeAll { $0.number >= round.number }
            coordinator.disk.rounds.append(round)
        case .recordFailure(let cell, let reason):
            coordinator.disk.failures[cell] = reason
        default: break
        }
    }

    /// What leaves must be on the disk.
    private func check(_ message: Message) {
        switch message {
        case .lease(let lease):
            if coordinator.disk.ledger[lease.attempt] == nil {
                violate("a lease was sent that the ledger does not know")
            }
            if growth != nil,
                !coordinator.disk.rounds.contains(where: {
                    $0.cells.contains(lease.attempt.cell)
                })
            {
                violate("a cell was leased before its round was written down")
            }
        case .resultAck(let ack) where ack.state == .stored:
            if coordinator.disk.results[ack.attempt.cell] == nil {
                violate("a result was acknowledged that is not stored")
            }
        default: break
        }
    }
}

extension Scheduler {
    /// What is known of a cell, nil when it is not of this sweep.
    fileprivate func cell(_ id: CellID) -> CellRecord? { places[id].map { cells[$0] } }
}
