import Core
import Sweeps

/// What a coordinator decides about what slots say and send: a pure state machine around the scheduler's, which `SweepServer`
/// lets act on sockets, files and the ledger, and the simulation in a world of its own.
struct Reception: Sendable {
    /// Who trains what.
    private(set) var scheduler: Scheduler
    /// Results that are being read, and who is waiting for word of them.
    private var reading: [AttemptID: (connection: Connection, file: SentFile)] = [:]
    /// How often a result of each attempt was refused.
    private var refusals: [AttemptID: Int] = [:]
    /// Attempts whose results each slot has begun to send, oldest first.
    private var begun: [SlotID: [AttemptID]] = [:]
    /// What the event at hand leads to.
    private var effects: [ReceptionEffect] = []

    /// A slot sends one file after the other: it may have begun so many.
    private static let mostBegun = 4

    /// A reception for a scheduler, restored from ledger and files.
    init(_ scheduler: Scheduler) { self.scheduler = scheduler }

    /// Whether an attempt is in the hands of a slot.
    func isHeld(_ attempt: AttemptID) -> Bool { scheduler.holder(of: attempt) != nil }

    /// Takes in one event.
    ///
    /// - Parameters:
    ///   - event: what happened.
    ///   - now: monotonic time in seconds.
    /// - Returns: what is to be done, in order.
    mutating func handle(_ event: ReceptionEvent, now: Double) -> [ReceptionEffect] {
        effects = []
        switch event {
        case .message(let connection, let message, let owner):
            take(connection, message, owner, now)
        case .revoked(let connection): turnAway(connection, now)
        case .kept(let connection, let file, let piece): kept(connection, file, piece, now)
        case .resultRead(let attempt, let result): read(attempt, result, now)
        case .checkpointRead(let file, let checkpoint): read(file, checkpoint, now)
        case .pieceRead(let connection, let request, let piece):
            send(connection, request, piece, now)
        case .decide(let event): decide(event, now)
        }
        defer { effects = [] }
        return effects
    }

    // MARK: Messages

    private mutating func take(
        _ connection: Connection, _ message: Message, _ owner: String?, _ now: Double
    ) {
        switch message {
        case .hello(let hello): decide(.hello(connection, hello, owner: owner), now)
        case .request(let request): decide(.request(connection, credit: request.credit), now)
        case .progress(let progress): decide(.progress(connection, progress), now)
        case .release(let release): decide(.release(connection, release), now)
        case .goodbye(let goodbye): decide(.goodbye(connection, reason: goodbye.reason), now)
        case .resultChunk(let chunk): takeResult(connection, chunk, now)
        case .checkpoint(let chunk): takeCheckpoint(connection, chunk, now)
        case .checkpointRequest(let request): answer(connection, request)
        case .explain(let question) where connection.isLocal:
            let lines = explanation(of: question.subject, now)
            send(connection, .explanation(Explanation(lines: lines)))
        case .welcome, .lease, .resultAck, .checkpointAck, .checkpointChunk, .drain, .reject,
            .explain, .explanation:
            reject(connection, .malformed, "that is the coordinator's to say")
        }
    }

    /// What the scheduler knows of a cell, or of the slots of that name.
    private func explanation(of subject: String, _ now: Double) -> [String] {
        if let cell = CellID(hex: subject) { return scheduler.explanation(ofCell: cell, now: now) }
        return scheduler.explanation(ofSlots: subject, now: now) ?? []
    }

    /// Ends what a slot does whose key has been revoked since it connected.
    private mutating func turnAway(_ connection: Connection, _ now: Double) {
        let reason = "its key has been revoked"
        reject(connection, .refused, reason)
        guard scheduler.connections[connection] != nil else { return }
        effects.append(.warn("turned a worker away: \(reason)"))
        decide(.goodbye(connection, reason: reason), now)
    }

    // MARK: Results

    private mutating func takeResult(
        _ connection: Connection, _ chunk: FileChunk, _ now: Double
    ) {
        guard let slot = scheduler.connections[connection] else {
            return reject(connection, .unknownSlot, "say hello first")
        }
        let file = SentFile(.result, chunk)
        let superfluous = file.acknowledgement(.superfluous, offset: chunk.size)
        // A late result of a cell that is stored already, or of another plan.
        guard isWanted(chunk.attempt.cell), let place = scheduler.places[chunk.attempt.cell] else {
            return send(connection, superfluous)
        }
        guard chunk.attempt.attempt <= scheduler.cells[place].lastAttempt else {
            // Nobody was leased that. After a lost ledger the slot's next hello makes it known; a file for every number
            // that somebody can think of is not opened.
            return reject(connection, .unknownSlot, "say hello again")
        }
        // Another slot's result is not spoilt by what somebody else sends in its name.
        guard scheduler.mayDeliver(slot, chunk.attempt) else {
            return send(connection, superfluous)
        }
        decide(.chunk(connection, chunk.attempt), now)
        limitFiles(of: slot, to: chunk.attempt)
        effects.append(.keep(connection, file, chunk))
    }

    /// Whether a cell of this plan has no result yet.
    private func isWanted(_ cell: CellID) -> Bool {
        scheduler.places[cell].map { scheduler.cells[$0].state != .verified } ?? false
    }

    /// Of the files that a slot has begun to send the oldest are forgotten, and with them descriptors and space.
    private mutating func limitFiles(of slot: SlotID, to attempt: AttemptID) {
        var attempts = begun[slot, default: []].filter { $0 != attempt } + [attempt]
        if attempts.count > Reception.mostBegun {
            let oldest = attempts.removeFirst()
            if reading[oldest] == nil { effects.append(.discardResult(oldest)) }
        }
        begun[slot] = attempts
        if begun.count > 2 * scheduler.slots.count {
            begun = begun.filter { scheduler.slots[$0.key] != nil }
        }
    }

    private mutating func kept(
        _ connection: Connection, _ file: SentFile, _ piece: KeptPiece, _ now: Double
    ) {
        switch (piece, file.kind) {
        case (.receiving(let offset), _):
            send(connection, file.acknowledgement(.receiving, offset: offset))
        case (.complete, .result): reading[file.attempt] = (connection, file)
        case (.complete, .checkpoint): break
        case (.refused(let reason), .result): refuse(connection, file, reason, now)
        case (.refused(let reason), .checkpoint): refuseCheckpoint(connection, file, reason)
        }
    }

    private mutating func read(
        _ attempt: AttemptID, _ result: ResultReading, _ now: Double
    ) {
        guard let (connection, file) = reading.removeValue(forKey: attempt) else { return }
        switch result {
        case .unusable(let reason):
            effects.append(.discardResult(attempt))
            refuse(connection, file, reason, now)
        case .sound(let phase, let size):
            // Two slots may have brought the same cell.
            guard isWanted(attempt.cell) else {
                effects.append(.discardResult(attempt))
                return send(connection, file.acknowledgement(.superfluous, offset: size))
            }
            effects.append(.publish(attempt))
            decide(.resultStored(attempt, phase), now)
            send(connection, file.acknowledgement(.stored, offset: size))
        }
    }

    private mutating func refuse(
        _ connection: Connection, _ file: SentFile, _ reason: String, _ now: Double
    ) {
        let attempt = file.attempt
        refusals[attempt, default: 0] += 1
        effects.append(.warn("refused the result of \(attempt.cell.short): \(reason)"))
        send(connection, file.acknowledgement(.refused, offset: 0, reason: reason))
        // It may be a late result, whose attempt has ended.
        if refusals[attempt] == 2 { decide(.resultRefused(attempt, reason: reason), now) }
    }

    // MARK: Checkpoints

    /// A checkpoint of an attempt that is not in this slot's hands any more is not wanted.
    private mutating func takeCheckpoint(
        _ connection: Connection, _ chunk: FileChunk, _ now: Double
    ) {
        guard let slot = scheduler.connections[connection] else {
            return reject(connection, .unknownSlot, "say hello first")
        }
        let file = SentFile(.checkpoint, chunk)
        guard scheduler.holds(slot, chunk.attempt) else {
            return send(connection, file.acknowledgement(.superfluous, offset: chunk.size))
        }
        decide(.chunk(connection, chunk.attempt, isResult: false), now)
        effects.append(.keep(connection, file, chunk))
    }

    private mutating func read(
        _ file: SentFile, _ checkpoint: CheckpointReading, _ now: Double
    ) {
        let connection = scheduler.holder(of: file.attempt).flatMap {
            scheduler.slots[$0]?.connection
        }
        switch checkpoint {
        case .unusable(let reason): refuseCheckpoint(connection, file, reason)
        case .stored(let stored):
            decide(.checkpointStored(file.attempt, stored), now)
            if let connection {
                send(connection, file.acknowledgement(.stored, offset: file.size))
            }
        }
    }

    private mutating func refuseCheckpoint(
        _ connection: Connection?, _ file: SentFile, _ reason: String
    ) {
        effects.append(
            .warn("refused a checkpoint of \(file.attempt.cell.short): \(reason.onOneLine)"))
        if let connection {
            send(connection, file.acknowledgement(.refused, offset: 0, reason: reason))
        }
    }

    /// Has the piece of a checkpoint read that a slot asks for; a piece of nothing where there is no such checkpoint.
    private mutating func answer(_ connection: Connection, _ request: CheckpointRequest) {
        guard let slot = scheduler.connections[connection] else {
            return reject(connection, .unknownSlot, "say hello first")
        }
        let attempt = request.attempt
        guard scheduler.holds(slot, attempt), let place = scheduler.places[attempt.cell],
            let offer = scheduler.cells[place].checkpoint?.offer, offer.sha256 == request.sha256
        else { return send(connection, .checkpointChunk(request.nothing)) }
        effects.append(.readPiece(connection, request, offer))
    }

    private mutating func send(
        _ connection: Connection, _ request: CheckpointRequest, _ piece: FileChunk?, _ now: Double
    ) {
        if piece == nil {
            let cell = request.attempt.cell
            effects.append(.warn("the checkpoint of \(cell.short) cannot be read: dropped"))
            decide(.checkpointLost(cell), now)
        }
        send(connection, .checkpointChunk(piece ?? request.nothing))
    }

    // MARK: Effects

    /// Lets something happen to the scheduler, and passes on what it wants done.
    private mutating func decide(_ event: SchedulerEvent, _ now: Double) {
        for effect in scheduler.handle(event, now: now) {
            effects.append(.decided(effect))
            if case .recordEnd(let attempt, _, _) = effect {
                // A slot may say goodbye as soon as it has sent its result, which is read all the same.
                if reading[attempt] == nil { effects.append(.discardResult(attempt)) }
                effects.append(.discardCheckpoint(attempt))
            }
        }
    }

    private mutating func send(_ connection: Connection, _ message: Message) {
        effects.append(.decided(.send(connection, message)))
    }

    private mutating func reject(
        _ connection: Connection, _ code: Reject.Code, _ reason: String
    ) {
        send(connection, .reject(Reject(code: code, reason: reason)))
    }
}

extension CheckpointRequest {
    /// The piece that says that there is no such checkpoint.
    fileprivate var nothing: FileChunk {
        FileChunk(attempt: attempt, offset: 0, size: 0, sha256: sha256, payload: [])
    }
}
