import Core

extension SlotLink {
    /// Takes in a message of the coordinator.
    mutating func receive(
        _ message: Message, at now: Duration, _ effects: inout [LinkEffect]
    ) {
        switch message {
        case .welcome(let body): register(body, at: now, &effects)
        case .lease(let body): take(body, at: now, &effects)
        case .resultAck(let body): acknowledge(body, at: now, &effects)
        case .checkpointAck(let body): acknowledgeCheckpoint(body, at: now, &effects)
        case .checkpointChunk(let body): take(body, at: now, &effects)
        case .progress: confirmReleases()
        case .drain(let body): drain(body.reason, &effects)
        case .reject(let body): rejected(body, at: now, &effects)
        case .hello: ignore("hello", &effects)
        case .request: ignore("request", &effects)
        case .resultChunk: ignore("result-chunk", &effects)
        case .checkpoint: ignore("checkpoint", &effects)
        case .checkpointRequest: ignore("checkpoint-request", &effects)
        case .release: ignore("release", &effects)
        case .goodbye: ignore("goodbye", &effects)
        case .explain: ignore("explain", &effects)
        case .explanation: ignore("explanation", &effects)
        }
    }

    private mutating func register(
        _ body: Welcome, at now: Duration, _ effects: inout [LinkEffect]
    ) {
        guard case .greeting = connection else {
            ignore("welcome without a hello", &effects)
            return
        }
        guard body.heartbeatSeconds > 0, body.leaseSeconds > body.heartbeatSeconds else {
            ignore("welcome with impossible times", &effects)
            return
        }
        if let welcome, welcome.coordinator != body.coordinator {
            effects.append(.note(.info, "registered with a restarted coordinator"))
        } else {
            effects.append(.note(.info, "registered for \(body.sweep)"))
        }
        welcome = body
        connection = .registered
        nextHeartbeat = now + firstBeat(body.heartbeatSeconds)
        resetBackoff()
        for attempt in body.abandon { abandon(attempt, &effects) }
        for place in unconfirmedReleases.indices {
            unconfirmedReleases[place].afterHeartbeat = heartbeatsSent
            effects.append(.send(.release(unconfirmedReleases[place].release)))
        }
        for place in deliveries.indices { deliveries[place].window.restart(at: now) }
        uploads.restart(at: now)
        askAgain(at: now, &effects)
    }

    /// Stops training an attempt, or drops its result: nobody wants it any more.
    mutating func abandon(_ attempt: AttemptID, _ effects: inout [LinkEffect]) {
        if attempt == current {
            if trainer == .training(attempt) {
                trainer = .stopping(attempt)
                effects.append(.stopTraining(attempt))
            } else if case .fetching = trainer {
                trainer = .idle
            }
            handedOver = nil
            uploads.drop(attempt)
            effects.append(.note(.info, "abandoned \(SlotLink.name(attempt)): not wanted any more"))
        }
        if let place = deliveries.firstIndex(where: { $0.attempt == attempt }) {
            effects.append(.discard(deliveries.remove(at: place).file))
            effects.append(.note(.info, "dropped \(SlotLink.name(attempt)): not wanted any more"))
        }
    }

    private mutating func take(
        _ lease: Lease, at now: Duration, _ effects: inout [LinkEffect]
    ) {
        let attempt = lease.attempt
        guard case .registered = connection, let welcome else {
            ignore("lease before a welcome", &effects)
            return
        }
        guard attempt != trainer.attempt, attempt != handedOver,
            !deliveries.contains(where: { $0.attempt == attempt })
        else {
            ignore("lease of \(SlotLink.name(attempt)), which is held already", &effects)
            return
        }
        hasRequested = false
        guard !isDraining, trainer == .idle else {
            let reason = isDraining ? "the slot is draining" : "the slot is busy"
            release(attempt, failed: false, reason: reason, &effects)
            return
        }
        do {
            let job = try settings.read(lease, welcome.sweep)
            begin(job, lease.checkpoint, at: now, &effects)
        } catch {
            release(attempt, failed: true, reason: error.description, &effects)
        }
    }

    private mutating func rejected(
        _ body: Reject, at now: Duration, _ effects: inout [LinkEffect]
    ) {
        switch body.code {
        case .unknownSlot:
            guard case .registered = connection else {
                ignore("reject unknown-slot while greeting", &effects)
                return
            }
            effects.append(.note(.info, "not known to the coordinator any more: saying hello"))
            greet(at: now, &effects)
        case .version, .refused:
            for delivery in deliveries { effects.append(.keep(delivery.file)) }
            leave(.rejected(reason: body.reason), reason: body.reason, &effects)
        case .malformed:
            ignore("reject malformed: \(body.reason)", &effects)
            effects.append(.note(.warning, "the coordinator could not read us: \(body.reason)"))
        }
    }

    /// The coordinator works through a connection's messages in order: once it has answered a heartbeat that was sent after
    /// a release, it has seen the release.
    private mutating func confirmReleases() {
        heartbeatsAnswered += 1
        let answered = heartbeatsAnswered
        unconfirmedReleases.removeAll { $0.afterHeartbeat < answered }
    }

    /// Gives an attempt back; it is said again after a reconnection until the coordinator must have heard it.
    mutating func release(
        _ attempt: AttemptID, failed: Bool, reason: String, _ effects: inout [LinkEffect]
    ) {
        let release = Release(attempt: attempt, failed: failed, reason: reason)
        unconfirmedReleases.append((release, heartbeatsSent))
        let level: LinkNote = failed ? .warning : .info
        effects.append(.note(level, "gave back \(SlotLink.name(attempt)): \(reason)"))
        if case .registered = connection { effects.append(.send(.release(release))) }
    }

    /// Stops asking for work; a cell that has not begun goes back.
    mutating func drain(_ reason: String, _ effects: inout [LinkEffect]) {
        guard !isDraining else { return }
        isDraining = true
        effects.append(.note(.info, "draining: \(reason)"))
        if case .fetching(let fetch) = trainer {
            trainer = .idle
            release(fetch.job.attempt, failed: false, reason: "the slot is draining", &effects)
        }
    }

    /// Gives everything back and ends.
    mutating func stop(_ reason: String, _ effects: inout [LinkEffect]) {
        if let attempt = current {
            if trainer == .training(attempt) { effects.append(.stopTraining(attempt)) }
            release(attempt, failed: false, reason: reason, &effects)
        }
        for delivery in deliveries {
            release(delivery.attempt, failed: false, reason: reason, &effects)
            effects.append(.discard(delivery.file))
        }
        deliveries = []
        leave(.drained, reason: reason, &effects)
    }

    /// Says goodbye where somebody listens, and ends.
    mutating func leave(_ exit: SlotExit, reason: String, _ effects: inout [LinkEffect]) {
        switch exit {
        case .drained:
            sayGoodbye(reason, &effects)
        case .stalled(let step):
            effects.append(
                .note(.error, "the trainer has not got beyond step \(step): starting it again"))
        case .broken(let reason):
            sayGoodbye(reason, &effects)
            effects.append(.note(.error, reason))
        case .rejected(let reason):
            effects.append(.note(.error, "the coordinator refuses this worker: \(reason)"))
        case .lostCoordinator:
            let seconds = settings.patience.components.seconds
            effects.append(
                .note(
                    .error,
                    "nothing heard from the coordinator at \(settings.coordinator) for \(seconds) s"
                ))
        }
        isOver = true
        effects.append(.exit(exit))
    }

    private func sayGoodbye(_ reason: String, _ effects: inout [LinkEffect]) {
        guard case .registered = connection else { return }
        effects.append(.send(.goodbye(Goodbye(reason: reason))))
    }

    /// An attempt for the log: twelve digits and its number.
    static func name(_ attempt: AttemptID) -> String {
        "\(attempt.cell.short) attempt \(attempt.attempt)"
    }
}
