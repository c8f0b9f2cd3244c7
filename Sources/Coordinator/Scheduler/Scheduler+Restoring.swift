import Core
import Sweeps

extension Scheduler {
    /// Notes, before any event, what the ledger and the cell files know of a cell.
    mutating func restore(
        _ id: CellID, lastAttempt: Int, failures: [Int: String], losses: [Int: String],
        owners: [Int: SlotID] = [:]
    ) {
        guard let place = places[id] else { return }
        cells[place].lastAttempt = lastAttempt
        cells[place].failures = failures
        cells[place].losses = losses
        cells[place].owners = owners
    }

    /// Notes, before any event, that a cell's verified file is there.
    mutating func restoreVerified(_ id: CellID) {
        guard let place = places[id], cells[place].state == .missing else { return }
        cells[place].state = .verified
        verifiedCount += 1
    }

    /// Notes, before any event, that a cell was given up earlier.
    mutating func restoreFailed(_ id: CellID, reason: String) {
        guard let place = places[id], cells[place].state == .missing else { return }
        cells[place].state = .failed(reason: reason)
        failedCount += 1
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
        guard let place = places[id] else { return }
        cells[place].checkpoint = checkpoint
        cells[place].furthest = checkpoint.offer.step
    }
}
