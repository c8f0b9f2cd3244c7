import Core
import Sweeps

extension Scheduler {
    /// Restores what is known of a cell: at once, or where a growing plan has not asked for the cell, once it does.
    private mutating func known(_ id: CellID, _ restore: @escaping Restoration) {
        if let place = places[id] {
            restore(&self, place)
        } else if growth != nil {
            unasked[id, default: []].append(restore)
        }
    }

    /// Restores what was known of a cell before it was asked for.
    mutating func restoreKnown(_ id: CellID) {
        guard let place = places[id] else { return }
        for restore in unasked.removeValue(forKey: id) ?? [] { restore(&self, place) }
    }

    /// Notes, before any event, what the ledger and the cell files know of a cell.
    mutating func restore(
        _ id: CellID, lastAttempt: Int, failures: [Int: String], losses: [Int: String],
        owners: [Int: SlotID] = [:]
    ) {
        known(id) { scheduler, place in
            scheduler.cells[place].lastAttempt = lastAttempt
            scheduler.cells[place].failures = failures
            scheduler.cells[place].losses = losses
            scheduler.cells[place].owners = owners
        }
    }

    /// Notes, before any event, that a cell's verified file is there.
    mutating func restoreVerified(_ id: CellID) {
        known(id) { scheduler, place in
            guard scheduler.cells[place].state == .missing else { return }
            scheduler.cells[place].state = .verified
            scheduler.verifiedCount += 1
        }
    }

    /// Notes, before any event, that a cell was given up earlier.
    mutating func restoreFailed(_ id: CellID, reason: String) {
        known(id) { scheduler, place in
            guard scheduler.cells[place].state == .missing else { return }
            scheduler.cells[place].state = .failed(reason: reason)
            scheduler.failedCount += 1
        }
    }

    /// Notes, before any event, an attempt that was in a slot's hands when the last coordinator ended: the slot has one
    /// lease time to come back.
    mutating func restoreLease(
        _ attempt: AttemptID, slot: SlotID, process: SlotProcess, now: Double
    ) {
        guard let place = places[attempt.cell] else { return }
        cells[place].lastAttempt = max(cells[place].lastAttempt, attempt.attempt)
        guard cells[place].state == .missing || cells[place].state == .leased else { return }
        if slots[slot] == nil { slots[slot] = SlotRecord(process: process, heard: now) }
        addLease(place, attempt.attempt, slot, process, step: 0, now)
    }

    /// Notes, before any event, where a missing cell can go on.
    mutating func restoreCheckpoint(_ id: CellID, _ checkpoint: StoredCheckpoint) {
        known(id) { scheduler, place in
            scheduler.cells[place].checkpoint = checkpoint
            scheduler.cells[place].furthest = checkpoint.offer.step
        }
    }
}
