import Core
import HeapModule
import OrderedCollections
import Sweeps

extension Scheduler {
    /// Hands missing cells to slots with credit, first come first served, as long as there are both.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - most: slots that may be passed over because no cell is for them, before the others are left to the next tick.
    mutating func assign(_ now: Double, passingOver most: Int) {
        guard drainReason == nil else { return }
        var index = 0
        while index < min(idle.count, most), !waiting.isEmpty {
            let id = idle[index]
            guard let slot = slots[id], let connection = slot.connection, slot.credit > 0 else {
                idle.remove(at: index)
                continue
            }
            guard hasRoom(id), !isQuarantined(slot.process.host, now),
                let place = takeMissing(for: slot, now)
            else {
                index += 1
                continue
            }
            slots[id]?.credit -= 1
            if slot.credit == 1 { idle.remove(at: index) }
            lease(place, to: id, connection, slot, now)
        }
    }

    /// Whether a slot may have another lease: a process trains one cell, and what it finished before may be on its way.
    func hasRoom(_ id: SlotID) -> Bool {
        let held = leases(of: id)
        return held.count < settings.leasesPerSlot && held.allSatisfy(\.isDelivering)
    }

    /// What is in a slot's hands.
    func leases(of id: SlotID) -> [LeaseRecord] {
        (slots[id]?.places ?? []).flatMap { cells[$0].leases.filter { $0.slot == id } }
    }

    /// The missing cell that comes first in the plan, but for those that this slot should rather not have: they come last.
    /// Places whose cell has left that state are thrown away.
    mutating func takeMissing(for slot: SlotRecord, _ now: Double) -> Int? {
        var passedOver: [Int] = []
        var second: Int?
        defer { waiting.insert(contentsOf: passedOver) }
        while passedOver.count < settings.lookahead, let place = waiting.popMin() {
            guard cells[place].state == .missing else { continue }
            guard let obstacle = obstacle(to: place, slot, now) else { return place }
            passedOver.append(place)
            if second == nil, !obstacle.isHard { second = place }
        }
        if let second { passedOver.removeAll { $0 == second } }
        return second
    }

    /// Leases a cell to a slot under a new attempt number: written down first, then said.
    mutating func lease(
        _ place: Int, to id: SlotID, _ connection: Connection, _ slot: SlotRecord, _ now: Double
    ) {
        let definition = cells[place].definition
        cells[place].lastAttempt += 1
        let attempt = AttemptID(cell: definition.id, attempt: cells[place].lastAttempt)
        var checkpoint = cells[place].checkpoint
        let firstStep = cells[place].firstStep(on: slot.blasCore)
        addLease(place, attempt.attempt, id, slot.process, step: firstStep, now)
        effects.append(.recordLease(attempt, id, slot.process))
        if let made = checkpoint {
            let slot = cells[place].owners[made.attempt].map { " by slot \($0)" } ?? ""
            let maker = "step \(made.offer.step) of attempt \(made.attempt)\(slot)"
            checkpoint?.offer.maker = maker
            if firstStep > 0 {
                effects.append(
                    .recordEvent(
                        kind: "resumed", subject: definition.id.short,
                        text: "attempt \(attempt.attempt) from \(maker)"))
            }
        }
        let lease = Lease(
            attempt: attempt, definition: definition.canonicalText, rule: settings.rule,
            stop: settings.stop.policy(for: definition.id), record: settings.record,
            checkpoint: checkpoint?.offer)
        effects.append(.send(connection, .lease(lease)))
    }

    /// Puts an attempt into a slot's hands.
    mutating func addLease(
        _ place: Int, _ attempt: Int, _ id: SlotID, _ process: SlotProcess, step: Int,
        _ now: Double
    ) {
        cells[place].state = .leased
        cells[place].owners[attempt] = id
        leasedPlaces.insert(place)
        slots[id]?.places.insert(place)
        cells[place].leases.append(
            LeaseRecord(
                attempt: attempt, slot: id, process: process, since: now, firstStep: step,
                named: now, advanced: now, step: step))
    }

    /// Ends the leases that have not been heard of in time, and forgets slots that are long silent.
    mutating func expire(_ now: Double) {
        for place in leasedPlaces.sorted() {
            for lease in cells[place].leases {
                let heard = max(lease.named, slots[lease.slot]?.heard ?? lease.named)
                let silence = now - heard
                let unnamed = now - lease.named
                let attempt = AttemptID(
                    cell: cells[place].definition.id, attempt: lease.attempt)
                if silence >= settings.leaseSeconds {
                    end(attempt, .lost, "slot \(lease.slot) was silent for \(Int(silence)) s", now)
                } else if unnamed >= settings.unnamedLeaseTimes * settings.leaseSeconds {
                    end(
                        attempt, .lost,
                        "slot \(lease.slot) has not spoken of it for \(Int(unnamed)) s", now)
                } else if now - lease.advanced >= settings.stallSeconds {
                    end(
                        attempt, .lost,
                        "it has not got beyond step \(lease.step) for"
                            + " \(Int(now - lease.advanced)) s", now)
                }
            }
        }
        let silent = slots.filter { $0.value.heard + 4 * settings.leaseSeconds <= now }.keys
        for id in silent.sorted(by: SlotID.inOrder) {
            forget(id, reason: "silent for too long", now)
        }
    }

    /// Takes in that a cell's result is there, whichever attempt it came from.
    mutating func stored(_ attempt: AttemptID, _ phase: Phase?) {
        guard let place = places[attempt.cell] else { return }
        switch cells[place].state {
        case .verified: return
        case .failed: failedCount -= 1
        case .missing, .leased: break
        }
        cells[place].state = .verified
        verifiedCount += 1
        growth?.tell(attempt.cell, phase)
        cells[place].lastAttempt = max(cells[place].lastAttempt, attempt.attempt)
        cells[place].lapsed = [:]
        let leases = cells[place].leases
        cells[place].leases = []
        leasedPlaces.remove(place)
        for lease in leases { letGo(place, lease.slot) }
        effects.append(.recordEnd(attempt, .stored, reason: ""))
        for lease in leases {
            guard lease.attempt != attempt.attempt else {
                hosts[lease.process.host] = nil
                continue
            }
            let other = AttemptID(cell: attempt.cell, attempt: lease.attempt)
            effects.append(
                .recordEnd(
                    other, .superfluous, reason: "attempt \(attempt.attempt) was stored first"))
            callOff(other, lease.slot)
        }
        dropCheckpoint(place)
    }

    /// Takes in that a cell can resume from here when its attempts end. One that got further than any before has shown
    /// that the cell can be trained, however often its slots die.
    mutating func checkpointed(_ attempt: AttemptID, _ checkpoint: StoredCheckpoint) {
        guard let place = places[attempt.cell] else { return }
        cells[place].checkpoint = checkpoint
        switch cells[place].state {
        case .missing, .leased:
            // Only further than ever: the next one to start again would otherwise count as getting on, again and again.
            guard checkpoint.offer.step > cells[place].furthest else { return }
            cells[place].furthest = checkpoint.offer.step
            cells[place].losses = [:]
        case .verified, .failed: dropCheckpoint(place)
        }
    }

    /// Gives a cell's checkpoint up.
    mutating func dropCheckpoint(_ place: Int) {
        guard cells[place].checkpoint != nil else { return }
        cells[place].checkpoint = nil
        effects.append(.dropCheckpoint(cells[place].definition.id))
    }

    /// Notes that a slot has nothing to do with a cell any more, unless it has another attempt at it.
    private mutating func letGo(_ place: Int, _ id: SlotID) {
        guard !cells[place].leases.contains(where: { $0.slot == id }) else { return }
        slots[id]?.places.remove(place)
    }

    /// Tells a slot that an attempt in its hands is of no use any more.
    mutating func callOff(_ attempt: AttemptID, _ slot: SlotID) {
        guard let connection = slots[slot]?.connection else { return }
        let word = FileAck(attempt: attempt, state: .superfluous, offset: 0, credit: 0)
        effects.append(.send(connection, .resultAck(word)))
    }

    /// Counts a failure of an attempt in a slot's hands against its cell, or against its host where too many fail there,
    /// and ends it.
    mutating func fail(_ attempt: AttemptID, _ reason: String, _ now: Double) {
        guard let place = places[attempt.cell], cells[place].state != .verified else { return }
        let host = cells[place].leases.first { $0.attempt == attempt.attempt }?.process.host
        guard let host else { return }
        cells[place].failures[attempt.attempt] = host
        let blamed = blame(host, attempt, now)
        end(attempt, .failed, reason, now)
        guard !blamed.isEmpty else { return }
        let text = "\(blamed.count) attempts in a row failed on \(host), the last one: \(reason)"
        hosts[host]?.reason = text
        effects.append(.recordForgiven(blamed, reason: text))
        effects.append(.recordEvent(kind: "quarantined", subject: host, text: text))
    }

    /// Ends an attempt that brought no result; the cell goes back to the missing ones or is given up.
    mutating func end(
        _ attempt: AttemptID, _ outcome: AttemptOutcome, _ reason: String, _ now: Double
    ) {
        guard let place = places[attempt.cell],
            let index = cells[place].leases.firstIndex(where: { $0.attempt == attempt.attempt })
        else { return }
        let ended = cells[place].leases.remove(at: index)
        letGo(place, ended.slot)
        if outcome == .lost {
            cells[place].losses[ended.attempt] = ended.process.host
            cells[place].lapsed[ended.attempt] = ended.step
        }
        effects.append(.recordEnd(attempt, outcome, reason: reason))
        guard cells[place].leases.isEmpty, cells[place].state == .leased else { return }
        leasedPlaces.remove(place)
        let cell = cells[place]
        let givenUp =
            cell.failedHosts.count >= settings.failingHosts
            || cell.failures.count >= settings.failuresOnOneHost
            || (cell.losses.count >= settings.lostAttempts && !hasUntriedHost(place, now))
        if givenUp {
            func counted(_ count: Int, _ noun: String) -> String {
                "\(count) \(noun)\(count == 1 ? "" : "s")"
            }
            var history: [String] = []
            if !cell.failures.isEmpty {
                let hosts = counted(cell.failedHosts.count, "host")
                history.append("\(counted(cell.failures.count, "failure")) on \(hosts)")
            }
            if !cell.losses.isEmpty {
                let hosts = counted(Set(cell.losses.values).count, "host")
                history.append("\(counted(cell.losses.count, "lost attempt")) on \(hosts)")
            }
            let text =
                "given up after \(history.joined(separator: " and ")); the last one: \(reason)"
            cells[place].state = .failed(reason: text)
            failedCount += 1
            growth?.tell(attempt.cell, nil)
            effects.append(.recordFailure(attempt.cell, reason: text))
            dropCheckpoint(place)
        } else {
            cells[place].state = .missing
            waiting.insert(place)
        }
    }
}
