import Core
import OrderedCollections

extension Scheduler {
    /// Registers a slot and takes over what it holds; a slot of another version is refused.
    mutating func register(
        _ connection: Connection, _ hello: Hello, _ owner: String?, _ now: Double
    ) {
        guard hello.scienceVersion == Science.version, Grokmap.isVersion(hello.version)
        else {
            let ours = "\(Grokmap.version) (science \(Science.version))"
            let theirs = "\(hello.version) (science \(hello.scienceVersion))"
            let reason = "worker is grokmap \(theirs), coordinator is \(ours)"
            effects.append(.send(connection, .reject(Reject(code: .version, reason: reason))))
            let untold = refusals.add(hello.host, now, every: settings.refusalSeconds)
            if let untold {
                let before = untold > 0 ? " (and \(untold) more hellos before)" : ""
                effects.append(
                    .recordEvent(kind: "refused", subject: hello.host, text: reason + before))
            }
            return
        }
        if let core = settings.blasCore, core.lowercased() != hello.blasCore.lowercased() {
            let reason =
                "this sweep is pinned to OpenBLAS core \(core), this slot computes with"
                + " \(hello.blasCore) (hint: --blas-core \(core))"
            effects.append(.send(connection, .reject(Reject(code: .refused, reason: reason))))
            if refusals.add(hello.host, now, every: settings.refusalSeconds) != nil {
                effects.append(.recordEvent(kind: "refused", subject: hello.host, text: reason))
            }
            return
        }
        // A worker's random name is its own: nobody else's key may end or take what it holds.
        let stolen = slots.contains {
            $0.key.worker == hello.worker && $0.value.connection != nil && $0.value.owner != owner
        }
        guard !stolen else {
            let reject = Reject(code: .refused, reason: "that worker came with another key")
            effects.append(.send(connection, .reject(reject)))
            return
        }
        let id = SlotID(worker: hello.worker, slot: hello.slot, incarnation: hello.incarnation)
        let process = SlotProcess(host: hello.host, pid: hello.pid, stamp: hello.processStamp)
        let replaced = slots.keys.filter {
            $0.worker == id.worker && $0.slot == id.slot && $0 != id
        }
        let end = hello.predecessor.map { "ended (\($0.onOneLine.prefix(40)))" } ?? "ended"
        for old in replaced.sorted(by: SlotID.inOrder) {
            forget(old, reason: "its process \(end) and was started again", now)
        }
        if let other = connections[connection], other != id {
            forget(other, reason: "its connection belongs to another slot now", now)
        }
        if let previous = slots[id]?.connection { connections[previous] = nil }
        if slots[id] == nil || slots[id]?.connection == nil {
            effects.append(.recordSlot(id, process, blasCore: hello.blasCore, owner: owner))
            if let libraries = hello.libraries {
                effects.append(
                    .recordEvent(kind: "self-test", subject: "\(id)", text: libraries))
            }
        }
        idle.remove(id)
        slots[id] = SlotRecord(
            connection: connection, process: process, blasCore: hello.blasCore, heard: now,
            launch: hello.launch, allocation: hello.allocation, owner: owner,
            endsAt: hello.wallSeconds.map { now + $0 },
            stepSeconds: slots[id]?.stepSeconds, places: slots[id]?.places ?? [])
        connections[connection] = id
        let abandon = adopt(hello.held, id, process, now)
        dropUnclaimed(id, held: Set(hello.held.map(\.attempt)).subtracting(abandon), now)
        let welcome = Welcome(
            sweep: settings.sweep, coordinator: settings.coordinator,
            heartbeatSeconds: settings.heartbeatSeconds, leaseSeconds: settings.leaseSeconds,
            abandon: abandon)
        effects.append(.send(connection, .welcome(welcome)))
        if let drainReason {
            tellToDrain(id, reason: drainReason)
        } else if let launch = hello.launch, launch != settings.launch {
            // A slot of a coordinator that is gone: it may deliver what it holds, its successors do the rest.
            tellToDrain(id, reason: "its coordinator was replaced")
        }
    }

    /// Takes over the attempts a slot brings along; returns those that are of no use.
    mutating func adopt(
        _ held: [Hello.Held], _ id: SlotID, _ process: SlotProcess, _ now: Double
    ) -> [AttemptID] {
        var abandon: [AttemptID] = []
        var isTraining = false
        var finished = 0
        for item in held {
            let number = item.attempt.attempt
            guard let place = places[item.attempt.cell] else {
                abandon.append(item.attempt)
                continue
            }
            let last = cells[place].lastAttempt
            let isKnown = cells[place].leases.contains { $0.attempt == number && $0.slot == id }
            // After a lost ledger numbers start again: another slot may train under this one already. And a process that
            // brings what nobody knows of has one cell in training and two that are finished, not the whole sweep.
            let isCredible =
                number <= last + settings.forgottenAttempts
                && cells[place].owners[number] ?? id == id
                && (item.finished ? finished < settings.leasesPerSlot - 1 : !isTraining)
            guard isKnown || isCredible else {
                if !item.finished { abandon.append(item.attempt) }
                continue
            }
            switch cells[place].state {
            case .verified, .failed:
                cells[place].lastAttempt = max(last, number)
                // A finished file is answered when its chunks come; training on is what must stop.
                if !item.finished { abandon.append(item.attempt) }
            case .missing, .leased:
                guard cells[place].failures[number] == nil else {
                    // Its failure was heard; only the answer was not. The slot tells it again.
                    abandon.append(item.attempt)
                    continue
                }
                if item.finished { finished += 1 } else { isTraining = true }
                cells[place].lastAttempt = max(last, number)
                if !isKnown {
                    effects.append(.recordLease(item.attempt, id, process))
                    addLease(place, number, id, process, step: item.step, now)
                }
                for index in cells[place].leases.indices
                where cells[place].leases[index].attempt == number {
                    cells[place].leases[index].process = process
                    cells[place].leases[index].named = now
                    cells[place].leases[index].advanced = now
                    cells[place].leases[index].step = item.step
                    cells[place].leases[index].isDelivering = item.finished
                }
                effects.append(
                    .recordEvent(
                        kind: "adopted", subject: item.attempt.cell.short,
                        text: "attempt \(number) by slot \(id) at step \(item.step)"))
            }
        }
        return abandon
    }

    /// A lease that its slot does not know never arrived, or was forgotten.
    mutating func dropUnclaimed(_ id: SlotID, held: Set<AttemptID>, _ now: Double) {
        for place in leasedPlaces.sorted() {
            for lease in cells[place].leases where lease.slot == id {
                let attempt = AttemptID(
                    cell: cells[place].definition.id, attempt: lease.attempt)
                guard !held.contains(attempt) else { continue }
                end(attempt, .released, "the slot does not hold it", now)
            }
        }
    }

    /// Notes how many cells a slot can take; one that is to ask for nothing more is told so again.
    mutating func request(_ connection: Connection, _ credit: Int, _ now: Double) {
        guard let id = known(connection, now) else { return }
        guard slots[id]?.draining == false else {
            effects.append(
                .send(connection, .drain(Drain(reason: drainReason ?? "no more work"))))
            return
        }
        // A lease that its slot has not spoken of for so long never arrived.
        for place in (slots[id]?.places ?? []).sorted() {
            for lease in cells[place].leases
            where lease.slot == id && !lease.isDelivering && lease.named == lease.since
                && now - lease.since >= settings.askedLeaseTimes * settings.leaseSeconds
            {
                let attempt = AttemptID(
                    cell: cells[place].definition.id, attempt: lease.attempt)
                end(attempt, .released, "its slot asks for work", now)
            }
        }
        // A slot is one process that trains one cell, whatever it asks for.
        slots[id]?.credit = max(0, min(credit, 1))
        if credit > 0 { idle.append(id) }
    }

    /// Takes in a sign of life and answers with one.
    mutating func heard(_ connection: Connection, _ progress: Progress, _ now: Double) {
        guard let id = known(connection, now) else { return }
        effects.append(.send(connection, .progress(Progress())))
        guard let attempt = progress.attempt, let place = places[attempt.cell] else { return }
        let index = cells[place].leases.firstIndex { $0.attempt == attempt.attempt }
        guard let index else {
            heardOfLapsed(attempt, at: progress.step, place, id, now)
            return
        }
        guard cells[place].leases[index].slot == id else { return }
        cells[place].leases[index].named = now
        guard progress.step > cells[place].leases[index].step else { return }
        cells[place].leases[index].step = progress.step
        cells[place].leases[index].advanced = now
        if let seconds = cells[place].leases[index].stepSeconds {
            slots[id]?.stepSeconds = seconds
            typicalStepSeconds = seconds
        }
    }

    /// A slot continues with an attempt that was given up as lost: it has it again, unless the cell needs nobody any more.
    private mutating func heardOfLapsed(
        _ attempt: AttemptID, at step: Int, _ place: Int, _ id: SlotID, _ now: Double
    ) {
        switch cells[place].state {
        case .verified, .failed: callOff(attempt, id)
        case .missing, .leased:
            // One that has not got further since may be a slot that hangs, or an old message.
            guard let lapsed = cells[place].lapsed[attempt.attempt], step > lapsed,
                cells[place].isOwned(attempt.attempt, by: id),
                hasRoom(id), let process = slots[id]?.process
            else { return }
            let held = Hello.Held(attempt: attempt, step: step, finished: false)
            _ = adopt([held], id, process, now)
        }
    }

    /// A piece of a result, or of a checkpoint, is a word about its attempt.
    mutating func delivering(
        _ connection: Connection, _ attempt: AttemptID, isResult: Bool, _ now: Double
    ) {
        guard let id = known(connection, now), let place = places[attempt.cell],
            cells[place].isOwned(attempt.attempt, by: id)
        else { return }
        // An attempt that nobody knew is whose it is by the first word of it.
        cells[place].owners[attempt.attempt] = id
        guard
            let index = cells[place].leases.firstIndex(where: {
                $0.attempt == attempt.attempt && $0.slot == id
            })
        else { return }
        cells[place].leases[index].named = now
        cells[place].leases[index].advanced = now
        if isResult { cells[place].leases[index].isDelivering = true }
    }

    /// Whether a slot may hand in the result of an attempt: it was given to it, be its lease long over, or nobody knows to
    /// whom.
    func mayDeliver(_ id: SlotID, _ attempt: AttemptID) -> Bool {
        places[attempt.cell].map { cells[$0].isOwned(attempt.attempt, by: id) } ?? false
    }

    /// Whether an attempt is in this slot's hands.
    func holds(_ id: SlotID, _ attempt: AttemptID) -> Bool {
        guard let place = places[attempt.cell] else { return false }
        return cells[place].leases.contains { $0.attempt == attempt.attempt && $0.slot == id }
    }

    /// The slot that has an attempt, nil when none has it any more.
    func holder(of attempt: AttemptID) -> SlotID? {
        places[attempt.cell].flatMap { place in
            cells[place].leases.first { $0.attempt == attempt.attempt }?.slot
        }
    }

    /// Takes back an attempt from the slot that holds it.
    mutating func released(_ connection: Connection, _ release: Release, _ now: Double) {
        guard let id = known(connection, now), holds(id, release.attempt) else { return }
        if release.failed {
            fail(release.attempt, release.reason, now)
        } else {
            end(release.attempt, .released, release.reason, now)
        }
    }

    /// Forgets a slot that says goodbye.
    mutating func left(_ connection: Connection, _ reason: String, _ now: Double) {
        guard let id = connections[connection] else { return }
        forget(id, reason: "it left: \(reason)", now)
    }

    /// The slot behind a connection, noted as heard of. A stranger is told to say hello.
    mutating func known(_ connection: Connection, _ now: Double) -> SlotID? {
        guard let id = connections[connection] else {
            let reject = Reject(code: .unknownSlot, reason: "not registered here: say hello")
            effects.append(.send(connection, .reject(reject)))
            return nil
        }
        slots[id]?.heard = now
        return id
    }

    /// Ends everything a slot held and forgets it.
    mutating func forget(_ id: SlotID, reason: String, _ now: Double) {
        for place in leasedPlaces.sorted() {
            for lease in cells[place].leases where lease.slot == id {
                let attempt = AttemptID(
                    cell: cells[place].definition.id, attempt: lease.attempt)
                end(attempt, .lost, reason, now)
            }
        }
        if let connection = slots[id]?.connection { connections[connection] = nil }
        slots[id] = nil
        idle.remove(id)
    }

    /// Tells a slot, once, to ask for nothing more.
    mutating func tellToDrain(_ id: SlotID, reason: String) {
        guard let slot = slots[id], !slot.draining else { return }
        slots[id]?.draining = true
        idle.remove(id)
        if let connection = slot.connection {
            effects.append(.send(connection, .drain(Drain(reason: reason))))
        }
    }

    /// Hands out nothing more; what is in slots' hands may still come in.
    mutating func drain(_ reason: String) {
        guard drainReason == nil else { return }
        drainReason = reason
        for id in slots.keys.sorted(by: SlotID.inOrder) {
            tellToDrain(id, reason: reason)
        }
    }
}
