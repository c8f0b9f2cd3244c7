extension Message {
    /// The message with every text in it on one line and no longer than anybody means: what a peer says is told to people, in
    /// logs, ledgers, pages and terminals, and must not speak for anybody else there.
    ///
    /// Only a lease's definition stays as it is: its bytes are the cell's identity, and are read as JSON.
    var withCleanText: Message {
        switch self {
        case .hello(var body):
            body.worker = name(body.worker)
            body.incarnation = name(body.incarnation)
            body.host = name(body.host)
            body.processStamp = name(body.processStamp)
            body.version = name(body.version)
            body.blasCore = name(body.blasCore)
            body.launch = body.launch.map(name)
            body.libraries = body.libraries.map(sentence)
            body.predecessor = body.predecessor.map(name)
            body.allocation = body.allocation.map(name)
            return .hello(body)
        case .welcome(var body):
            body.sweep = name(body.sweep)
            body.coordinator = name(body.coordinator)
            return .welcome(body)
        case .lease(var body):
            body.checkpoint = body.checkpoint.map(\.withCleanText)
            return .lease(body)
        case .resultChunk(let body): return .resultChunk(body.withCleanText)
        case .checkpoint(let body): return .checkpoint(body.withCleanText)
        case .checkpointChunk(let body): return .checkpointChunk(body.withCleanText)
        case .resultAck(let body): return .resultAck(body.withCleanText)
        case .checkpointAck(let body): return .checkpointAck(body.withCleanText)
        case .checkpointRequest(var body):
            body.sha256 = name(body.sha256)
            return .checkpointRequest(body)
        case .release(var body):
            body.reason = sentence(body.reason)
            return .release(body)
        case .drain(let body): return .drain(Drain(reason: sentence(body.reason)))
        case .goodbye(let body): return .goodbye(Goodbye(reason: sentence(body.reason)))
        case .reject(let body):
            return .reject(Reject(code: body.code, reason: sentence(body.reason)))
        case .explain(let body): return .explain(Explain(subject: name(body.subject)))
        case .explanation(let body):
            return .explanation(Explanation(lines: body.lines.map(sentence)))
        case .request, .progress: return self
        }
    }
}

extension CheckpointOffer {
    fileprivate var withCleanText: CheckpointOffer {
        CheckpointOffer(
            step: step, size: size, sha256: name(sha256), engine: name(engine),
            blasCore: name(blasCore), maker: maker.map(sentence))
    }
}

extension FileChunk {
    fileprivate var withCleanText: FileChunk {
        var clean = self
        clean.sha256 = name(sha256)
        return clean
    }
}

extension FileAck {
    fileprivate var withCleanText: FileAck {
        var clean = self
        clean.sha256 = sha256.map(name)
        clean.reason = reason.map(sentence)
        return clean
    }
}

/// A name, of a host for instance (RFC 1035: 255 bytes).
private func name(_ text: String) -> String { text.onOneLine(atMost: 255) }

/// A reason or a line of an explanation.
private func sentence(_ text: String) -> String { text.onOneLine(atMost: 2000) }
