import Core

@testable import Coordinator

/// What the simulated coordinator does with messages, after the example of the server.
extension SchedulerSimulation {
    func arrive(_ connection: Connection, _ word: Word) {
        guard scheduler != nil else { return }
        switch word {
        case .hello(let hello): handle(.hello(connection, hello))
        case .request: handle(.request(connection, credit: 1))
        case .progress(let progress): handle(.progress(connection, progress))
        case .release(let release): handle(.release(connection, release))
        case .goodbye: handle(.goodbye(connection, reason: "drained"))
        case .result(let attempt): store(attempt, from: connection)
        case .checkpoint(let attempt, let step): store(attempt, step: step, from: connection)
        }
    }

    /// What the server does with a checkpoint: known slot, its own attempt, file, scheduler, acknowledgement.
    func store(_ attempt: AttemptID, step: Int, from connection: Connection) {
        guard let slot = scheduler?.connections[connection] else {
            send(.toSlot(connection, .reject(Reject(code: .unknownSlot, reason: ""))))
            return
        }
        func acknowledge(_ state: FileAck.State) {
            send(
                .toSlot(
                    connection,
                    .checkpointAck(FileAck(attempt: attempt, state: state, offset: 0, credit: 0))))
        }
        guard scheduler?.holds(slot, attempt) == true else {
            acknowledge(.superfluous)
            return
        }
        handle(.chunk(connection, attempt))
        guard scheduler != nil else { return }
        let core = scheduler?.slots[slot]?.blasCore ?? ""
        let checkpoint = Sample.stored(attempt.attempt, step: step, blasCore: core)
        checkpoints[attempt.cell] = checkpoint
        if happens("coordinator killed after a checkpoint was stored", 0.02) {
            kill()
            return
        }
        handle(.checkpointStored(attempt, checkpoint))
        if scheduler != nil { acknowledge(.stored) }
    }

    /// What the server does with a result, in its order: known slot, not there yet, file, scheduler, acknowledgement.
    func store(_ attempt: AttemptID, from connection: Connection) {
        guard let place = scheduler?.places[attempt.cell], let known = scheduler?.connections else {
            return
        }
        guard known[connection] != nil else {
            send(.toSlot(connection, .reject(Reject(code: .unknownSlot, reason: ""))))
            return
        }
        func acknowledge(_ state: FileAck.State) {
            send(
                .toSlot(
                    connection,
                    .resultAck(FileAck(attempt: attempt, state: state, offset: 0, credit: 0))))
        }
        guard scheduler?.cells[place].state != .verified else {
            acknowledge(.superfluous)
            return
        }
        handle(.chunk(connection, attempt))
        if results[attempt.cell] != nil {
            violation = "at \(now): cell \(attempt.cell.short) is stored twice"
        }
        results[attempt.cell] = attempt
        if happens("coordinator killed after a file was stored", 0.02) {
            kill()
            return
        }
        handle(.resultStored(attempt))
        if scheduler != nil { acknowledge(.stored) }
    }
}
