import Core
import Foundation
import Logging
import Results
import Sweeps
import Synchronization
import System
import ZeroMQ

/// The coordinator's one loop: takes messages off the sockets, asks the reception what to do, and does it, ledger first. It
/// runs on a thread of its own and owns sockets, ledger and stores; received files are read on a second one.
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
    private let checkpoints: CheckpointStore
    private let sockets: [Socket]
    /// Who is let in on the sockets that ask for keys.
    private let gate: Authenticator?
    /// The names of their keys.
    private let names: () -> [String: String]
    /// Who keeps connections from using up memory and descriptors.
    private let watch: ConnectionWatch?
    private let control: Control
    private let board: StatusBoard
    private let log: Logger
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    /// What is decided about all that comes in.
    private var reception: Reception
    private var positions: [CellID: Int] = [:]
    /// What the ledger is to write down at the end of the round, before any message of the round leaves.
    private var entries: [LedgerEntry] = []
    private let verifier: CellVerifier
    /// Results that were found sound and are being decided about.
    private var sound: [AttemptID: CellStore.Verified] = [:]
    private var outbox: [(connection: Connection, frames: [[UInt8]])] = []
    private var lastTick = -1.0
    private var pausedSeconds = 0.0
    private var lastRefresh = 0.0
    /// Messages of each connection since the last tick.
    private var load: [Connection: Int] = [:]
    private var lastPublish = -1.0
    private var shownGrowth = 0
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
        reception = Reception(parts.scheduler)
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

    private var scheduler: Scheduler { reception.scheduler }

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
                try handle(.revoked(connection))
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
                continue
            }
            try take(connection, Array(frames.dropFirst()), owner: owner(sender, index))
        }
    }

    /// Whose key a message came with. Those who are asked for none are one party on this user's own socket, and another
    /// on an address that others can reach.
    private func owner(_ sender: String?, _ index: Int) -> String? {
        if let sender { return names()[sender] ?? sender }
        return index == 0 ? nil : SweepServer.keyless
    }

    /// Those who are asked for no key; none has a name with blanks.
    private static let keyless = "without a key"

    /// What a message counts for: each hello is written down, so that a slot needs one a connection and a few are enough.
    private static func weight(_ frames: [[UInt8]]) -> Int {
        frames.count > 2 && frames[2].elementsEqual("hello".utf8) ? mostMessages / 20 : 1
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
            log.debug("dropped a message: \(error)")
            send(connection, .reject(Reject(code: .malformed, reason: "\(error)")))
            return
        }
        try handle(.message(connection, message, owner: owner))
    }

    /// Decides about the results and checkpoints that have been read meanwhile.
    private func takeRead() throws {
        for (attempt, outcome) in verifier.collect() {
            switch outcome {
            case .failure(let problem as ResultsError):
                try handle(.resultRead(attempt, .unusable("\(problem)")))
            case .failure(let error): throw error
            case .success(let file):
                sound[attempt] = file
                defer { sound[attempt] = nil }
                let reading = ResultReading.sound(file.status?.vote?.phase, size: file.result.size)
                try handle(.resultRead(attempt, reading))
            }
        }
        for (file, found) in try checkpoints.publishRead(isWanted: reception.isHeld) {
            try handle(.checkpointRead(file, found))
        }
    }

    /// Makes durable what the round has brought, all at once: files in their places, the ledger's entries on the disk. Only
    /// then may the round's messages leave.
    private func commit() throws {
        entries += launches.take()
        try takeRead()
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
        try handle(.decide(.drain(reason: "interrupted")))
    }

    private func tick() throws {
        guard now - lastTick >= 0.5 else { return }
        // Ticks are half a second apart unless the process was stopped, or waited for its disk.
        if lastTick >= 0, now - lastTick > 5 { pausedSeconds += now - lastTick - 0.5 }
        lastTick = now
        load.removeAll(keepingCapacity: true)
        for (id, slot) in scheduler.slots where now - slot.heard > 3 {
            if slot.process.isGone == true { try handle(.decide(.processGone(id))) }
        }
        try handle(.decide(.tick))
    }

    // MARK: Out

    /// Lets something happen and does what it leads to.
    private func handle(_ event: ReceptionEvent) throws {
        for effect in reception.handle(event, now: now) { try perform(effect) }
    }

    private func perform(_ effect: ReceptionEffect) throws {
        switch effect {
        case .decided(let effect): try perform(effect)
        case .keep(let connection, let file, let chunk):
            try handle(.kept(connection, file, try keep(chunk, of: file)))
        case .publish(let attempt):
            guard let file = sound[attempt] else { return }
            entries += try store.publish(file)
            note(file.result, file.status)
        case .discardResult(let attempt): store.discard(attempt)
        case .discardCheckpoint(let attempt): checkpoints.discard(attempt)
        case .readPiece(let connection, let request, let offer):
            // A piece is large: whoever asks again without reading gets no second one. The slot asks again if one is lost.
            guard !hasPieceWaiting(for: connection) else { return }
            let attempt = request.attempt
            let bytes = try checkpoints.piece(of: attempt.cell, offer, offset: request.offset)
            let piece = bytes.map {
                FileChunk(
                    attempt: attempt, offset: request.offset, size: offer.size,
                    sha256: offer.sha256, payload: $0)
            }
            try handle(.pieceRead(connection, request, piece: piece))
        case .warn(let text): log.warning("\(text.onOneLine)")
        }
    }

    private func keep(_ chunk: FileChunk, of file: SentFile) throws -> KeptPiece {
        guard file.kind == .result else { return try checkpoints.receive(chunk) }
        switch try store.receive(chunk) {
        case .receiving(let offset): return .receiving(offset)
        case .refused(let reason): return .refused(reason)
        case .complete(let arrival):
            guard let place = scheduler.places[chunk.attempt.cell] else {
                return .refused("a cell of another plan")
            }
            verifier.verify(arrival, of: scheduler.cells[place].definition, for: plan.spec)
            return .complete
        }
    }

    private func perform(_ effect: SchedulerEffect) throws {
        switch effect {
        case .recordRound(let round): entries.append(.round(round))
        case .recordLease(let attempt, let slot, let process):
            entries.append(.lease(attempt, slot, process))
        case .recordEnd(let attempt, let outcome, let reason):
            entries.append(.end(attempt, outcome, reason: reason))
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
            // Of a cell that is trained it is worth something to a longer budget.
            if let place = scheduler.places[cell], scheduler.cells[place].state == .verified {
                try checkpoints.keep(scheduler.cells[place].definition)
            } else {
                try checkpoints.drop(cell)
            }
        case .recordSlot(let slot, let process, let blasCore, let owner):
            entries.append(.slot(slot, process, blasCore: blasCore, owner: owner))
            let party = owner.map { $0 == SweepServer.keyless ? ", \($0)" : ", key \($0)" } ?? ""
            let line = "slot \(slot) on \(process.host) registered (\(blasCore)\(party))"
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
    private func send(_ connection: Connection, _ message: Message) {
        outbox.append((connection, MessageCodec.encode(message)))
    }

    /// Whether a piece of a file is in the outbox for this connection.
    private func hasPieceWaiting(for connection: Connection) -> Bool {
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

    private func note(_ result: StoredResult, _ status: CellStatus?) {
        guard let position = positions[result.cell] else { return }
        stepsOfFinished += Double(result.summary.stepsRun)
        finished += 1
        board.update {
            $0.cells[position] = status ?? .missing
            $0.trained += 1
        }
        let label = plan.label(plan.cells[position].point)
        log.info("\(label): \(status?.verdict?.phase.name ?? status?.name ?? "undecided")")
    }

    /// Where each cell of a growing plan would stand that is not trained, when a round was made since it was last asked.
    private func newlyGrown() -> [(place: Int, standing: CellStatus)] {
        guard let growth = scheduler.growth else { return [] }
        let age = growth.planner.rounds.count + (growth.isFinished ? 1 : 0)
        guard age != shownGrowth else { return [] }
        shownGrowth = age
        let inferred = growth.planner.inferred
        return plan.cells.enumerated().map {
            ($0, growth.standing($1.number, inferred: inferred))
        }
    }

    private func publish() {
        lastPublish = now
        func position(_ place: Int) -> Int { positions[scheduler.cells[place].definition.id] ?? 0 }
        let leased = scheduler.leasedPlaces.map { place in
            let cell = scheduler.cells[place]
            return (
                position(place), cell.leases.map(\.step).max() ?? 0,
                cell.definition.configuration.steps
            )
        }
        let failed = scheduler.failedCount
        let failures: [(Int, String)] =
            failed == 0
            ? []
            : scheduler.cells.indices.compactMap { place in
                if case .failed(let reason) = scheduler.cells[place].state {
                    (position(place), reason)
                } else {
                    nil
                }
            }
        let slots = scheduler.connections.count
        let hosts = Dictionary(grouping: scheduler.connections.values) {
            scheduler.slots[$0]?.process.host ?? "unknown"
        }.mapValues(\.count)
        let demand = scheduler.demand(
            meanSteps: finished > 0 ? stepsOfFinished / Double(finished) : nil)
        let isDraining = scheduler.drainReason != nil
        let seconds = now
        let steps = stepsOfFinished + Double(leased.reduce(0) { $0 + $1.1 })
        let grown = newlyGrown()
        board.update { status in
            for (place, standing) in grown {
                switch status.cells[place] {
                case .missing, .inferred, .deferred: status.cells[place] = standing
                case .running, .verified, .failed, .predicted, .unreachable: break
                }
            }
            for place in status.cells.indices {
                if case .running = status.cells[place] { status.cells[place] = .missing }
            }
            for (place, step, budget) in leased {
                status.cells[place] = .running(step: step, budget: budget)
            }
            for (place, reason) in failures { status.cells[place] = .failed(reason: reason) }
            status.slots = slots
            status.slotsByHost = hosts
            status.demand = demand
            status.isDraining = isDraining
            status.seconds = seconds
            status.steps = steps
        }
    }
}
