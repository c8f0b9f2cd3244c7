import Core

@testable import Coordinator

/// What simulated slots do, after the example of real ones.
extension SchedulerSimulation {
    func act(_ place: Int) {
        if case .gone = slots[place].link { return }
        guard slots[place].frozenUntil <= now else { return }
        if happens("slot crashed", 0.002) {
            connections[slots[place].connection] = nil
            let old = slots[place]
            slots[place] = Slot(
                worker: old.worker, host: old.host, launch: old.launch,
                incarnation: old.incarnation + 1,
                link: .waiting(until: now + 1 + Double(random.index(below: 20))))
            return
        }
        if happens("slot froze", 0.001) {
            slots[place].frozenUntil = now + Double(1 + random.index(below: 150))
            return
        }
        if happens("slot told to go", 0.001) { slots[place].isToldToGo = true }
        train(place)
        talk(place)
    }

    private func train(_ place: Int) {
        guard let training = slots[place].training, let last = steps[training.attempt.cell] else {
            return
        }
        guard training.step(at: now) >= last else {
            if slots[place].isToldToGo {
                slots[place].training = nil
                slots[place].handedOver = (training.attempt, training.step(at: now))
                slots[place].checkpointAt = now
            }
            return
        }
        slots[place].training = nil
        let attempt = training.attempt
        if let left = failuresLeft[attempt.cell], left > 0, now < calmAfter {
            failuresLeft[attempt.cell] = left - 1
            mishaps["training failed", default: 0] += 1
            say(place, .release(Release(attempt: attempt, failed: true, reason: "NaN")))
        } else {
            slots[place].finished.append(attempt)
            slots[place].deliverAt = now
        }
    }

    private func talk(_ place: Int) {
        switch slots[place].link {
        case .gone: return
        case .waiting(let until):
            if now >= until { connect(place) }
        case .greeting(let since):
            if now >= since + 5 { reconnect(place) }
        case .registered:
            guard now < slots[place].heard + 15 else {
                reconnect(place)
                return
            }
            if now >= slots[place].heartbeatAt {
                slots[place].heartbeatAt = now + 5
                let training = slots[place].training
                let held = training?.attempt ?? slots[place].handedOver?.attempt
                say(
                    place, .progress(Progress(attempt: held, step: training?.step(at: now) ?? 0)))
            }
            leaveCheckpoint(place)
            if let first = slots[place].finished.first, now >= slots[place].deliverAt {
                slots[place].deliverAt = now + 5
                say(place, .result(first))
            }
            ask(place)
        }
    }

    private func leaveCheckpoint(_ place: Int) {
        guard now >= slots[place].checkpointAt else { return }
        if let (attempt, step) = slots[place].handedOver {
            slots[place].checkpointAt = now + 5
            say(place, .checkpoint(attempt, step: step))
        } else if let training = slots[place].training {
            slots[place].checkpointAt = now + 8
            say(place, .checkpoint(training.attempt, step: training.step(at: now)))
        }
    }

    private func ask(_ place: Int) {
        guard slots[place].training == nil, slots[place].handedOver == nil else { return }
        if slots[place].draining || slots[place].isToldToGo {
            guard slots[place].finished.isEmpty else { return }
            say(place, .goodbye)
            connections[slots[place].connection] = nil
            let old = slots[place]
            slots[place].link = .gone
            guard !old.draining else { return }
            // Whoever told it to go starts it again elsewhere.
            slots[place] = Slot(
                worker: old.worker, host: old.host, launch: old.launch,
                incarnation: old.incarnation + 1, link: .waiting(until: now + 10))
        } else if slots[place].finished.count < 2,
            now >= (slots[place].requestedAt ?? -100) + 30
        {
            slots[place].requestedAt = now
            say(place, .request)
        }
    }

    private func say(_ place: Int, _ word: Word) {
        send(.toCoordinator(slots[place].connection, word))
    }

    private func connect(_ place: Int) {
        connections[slots[place].connection] = nil
        nextConnection += 1
        let number = UInt32(nextConnection)
        let connection = Connection(bytes: [
            UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number),
        ])
        slots[place].connection = connection
        connections[connection] = place
        greet(place)
    }

    private func greet(_ place: Int) {
        let slot = slots[place]
        var held = slot.finished.map { Hello.Held(attempt: $0, step: 0, finished: true) }
        if let training = slot.training {
            held.append(
                Hello.Held(
                    attempt: training.attempt, step: training.step(at: now), finished: false))
        }
        if let (attempt, step) = slot.handedOver {
            held.append(Hello.Held(attempt: attempt, step: step, finished: false))
        }
        slots[place].link = .greeting(since: now)
        slots[place].requestedAt = nil
        slots[place].heard = now
        say(
            place,
            .hello(
                Hello(
                    worker: slot.worker, slot: 0, incarnation: "\(slot.incarnation)",
                    host: slot.host, pid: Int32(slot.incarnation), processStamp: slot.worker,
                    version: Grokmap.version, scienceVersion: Science.version,
                    blasCore: slot.blasCore,
                    launch: slot.launch, held: held)))
    }

    private func reconnect(_ place: Int) {
        slots[place].link = .waiting(until: now + 0.5 + Double(random.index(below: 4)))
    }

    func receive(_ place: Int, _ message: Message) {
        if case .gone = slots[place].link { return }
        slots[place].heard = now
        switch message {
        case .welcome(let welcome):
            guard case .greeting = slots[place].link else { return }
            slots[place].link = .registered
            slots[place].heartbeatAt = now + 5
            slots[place].deliverAt = now
            for attempt in welcome.abandon {
                if slots[place].training?.attempt == attempt { slots[place].training = nil }
                if slots[place].handedOver?.attempt == attempt { slots[place].handedOver = nil }
                slots[place].finished.removeAll { $0 == attempt }
            }
        case .lease(let lease): take(place, lease.attempt, lease.checkpoint)
        case .checkpointAck(let ack):
            guard let (attempt, _) = slots[place].handedOver, attempt == ack.attempt else { return }
            slots[place].handedOver = nil
            say(place, .release(Release(attempt: attempt, failed: false, reason: "draining")))
        case .resultAck(let ack):
            slots[place].finished.removeAll { $0 == ack.attempt }
            slots[place].deliverAt = now
        case .drain: slots[place].draining = true
        case .reject(let reject):
            guard case .registered = slots[place].link else { return }
            if reject.code == .unknownSlot { greet(place) }
        case .progress, .hello, .request, .resultChunk, .checkpoint, .checkpointRequest,
            .checkpointChunk, .release, .goodbye, .explain, .explanation:
            break
        }
    }

    private func take(_ place: Int, _ attempt: AttemptID, _ offer: CheckpointOffer?) {
        guard case .registered = slots[place].link,
            slots[place].training?.attempt != attempt, slots[place].handedOver?.attempt != attempt,
            !slots[place].finished.contains(attempt)
        else { return }
        slots[place].requestedAt = nil
        guard slots[place].training == nil, slots[place].handedOver == nil,
            !slots[place].draining, !slots[place].isToldToGo
        else {
            say(place, .release(Release(attempt: attempt, failed: false, reason: "busy")))
            return
        }
        var first = 0
        if let offer, offer.blasCore == slots[place].blasCore,
            !happens("checkpoint of no use", 0.05)
        {
            first = offer.step
            mishaps["resumed", default: 0] += 1
        }
        slots[place].training = Training(attempt: attempt, first: first, since: now)
        slots[place].checkpointAt = now + 4
    }
}
