import Core

extension SlotLink {
    // MARK: To the coordinator

    /// A checkpoint of what is being trained waits to be sent.
    mutating func keep(
        _ checkpoint: SealedCheckpoint, of attempt: AttemptID, at now: Duration,
        _ effects: inout [LinkEffect]
    ) {
        guard trainer == .training(attempt) else { return }
        let size = checkpoint.bytes.count
        guard size <= Checkpoint.largestSize else {
            let name = "checkpoint of \(SlotLink.name(attempt))"
            effects.append(.note(.warning, "a \(name) is too large to keep: \(size) bytes"))
            return
        }
        uploads.add(checkpoint, of: attempt, at: now)
    }

    /// The trainer has given an attempt up in the middle; it goes back once its checkpoint has arrived.
    mutating func handOver(
        _ attempt: AttemptID, _ checkpoint: SealedCheckpoint, at now: Duration,
        _ effects: inout [LinkEffect]
    ) {
        keep(checkpoint, of: attempt, at: now, &effects)
        let isWanted = trainer == .training(attempt)
        trainer = .idle
        guard isWanted else { return }
        handedOver = attempt
        releaseHandedOver(&effects)
    }

    /// Takes in what the coordinator says of a checkpoint.
    mutating func acknowledgeCheckpoint(
        _ ack: FileAck, at now: Duration, _ effects: inout [LinkEffect]
    ) {
        let name = "checkpoint of \(SlotLink.name(ack.attempt))"
        guard ack.state != .receiving else {
            if !uploads.acknowledge(ack, at: now) {
                ignore("checkpoint-ack for what is not being sent", &effects)
            }
            return
        }
        guard let upload = uploads.settle(ack, at: now) else {
            ignore("checkpoint-ack for what is not being sent", &effects)
            return
        }
        switch ack.state {
        case .receiving: break
        case .stored:
            effects.append(.note(.info, "stored a \(name) at step \(upload.checkpoint.step)"))
        case .superfluous:
            effects.append(.note(.info, "a \(name) is not wanted"))
        case .refused:
            let reason = ack.reason ?? "no reason given"
            effects.append(.note(.warning, "a \(name) was refused: \(reason)"))
        }
        releaseHandedOver(&effects)
    }

    private mutating func releaseHandedOver(_ effects: inout [LinkEffect]) {
        guard let attempt = handedOver, uploads.current == nil else { return }
        handedOver = nil
        release(attempt, failed: false, reason: "the slot is draining", &effects)
    }

    // MARK: From the coordinator

    /// Begins a cell, once its checkpoint is here where it has one that this slot can resume from.
    mutating func begin(
        _ job: TrainingJob, _ offer: CheckpointOffer?, at now: Duration,
        _ effects: inout [LinkEffect]
    ) {
        guard let offer else {
            train(job, &effects)
            return
        }
        let refusal = CheckpointFetch.refusal(
            of: offer, engine: settings.engine, blasCore: settings.hello.blasCore)
        if let refusal {
            startOver(job, refusal, &effects)
            return
        }
        var fetch = CheckpointFetch(job, offer, now: now)
        effects.append(.send(.checkpointRequest(fetch.ask(at: now))))
        trainer = .fetching(fetch)
    }

    /// Takes in a piece of the checkpoint that a cell waits for.
    mutating func take(_ chunk: FileChunk, at now: Duration, _ effects: inout [LinkEffect]) {
        guard case .fetching(var fetch) = trainer else {
            ignore("checkpoint-chunk", &effects)
            return
        }
        let origin = fetch.job.origin(engine: settings.engine, blasCore: settings.hello.blasCore)
        switch fetch.take(chunk, origin) {
        case .ignored:
            ignore("checkpoint-chunk that was not asked for", &effects)
        case .more:
            effects.append(.send(.checkpointRequest(fetch.ask(at: now))))
            trainer = .fetching(fetch)
        case .arrived(let checkpoint):
            var job = fetch.job
            job.checkpoint = checkpoint
            job.stateFrom = fetch.offer.maker ?? "step \(checkpoint.step)"
            train(job, &effects)
        case .useless(let reason):
            startOver(fetch.job, reason, &effects)
        }
    }

    /// Asks again for a piece that did not come in time, or that was asked for on another connection.
    mutating func askAgain(at now: Duration, _ effects: inout [LinkEffect]) {
        guard case .fetching(var fetch) = trainer else { return }
        effects.append(.send(.checkpointRequest(fetch.ask(at: now))))
        trainer = .fetching(fetch)
    }

    private mutating func startOver(
        _ job: TrainingJob, _ reason: String, _ effects: inout [LinkEffect]
    ) {
        effects.append(
            .note(.warning, "\(SlotLink.name(job.attempt)) begins at step 0: \(reason)"))
        train(job, &effects)
    }

    private mutating func train(_ job: TrainingJob, _ effects: inout [LinkEffect]) {
        trainer = .training(job.attempt)
        snapshot = nil
        let place = job.checkpoint.map { " from step \($0.step)" } ?? ""
        effects.append(.note(.info, "training \(SlotLink.name(job.attempt))\(place)"))
        effects.append(.train(job))
    }
}
