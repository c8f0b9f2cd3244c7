extension Message {
    /// What is wrong with the numbers of a message that came over the wire, nil when nothing is.
    ///
    /// Receivers count attempts up and add steps together; within these bounds neither can overflow.
    var impossibleNumber: String? {
        switch self {
        case .hello(let body):
            for held in body.held {
                if let problem = held.attempt.impossibleNumber { return problem }
                if let problem = Message.outOfRange("step", held.step) { return problem }
            }
            if let seconds = body.wallSeconds, !(0...1e9).contains(seconds) {
                return "wallSeconds: \(seconds) is out of range"
            }
            return Message.outOfRange("slot", body.slot)
        case .welcome(let body): return Message.first(body.abandon)
        case .request(let body): return Message.outOfRange("credit", body.credit)
        case .lease(let body):
            return body.attempt.impossibleNumber ?? body.checkpoint?.impossibleNumber
        case .progress(let body):
            return body.attempt?.impossibleNumber ?? Message.outOfRange("step", body.step)
        case .resultChunk(let body), .checkpoint(let body), .checkpointChunk(let body):
            return body.attempt.impossibleNumber ?? Message.outOfRange("offset", body.offset)
                ?? Message.outOfRange("size", body.size)
        case .resultAck(let body), .checkpointAck(let body):
            return body.attempt.impossibleNumber ?? Message.outOfRange("offset", body.offset)
                ?? Message.outOfRange("credit", body.credit)
        case .checkpointRequest(let body):
            return body.attempt.impossibleNumber ?? Message.outOfRange("offset", body.offset)
        case .release(let body): return body.attempt.impossibleNumber
        case .drain, .goodbye, .reject, .explain, .explanation: return nil
        }
    }

    private static func first(_ attempts: [AttemptID]) -> String? {
        attempts.lazy.compactMap(\.impossibleNumber).first
    }

    /// Far beyond any count, far below overflow of a sum of a million of them.
    private static let largest = 1 << 40

    fileprivate static func outOfRange(_ name: String, _ number: Int) -> String? {
        (0...largest).contains(number) ? nil : "\(name): \(number) is out of range"
    }
}

extension AttemptID {
    fileprivate var impossibleNumber: String? {
        attempt == 0 ? "attempt: 0 is out of range" : Message.outOfRange("attempt", attempt)
    }
}

extension CheckpointOffer {
    fileprivate var impossibleNumber: String? {
        Message.outOfRange("step", step) ?? Message.outOfRange("size", size)
    }
}
