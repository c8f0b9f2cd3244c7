import Core

extension SlotLink {
    /// A trained attempt waits for delivery, unless it was given up meanwhile.
    mutating func finishTraining(
        _ attempt: AttemptID, _ file: ResultFile, at now: Duration,
        _ effects: inout [LinkEffect]
    ) {
        guard trainer == .training(attempt) else {
            trainer = .idle
            effects.append(.discard(file))
            return
        }
        trainer = .idle
        // The result says more than any checkpoint.
        uploads.drop(attempt)
        deliveries.append(Delivery(attempt: attempt, file: file, now: now))
        effects.append(.note(.info, "finished \(SlotLink.name(attempt)): \(file.size) bytes"))
    }

    /// A trained attempt could not be written down: that is this machine's fault and not the cell's, and the next cell
    /// would fare no better. It goes back unharmed and the slot ends once it holds nothing.
    mutating func breakDown(
        _ attempt: AttemptID, _ reason: String, _ effects: inout [LinkEffect]
    ) {
        uploads.drop(attempt)
        let isWanted = trainer == .training(attempt)
        trainer = .idle
        isDraining = true
        brokenReason = reason
        if isWanted { release(attempt, failed: false, reason: reason, &effects) }
    }

    /// A finished result cannot be read any more: its attempt goes back unharmed, to be trained again. After the second in a
    /// row nothing can be kept on this machine.
    mutating func loseResult(
        _ attempt: AttemptID, _ reason: String, at now: Duration, _ effects: inout [LinkEffect]
    ) {
        guard let place = deliveries.firstIndex(where: { $0.attempt == attempt }) else { return }
        let file = remove(place, at: now).file
        effects.append(.discard(file))
        release(attempt, failed: false, reason: reason, &effects)
        lostResults += 1
        guard lostResults > 1, brokenReason == nil else { return }
        brokenReason = reason
        drain(reason, &effects)
        if case .training(let attempt) = trainer { effects.append(.handOver(attempt)) }
    }

    /// Takes a result off the list; the next one's clock has run while it waited for its turn.
    private mutating func remove(_ place: Int, at now: Duration) -> Delivery {
        defer { if place == 0, !deliveries.isEmpty { deliveries[0].window.restart(at: now) } }
        return deliveries.remove(at: place)
    }

    /// Takes in what the coordinator says of a result.
    mutating func acknowledge(
        _ ack: FileAck, at now: Duration, _ effects: inout [LinkEffect]
    ) {
        guard let place = deliveries.firstIndex(where: { $0.attempt == ack.attempt }) else {
            if ack.state == .superfluous, ack.attempt == current {
                // Another slot was faster.
                abandon(ack.attempt, &effects)
                return
            }
            ignore("result-ack for \(SlotLink.name(ack.attempt)), which is not held", &effects)
            return
        }
        switch ack.state {
        case .receiving:
            guard
                deliveries[place].window.acknowledge(
                    offset: ack.offset, credit: ack.credit, at: now)
            else {
                ignore("result-ack beyond the file's end", &effects)
                return
            }
        case .stored:
            settle(place, "stored", at: now, &effects)
        case .superfluous:
            settle(place, "superfluous", at: now, &effects)
        case .refused:
            let reason = ack.reason ?? "no reason given"
            deliveries[place].refuse()
            guard deliveries[place].refusals > 1 else {
                effects.append(
                    .note(
                        .warning,
                        "result of \(SlotLink.name(ack.attempt)) was refused, sending it again: "
                            + reason))
                deliveries[place].window.restart(at: now)
                return
            }
            effects.append(.discard(remove(place, at: now).file))
            release(
                ack.attempt, failed: true, reason: "result refused twice: \(reason)", &effects)
        }
    }

    private mutating func settle(
        _ place: Int, _ word: String, at now: Duration, _ effects: inout [LinkEffect]
    ) {
        let delivery = remove(place, at: now)
        lostResults = 0
        effects.append(.discard(delivery.file))
        effects.append(.note(.info, "\(word) \(SlotLink.name(delivery.attempt))"))
    }
}
