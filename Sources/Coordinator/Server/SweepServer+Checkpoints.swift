import Core
import Logging

extension SweepServer {
    /// Takes in a piece of a checkpoint; one of an attempt that is not in this slot's hands any more is not wanted.
    func takeCheckpoint(_ connection: Connection, _ chunk: FileChunk) throws {
        guard let slot = scheduler.connections[connection] else {
            send(connection, .reject(Reject(code: .unknownSlot, reason: "say hello first")))
            return
        }
        func acknowledge(_ state: FileAck.State, _ offset: Int, _ reason: String? = nil) {
            send(
                connection,
                .checkpointAck(
                    FileAck(
                        attempt: chunk.attempt, sha256: chunk.sha256, state: state, offset: offset,
                        credit: SweepServer.fileCredit, reason: reason)))
        }
        guard scheduler.holds(slot, chunk.attempt) else {
            acknowledge(.superfluous, chunk.size)
            return
        }
        try handle(.chunk(connection, chunk.attempt))
        switch try checkpoints.receive(chunk) {
        case .receiving(let offset): acknowledge(.receiving, offset)
        case .refused(let reason):
            log.warning("refused a checkpoint of \(chunk.attempt.cell.short): \(reason)")
            acknowledge(.refused, 0, reason)
        case .stored(let checkpoint):
            try handle(.checkpointStored(chunk.attempt, checkpoint))
            acknowledge(.stored, chunk.size)
            log.debug(
                "checkpoint of \(chunk.attempt.cell.short) at step \(checkpoint.offer.step)")
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
