import Core
import Logging
import Sweeps

extension SweepServer {
    /// Takes in a piece of a checkpoint; one of an attempt that is not in this slot's hands any more is not wanted.
    func takeCheckpoint(_ connection: Connection, _ chunk: FileChunk) throws {
        guard let slot = scheduler.connections[connection] else {
            send(connection, .reject(Reject(code: .unknownSlot, reason: "say hello first")))
            return
        }
        func acknowledge(_ state: FileAck.State, _ offset: Int, _ reason: String? = nil) {
            let word = FileAck(
                attempt: chunk.attempt, sha256: chunk.sha256, state: state, offset: offset,
                credit: SweepServer.fileCredit, reason: reason)
            send(connection, .checkpointAck(word))
        }
        guard scheduler.holds(slot, chunk.attempt) else {
            acknowledge(.superfluous, chunk.size)
            return
        }
        try handle(.chunk(connection, chunk.attempt, isResult: false))
        switch try checkpoints.receive(chunk) {
        case .receiving(let offset): acknowledge(.receiving, offset)
        case .refused(let reason):
            log.warning("refused a checkpoint of \(chunk.attempt.cell.short): \(reason)")
            acknowledge(.refused, 0, reason)
        case .reading: break
        }
    }

    /// Says what came of the checkpoints that have been read meanwhile, each to the slot that has the attempt.
    func publishCheckpoints() throws {
        let read = try checkpoints.publishRead { scheduler.holder(of: $0) != nil }
        for (file, found) in read {
            let name = file.attempt.cell.short
            var word = FileAck(
                attempt: file.attempt, sha256: file.sha256, state: .stored, offset: file.size,
                credit: SweepServer.fileCredit)
            let connection = scheduler.holder(of: file.attempt).flatMap {
                scheduler.slots[$0]?.connection
            }
            switch found {
            case nil: continue
            case .success(let checkpoint):
                try handle(.checkpointStored(file.attempt, checkpoint))
                log.debug("checkpoint of \(name) at step \(checkpoint.offer.step)")
            case .failure(let unusable):
                log.warning("refused a checkpoint of \(name): \(unusable.text.onOneLine)")
                (word.state, word.offset, word.reason) = (.refused, 0, unusable.text)
            }
            if let connection { send(connection, .checkpointAck(word)) }
        }
    }

    /// Sends a slot the piece of a checkpoint that it asks for; a piece of nothing where the checkpoint is gone.
    func answer(_ connection: Connection, _ request: CheckpointRequest) throws {
        guard let slot = scheduler.connections[connection] else {
            send(connection, .reject(Reject(code: .unknownSlot, reason: "say hello first")))
            return
        }
        // A piece is large: whoever asks again without reading gets no second one. The slot asks again if one is lost.
        guard !hasPieceWaiting(for: connection) else { return }
        let attempt = request.attempt
        var chunk = FileChunk(
            attempt: attempt, offset: 0, size: 0, sha256: request.sha256, payload: [])
        if scheduler.holds(slot, attempt), let place = scheduler.places[attempt.cell],
            let offer = scheduler.cells[place].checkpoint?.offer, offer.sha256 == request.sha256
        {
            if let bytes = try checkpoints.piece(of: attempt.cell, offer, offset: request.offset) {
                chunk.offset = request.offset
                chunk.size = offer.size
                chunk.payload = bytes
            } else {
                log.warning("the checkpoint of \(attempt.cell.short) cannot be read: dropped")
                try handle(.checkpointLost(attempt.cell))
            }
        }
        send(connection, .checkpointChunk(chunk))
    }
}
