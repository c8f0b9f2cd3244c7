import Core
import Foundation
import Logging
import Results
import Sweeps
import Synchronization
import System
import ZeroMQ

/// The coordinator's one loop: takes messages off the socket, asks the scheduler, and carries out what it says, ledger
/// first. It runs on a thread of its own and owns socket, ledger and cell store; received files are read on a second one.
final class SweepServer {
    /// What can be asked of a running server from another thread.
    final class Control: Sendable {
        private let wish = Mutex<Wish>(.run)
        private let waker: Waker

        /// How far a server is to go on.
        enum Wish: Int, Sendable {
            /// Until the sweep is complete.
            case run
            /// Until what is in slots' hands has come in.
            case drain
            /// No further.
            case stop
        }

        /// A control that wakes the loop.
        init() throws(ZMQError) { waker = try Waker() }

        /// What is wished for now.
        var current: Wish { wish.withLock { $0 } }

        /// Asks for more than was asked before: the first interrupt drains, the second stops.
        func interrupt() {
            wish.withLock { $0 = $0 == .run ? .drain : .stop }
            waker.wake()
        }

        /// Ends the loop's wait.
        func wake() { waker.wake() }

        /// Readable when a wish has changed, or there is something else to do.
        var descriptor: CInt { waker.descriptor }
        /// Makes the descriptor wait for the next wish.
        func drainWakes() { _ = waker.drain() }
    }

    private let plan: SweepPlan
    private let ownership: DirectoryClaim?
    private let ledger: Ledger
    private let events: EventLog
    private let store: CellStore
    private let intake: IntakeKeeper
    /// The checkpoints of cells in training.
    let checkpoints: CheckpointStore
    private let sockets: [Socket]
    /// Who is let in on the sockets that ask for keys.
    private let gate: Authenticator?
    /// The names of their keys.
    private let names: () -> [String: String]
    /// Who keeps connections from using up memory and descriptors.
    private let watch: ConnectionWatch?
    private let control: Control
    private let board: StatusBoard
    /// Where it logs.
    let log: Logger
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    /// Who trains what.
    private(set) var scheduler: Scheduler
    private var positions: [CellID: Int] = [:]
    /// What the ledger is to write down at the end of the round, before any message of the round leaves.
    private var entries: [LedgerEntry] = []
    private let verifier: CellVerifier
    /// Attempts whose complete files the verifier has, and who brought them.
    private var verifying: [AttemptID: Connection] = [:]
    private var outbox: [(connection: Connection, frames: [[UInt8]])] = []
    private var refusals: [AttemptID: Int] = [:]
    /// Attempts whose results each slot has begun to send, oldest first.
    private var begunFiles: [SlotID: [AttemptID]] = [:]
    private var dropped = 0
    private var lastTick = -1.0
    private var pausedSeconds = 0.0
    private var lastRefresh = 0.0
    /// Messages of each connection since the last tick.
    private var load: [Connection: Int] = [:]
    private var lastPublish = -1.0
    private var stepsOfFinished = 0.0
    private var finished = 0
    /// What launchers have to say to the ledger.
    private let launches: LaunchLog

    /// A server for a plan; `sockets` are bound ROUTERs.
    init(
        _ parts: ServerThread.Parts, store: CellStore, checkpoints: CheckpointStore,
        sockets: [Socket], gate: Authenticator?, names: @escaping () -> [String: String],
        watch: ConnectionWatch?
    ) throws(CoordinatorError) {
        plan = parts.plan
        scheduler = parts.scheduler
        ownership = parts.ownership
        ledger = parts.ledger
        events = try EventLog(SweepDirectory(parts.directory).eventLogPath)
        intake = IntakeKeeper(parts.ledger, directory: parts.directory)
        self.store = store
        self.checkpoints = checkpoints
        (self.sockets, self.gate, self.watch) = (sockets, gate, watch)
        self.names = names
        control = parts.control
        verifier = CellVerifier { parts.control.wake() }
        board = parts.board
        launches = parts.launches
        log = parts.log
        start = clock.now
        for (position, cell) in plan.cells.enumerated() { positions[cell.id] = position }
    }

    /// Monotonic seconds since the server was made, without those in which it did not run: a stopped coordinator has heard
    /// of nobody, which is no slot's fault.
    private var now: Double { start.duration(to: clock.now) / .seconds(1) - pausedSeconds }

    /// Serves until every cell is verified or given up and the slots have been told, or until it is asked to end.
    ///
    /// - Parameter refresh: called every few seconds, for what others may have changed.
    /// - Throws: `CoordinatorError` or `ZMQError` when this machine cannot go on (disk full, ledger broken).
    func run(refresh: () -> Void) throws {
        var poller = Poller()
        let places = sockets.map { poller.add($0) }
        let wakes = poller.add(descriptor: control.descriptor)
        var leaving: Double?
        while true {
            let ready = try poller.wait(.milliseconds(outbox.isEmpty ? 100 : 5)) ?? [:]
            if ready[wakes] != nil { control.drainWakes() }
            // Before each round that may write: in place of what was claimed another's sweep may lie.
            try ownership?.check()
            try ledger.check()
            for (index, place) in places.enumerated() where ready[place] != nil {
                try receiveAll(index)
            }
            try heedWishes()
            try tick()
            if now - lastRefresh >= 2 {
                lastRefresh = now
                refresh()
            }
            try commit()
            flush()
            if now - lastPublish >= 0.1 { publish() }
            if control.current == .stop {
                publish()
                return try intake.finish()
            }
            if scheduler.isFinished || (scheduler.drainReason != nil && scheduler.isIdle) {
                // Slots have been told; they get a moment to say goodbye so that none is left wondering.
                let deadline = leaving ?? now + 2
                leaving = deadline
                if now >= deadline || scheduler.slots.values.allSatisfy({ $0.connection == nil }) {
                    return try intake.finish()
                }
            }
        }
    }

    // MARK: In

    private func receiveAll(_ index: Int) throws {
        // Bounded in number and time, so that ticks and other sockets get their turn under load.
        let end = now + 0.05
        for _ in 0..<256 where now < end {
            guard let frames = try sockets[index].receive() else {
                // Nothing complete is left: what else has come is of messages that have not ended.
                if index > 0 { watch?.caughtUp() }
                return
            }
            guard let peer = frames.first else { continue }
            var address = peer
            address.append(UInt8(index))
            let connection = Connection(bytes: address)
            let sender = sockets[index].sender
            if let sender, gate?.admits(sender) != true {
                try turnAway(connection)
                continue
            }
            if index > 0, let descriptor = sockets[index].senderDescriptor {
                watch?.heard(on: descriptor, bytes: frames.reduce(0) { $0 + $1.count })
            }
            let weight = SweepServer.weight(frames)
            let count = load[connection, default: 0] + weight
            load[connection] = count
            guard count <= SweepServer.mostMessages else {
                if count < SweepServer.mostMessages + 1 + weight {
                    log.warning("a connection sends too much: dropping the rest for a moment")
                }
                dropped += 1
                continue
            }
            try take(connection, Array(frames.dropFirst()), owner: owner(sender, index))
        }
    }

    /// Whose key a message came with. Those who are asked for none are one party on this user's own socket, and another
    /// on an address that others can reach.
    private func owner(_ sender: String?, _ index: Int) -> String? {
        if let sender { return names()[sender] ?? sender }
        return index == 0 ? nil : "without a key"
    }

    /// What a message counts for: each hello is written down, so that a slot needs one a connection and a few are enough.
    private static func weight(_ frames: [[UInt8]]) -> Int {
        frames.count > 2 && frames[2].elementsEqual("hello".utf8) ? mostMessages / 20 : 1
    }

    /// Ends what a worker is at whose key has been revoked since it connected.
    private func turnAway(_ connection: Connection) throws {
        let reason = "its key has been revoked"
        dropped += 1
        send(connection, .reject(Reject(code: .refused, reason: reason)))
        guard scheduler.connections[connection] != nil else { return }
        log.warning("turned a worker away: \(reason)")
        try handle(.goodbye(connection, reason: reason))
    }

    /// Messages that one connection may send between two ticks: many times what the fastest slot says.
    private static let mostMessages = 20_000

    private func take(
        _ connection: Connection, _ frames: [[UInt8]], owner: String?
    ) throws {
        let message: Message
        do {
            message = try MessageCodec.decode(frames)
        } catch {
            dropped += 1
            log.debug("dropped a message: \(error)")
            send(connection, .reject(Reject(code: .malformed, reason: "\(error)")))
            return
        }
        switch message {
        case .hello(let hello): try handle(.hello(connection, hello, owner: owner))
        case .request(let request): try handle(.request(connection, credit: request.credit))
        case .progress(let progress): try handle(.progress(connection, progress))
        case .release(let release): try handle(.release(connection, release))
        case .goodbye(let goodbye): try handle(.goodbye(connection, reason: goodbye.reason))
        case .resultChunk(let chunk): try take(connection, chunk)
        case .checkpoint(let chunk): try takeCheckpoint(connection, chunk)
        case .checkpointRequest(let request): try answer(connection, request)
        case .explain(let question) where connection.bytes.last == 0:
            send(connection, .explanation(Explanation(lines: explain(question.subject))))
        case .welcome, .lease, .resultAck, .checkpointAck, .checkpointChunk, .drain, .reject,
            .explain, .explanation:
            dropped += 1
            send(
                connection,
                .reject(Reject(code: .malformed, reason: "that is the coordinator's to say")))
        }
    }

    /// What the scheduler knows of a cell, or of the slots of that name. Only this machine's user may ask: the first
    /// endpoint is private to them.
    private func explain(_ subject: String) -> [String] {
        if let cell = CellID(hex: subject) { return scheduler.explanation(ofCell: cell, now: now) }
        return scheduler.explanation(ofSlots: subject, now: now) ?? []
    }

    /// Bytes of a file that a slot may send ahead of the acknowledged offset.
    static let fileCredit = 12 * FileChunk.largestPayload

    private func take(_ connection: Connection, _ chunk: FileChunk) throws {
        guard let slot = scheduler.connections[connection] else {
            send(connection, .reject(Reject(code: .unknownSlot, reason: "say hello first")))
            return
        }
        guard let place = scheduler.places[chunk.attempt.cell],
            scheduler.cells[place].state != .verified
        else {
            // A late result of a cell that is there already, or of another plan.
            acknowledge(chunk.attempt, connection, .superfluous, chunk.size)
            return
        }
        guard chunk.attempt.attempt <= scheduler.cells[place].lastAttempt else {
            // Nobody was leased that. After a lost ledger the slot's next hello makes it known; a file for every number
            // that somebody can think of is not opened.
            send(connection, .reject(Reject(code: .unknownSlot, reason: "say hello again")))
            return
        }
        guard scheduler.mayDeliver(slot, chunk.attempt) else {
            // Another slot's: its result is not spoilt by what somebody else sends in its name.
            dropped += 1
            acknowledge(chunk.attempt, connection, .superfluous, chunk.size)
            return
        }
        try handle(.chunk(connection, chunk.attempt))
        limitFiles(of: slot, to: chunk.attempt)
        switch try store.receive(chunk) {
        case .receiving(let offset):
            acknowledge(chunk.attempt, connection, .receiving, offset)
        case .refused(let reason): try refuse(chunk.attempt, connection, reason)
        case .complete(let file):
            verifying[file.attempt] = connection
            verifier.verify(
                file, of: scheduler.cells[place].definition, for: plan.spec)
        }
    }

    /// A slot sends one file after the other: of those it has begun, the oldest are forgotten, and with them descriptors and
    /// space.
    private func limitFiles(of slot: SlotID, to attempt: AttemptID) {
        var begun = begunFiles[slot, default: []].filter { $0 != attempt } + [attempt]
        if begun.count > SweepServer.mostBegunFiles {
            let oldest = begun.removeFirst()
            if verifying[oldest] == nil { store.discard(oldest) }
        }
        begunFiles[slot] = begun
        if begunFiles.count > 2 * scheduler.slots.count {
            begunFiles = begunFiles.filter { scheduler.slots[$0.key] != nil }
        }
    }

    private static let mostBegunFiles = 4

    private func acknowledge(
        _ attempt: AttemptID, _ connection: Connection, _ state: FileAck.State, _ offset: Int,
        _ reason: String? = nil
    ) {
        let ack = FileAck(
            attempt: attempt, state: state, offset: offset, credit: SweepServer.fileCredit,
            reason: reason)
        send(connection, .resultAck(ack))
    }

    private func refuse(_ attempt: AttemptID, _ connection: Connection, _ reason: String) throws {
        refusals[attempt, default: 0] += 1
        log.warning("refused the result of \(attempt.cell.short): \(reason)")
        acknowledge(attempt, connection, .refused, 0, reason)
        // It may be a late result, whose attempt has ended.
        if refusals[attempt] == 2 { try handle(.resultRefused(attempt, reason: reason)) }
    }

    /// Puts the files in their places that the verifier is done with.
    private func publishVerified() throws {
        for (attempt, outcome) in verifier.collect() {
            guard let connection = verifying.removeValue(forKey: attempt) else { continue }
            switch outcome {
            case .failure(let problem as ResultsError):
                store.discard(attempt)
                try refuse(attempt, connection, "\(problem)")
            case .failure(let error): throw error
            case .success(let file):
                var state = FileAck.State.superfluous
                // Two slots may have brought the same cell.
                if let place = scheduler.places[attempt.cell],
                    scheduler.cells[place].state != .verified
                {
                    entries += try store.publish(file)
                    try handle(.resultStored(attempt))
                    note(file.result, file.verdict)
                    state = .stored
                } else {
                    store.discard(attempt)
                }
                acknowledge(attempt, connection, state, file.result.size)
            }
        }
    }

    /// Makes durable what the round has brought, all at once: files in their places, the ledger's entries on the disk. Only
    /// then may the round's messages leave.
    private func commit() throws {
        entries += launches.take()
        try publishVerified()
        try publishCheckpoints()
        let taken = entries.reduce(0) { sum, entry in
            if case .intake(_, let bytes) = entry { sum + bytes.count } else { sum }
        }
        if !entries.isEmpty {
            let at = Date()
            try ledger.write(entries, at: at, durably: taken > 0)
            events.append(entries, at: at)
            try events.flush()
            entries = []
        }
        try intake.tend(taken: taken, now: now)
    }

    private func heedWishes() throws {
        guard control.current != .run, scheduler.drainReason == nil else { return }
        try handle(.drain(reason: "interrupted"))
    }

    private func tick() throws {
        guard now - lastTick >= 0.5 else { return }
        // Ticks are half a second apart unless the process was stopped, or waited for its disk.
        if lastTick >= 0, now - lastTick > 5 { pausedSeconds += now - lastTick - 0.5 }
        lastTick = now
        load.removeAll(keepingCapacity: true)
        for (id, slot) in scheduler.slots where now - slot.heard > 3 {
            if slot.process.isGone == true { try handle(.processGone(id)) }
        }
        try handle(.tick)
    }

    // MARK: Out

    /// Lets something happen to the scheduler and does what it says.
    func handle(_ event: SchedulerEvent) throws {
        for effect in scheduler.handle(event, now: now) { try perform(effect) }
    }

    private func perform(_ effect: SchedulerEffect) throws {
        switch effect {
        case .recordLease(let attempt, let slot, let process):
            entries.append(.lease(attempt, slot, process))
        case .recordEnd(let attempt, let outcome, let reason):
            entries.append(.end(attempt, outcome, reason: reason))
            // A slot may take its leave as soon as it has brought its result; the file is there all the same.
            if verifying[attempt] == nil { store.discard(attempt) }
            checkpoints.discard(attempt)
            if outcome == .lost || outcome == .failed {
                let name = "cell \(attempt.cell.short) attempt \(attempt.attempt)"
                tell("\(name) \(outcome.rawValue): \(reason)")
            }
        case .recordForgiven(let attempts, let reason):
            entries.append(.forgiven(attempts, reason: reason))
        case .recordFailure(let cell, let reason):
            entries.append(.failure(cell, reason: reason))
            log.error("cell \(cell.short) \(reason.onOneLine)")
        case .dropCheckpoint(let cell):
            try checkpoints.drop(cell)
        case .recordSlot(let slot, let process, let blasCore, let owner):
            entries.append(.slot(slot, process, blasCore: blasCore, owner: owner))
            let key = owner.map { ", key \($0)" } ?? ""
            let line = "slot \(slot) on \(process.host) registered (\(blasCore)\(key))"
            log.info("\(line.onOneLine)")
        case .recordEvent(let kind, let subject, let text):
            entries.append(.event(kind: kind, subject: subject, text: text))
            if kind == "quarantined" {
                tell("host \(subject) is given no more cells for a while: \(text)")
            }
            log.info("\("\(kind) \(subject): \(text)".onOneLine)")
        case .send(let connection, let message):
            send(connection, message)
        }
    }

    /// Says something that the person in front of the terminal should know.
    private func tell(_ text: String) {
        let line = text.onOneLine
        log.warning("\(line)")
        board.update { $0.note = line }
    }

    /// Puts a message into the outbox.
    func send(_ connection: Connection, _ message: Message) {
        outbox.append((connection, MessageCodec.encode(message)))
    }

    /// Whether a piece of a file is in the outbox for this connection.
    func hasPieceWaiting(for connection: Connection) -> Bool {
        outbox.contains { $0.connection == connection && $0.frames.count == 4 }
    }

    /// Sends what can be sent; a full queue keeps its messages for the next round, a peer that is gone loses them (it will
    /// say hello again, and be told what matters).
    private func flush() {
        var kept: [(connection: Connection, frames: [[UInt8]])] = []
        var blocked: Set<Connection> = []
        for item in outbox {
            guard !blocked.contains(item.connection), let index = item.connection.bytes.last else {
                kept.append(item)
                continue
            }
            let peer = Array(item.connection.bytes.dropLast())
            do {
                switch try sockets[Int(index)].send([peer] + item.frames) {
                case .sent, .hostUnreachable, .ended: break
                case .wouldBlock:
                    blocked.insert(item.connection)
                    kept.append(item)
                }
            } catch {
                log.warning("could not send: \(error)")
            }
        }
        // A peer that never reads must not grow the queue: it finds out by its own silence timer.
        if kept.count > 10_000 { kept.removeFirst(kept.count - 10_000) }
        outbox = kept
    }

    // MARK: Showing

    private func note(_ result: StoredResult, _ verdict: PhaseVerdict?) {
        guard let position = positions[result.cell] else { return }
        stepsOfFinished += Double(result.summary.stepsRun)
        finished += 1
        let summary = result.summary
        let cell: CellStatus =
            verdict.map {
                .verified($0, stopReason: summary.stopReason, stepsRun: summary.stepsRun)
            } ?? .missing
        board.update {
            $0.cells[position] = cell
            $0.trained += 1
        }
        let label = plan.label(plan.cells[position].point)
        log.info("\(label): \(verdict?.phase.name ?? "undecided")")
    }

    private func publish() {
        lastPublish = now
        let leased = scheduler.leasedPlaces.map { place in
            let cell = scheduler.cells[place]
            return (
                place, cell.leases.map(\.step).max() ?? 0, cell.definition.configuration.steps
            )
        }
        let failed = scheduler.failedCount
        let failures: [(Int, String)] =
            failed == 0
            ? []
            : scheduler.cells.indices.compactMap { place in
                if case .failed(let reason) = scheduler.cells[place].state {
                    (place, reason)
                } else {
                    nil
                }
            }
        let slots = scheduler.connections.count
        let demand = scheduler.demand(
            meanSteps: finished > 0 ? stepsOfFinished / Double(finished) : nil)
        let isDraining = scheduler.drainReason != nil
        let seconds = now
        let steps = stepsOfFinished + Double(leased.reduce(0) { $0 + $1.1 })
        board.update { status in
            for place in status.cells.indices {
                if case .running = status.cells[place] { status.cells[place] = .missing }
            }
            for (place, step, budget) in leased {
                status.cells[place] = .running(step: step, budget: budget)
            }
            for (place, reason) in failures { status.cells[place] = .failed(reason: reason) }
            status.slots = slots
            status.demand = demand
            status.isDraining = isDraining
            status.seconds = seconds
            status.steps = steps
        }
    }
}
