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
    var reception: Reception?
    var scheduler: Scheduler? { reception?.scheduler }
    var life = 0
    var clockOffset = 0.0
    var busyUntil = 0.0
    /// Messages that wait for the next round.
    var inbox: [(Connection, Message, length: Int)] = []
    var isRoundDue = false
    /// Bytes of results that have arrived.
    var incoming: [AttemptID: Int] = [:]
    /// Length of the piece in the message at hand: payloads of results are left out here.
    var length = 0
    /// What the round has brought.
    var entries: [SchedulerEffect] = []
    var arrived: [(AttemptID, size: Int)] = []
    var outbox: [(Connection, Message)] = []
    var eventsSinceFullCheck = 0

    init(losesLedger: Bool) { self.losesLedger = losesLedger }
}

/// A coordinator's loop, as `SweepServer` is one, around the product's own reception: what that wants done is done to the
/// simulated disk and network, and the process may be killed between any two of these.
extension Simulation {
    private var coordinatorNow: Double { now + coordinator.clockOffset }

    // MARK: Life

    func killCoordinator() {
        guard coordinator.reception != nil else { return }
        coordinator.reception = nil
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
        guard coordinator.reception == nil else { return }
        coordinator.life += 1
        let isFirst = coordinator.life == 1
        if !isFirst, coordinator.losesLedger, happens("ledger lost", 0.5) {
            coordinator.disk.ledger = [:]
            coordinator.disk.open = []
            coordinator.disk.failures = [:]
            coordinator.disk.rounds = []
            coordinator.ledgerWasLost = true
        }
        coordinator.reception = Reception(restoredScheduler())
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
        guard coordinator.life == life, coordinator.reception != nil else { return }
        schedule(.coordinatorTick(life: life), in: 0.5)
        guard now >= coordinator.busyUntil else { return }
        for (id, record) in coordinator.scheduler?.slots ?? [:]
        where record.process.host == "host0" && coordinatorNow - record.heard > 3 && isGone(id) {
            handle(.decide(.processGone(id)))
        }
        handle(.decide(.tick))
        commit()
    }

    // MARK: A round

    func arrive(_ connection: Connection, _ message: Message, _ length: Int) {
        guard coordinator.reception != nil else { return }
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
            coordinator.length = length
            handle(.message(connection, message))
        }
        if coordinator.life == life { commit() }
    }

    /// Whether the process is killed at this moment.
    private func dies(_ what: String, _ probability: Double) -> Bool {
        guard happens("coordinator killed \(what)", probability) else { return false }
        killCoordinator()
        return true
    }

    /// Files, ledger, messages: in this order, and killed between any two.
    private func commit() {
        let life = coordinator.life
        let round = coordinator.arrived
        coordinator.arrived = []
        for (attempt, size) in round {
            handle(.resultRead(attempt, .sound(growth?.phases[attempt.cell], size: size)))
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

    private func handle(_ event: ReceptionEvent) {
        guard coordinator.reception != nil, violation == nil else { return }
        let (time, life) = (coordinatorNow, coordinator.life)
        let effects = coordinator.reception?.handle(event, now: time) ?? []
        checkInvariants(effects)
        for effect in effects where coordinator.life == life { perform(effect) }
    }

    private func perform(_ effect: ReceptionEffect) {
        switch effect {
        case .decided(let effect): perform(effect)
        case .keep(let connection, let file, let chunk):
            switch file.kind {
            case .result: handle(.kept(connection, file, keepResult(chunk)))
            case .checkpoint: keepCheckpoint(connection, file, chunk)
            }
        case .publish(let attempt):
            if coordinator.disk.results[attempt.cell] != nil {
                violate("cell \(attempt.cell.short) is published twice")
            }
            coordinator.disk.results[attempt.cell] = attempt
            _ = dies("after a file was published", 0.01)
        case .discardResult(let attempt): coordinator.incoming[attempt] = nil
        case .discardCheckpoint, .warn: break
        case .readPiece(let connection, let request, let offer):
            let bytes = coordinator.disk.checkpoints[request.attempt.cell]?.bytes ?? []
            let isThere = request.offset < bytes.count && !happens("checkpoint lost", 0.05)
            let piece = FileChunk(
                attempt: request.attempt, offset: request.offset, size: offer.size,
                sha256: offer.sha256, payload: Array(bytes.dropFirst(request.offset)))
            handle(.pieceRead(connection, request, piece: isThere ? piece : nil))
        }
    }

    private func keepResult(_ chunk: FileChunk) -> KeptPiece {
        let received = coordinator.incoming[chunk.attempt] ?? 0
        guard chunk.offset == received, coordinator.length > 0 else { return .receiving(received) }
        let length = received + coordinator.length
        coordinator.incoming[chunk.attempt] = length
        guard length == chunk.size else { return .receiving(length) }
        // Twice the same would be a failure of the attempt, which is another story.
        if !damaged.contains(chunk.attempt), happens("result damaged", 0.02) {
            damaged.insert(chunk.attempt)
            coordinator.incoming[chunk.attempt] = nil
            return .refused("damaged")
        }
        coordinator.arrived.append((chunk.attempt, chunk.size))
        return .complete
    }

    /// Checkpoints here are of one piece, and read at once.
    private func keepCheckpoint(
        _ connection: Connection, _ file: SentFile, _ chunk: FileChunk
    ) {
        guard let checkpoint = try? Checkpoint(decoding: chunk.payload) else {
            return handle(.kept(connection, file, .refused("damaged")))
        }
        let stored = StoredCheckpoint(
            attempt: chunk.attempt.attempt,
            offer: CheckpointOffer(
                step: checkpoint.step, size: chunk.size, sha256: chunk.sha256,
                engine: checkpoint.origin.engine, blasCore: checkpoint.origin.blasCore))
        coordinator.disk.checkpoints[chunk.attempt.cell] = (stored, chunk.payload)
        guard !dies("after a checkpoint was stored", 0.01) else { return }
        handle(.kept(connection, file, .complete))
        handle(.checkpointRead(file, .stored(stored)))
    }

    private func perform(_ effect: SchedulerEffect) {
        switch effect {
        case .recordLease(let attempt, _, _):
            if coordinator.disk.results[attempt.cell] != nil {
                violate("cell \(attempt.cell.short) is leased though it is stored")
            }
            coordinator.entries.append(effect)
        case .recordEnd, .recordForgiven, .recordFailure, .recordRound:
            coordinator.entries.append(effect)
        case .dropCheckpoint(let cell): coordinator.disk.checkpoints[cell] = nil
        case .recordEvent(let kind, _, _): mishaps["(\(kind))", default: 0] += 1
        case .recordSlot: break
        case .send(let connection, let message): coordinator.outbox.append((connection, message))
        }
    }

    /// The cells that the effects are about after every event, all of them now and then.
    private func checkInvariants(_ effects: [ReceptionEffect]) {
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
                    case .decided(.recordLease(let attempt, _, _)),
                        .decided(.recordEnd(let attempt, _, _)):
                        scheduler.places[attempt.cell]
                    case .decided(.recordFailure(let cell, _)),
                        .decided(.dropCheckpoint(let cell)):
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
