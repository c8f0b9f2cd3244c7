import Core
import Foundation
import ZeroMQ

/// A coordinator that does exactly what a test says, on the test's thread, except that it answers heartbeats.
final class FakeCoordinator {
    /// Who sent a message.
    typealias Peer = [UInt8]

    /// What went wrong in a test's script.
    struct Surprise: Error, CustomStringConvertible {
        /// One line.
        let description: String
    }

    /// Nothing came in time.
    struct Silence: Error {}

    /// The name in its welcomes.
    let name: String
    /// Heartbeats answered so far.
    private(set) var heartbeats = 0
    /// The last heartbeat that named an attempt.
    private(set) var lastProgress: Core.Progress?
    private var known: Set<Peer> = []
    private let socket: Socket
    private let context: Context

    /// Listens.
    init(_ endpoint: String, name: String = "c1") throws {
        self.name = name
        context = try Context()
        socket = try Socket(context, .router)
        try socket.bind(endpoint)
    }

    /// The next message that is no heartbeat; the limit only ends a test that hangs.
    func next(within limit: Duration = .seconds(180)) throws -> (peer: Peer, message: Message) {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        var poller = Poller()
        _ = poller.add(socket)
        while true {
            guard let frames = try socket.receive() else {
                guard clock.now < deadline else { throw Silence() }
                _ = try poller.wait(deadline - clock.now)
                continue
            }
            let message = try MessageCodec.decode(Array(frames.dropFirst()))
            if case .progress(let progress) = message {
                guard known.contains(frames[0]) else {
                    try send(.reject(Reject(code: .unknownSlot, reason: "who?")), to: frames[0])
                    continue
                }
                heartbeats += 1
                if progress.attempt != nil { lastProgress = progress }
                try send(.progress(Core.Progress()), to: frames[0])
                continue
            }
            return (frames[0], message)
        }
    }

    /// Sends a message.
    func send(_ message: Message, to peer: Peer) throws {
        if case .welcome = message { known.insert(peer) }
        _ = try socket.send([peer] + MessageCodec.encode(message))
    }

    /// Waits for a hello.
    func hello() throws -> (peer: Peer, hello: Hello) {
        let (peer, message) = try next()
        guard case .hello(let hello) = message else { throw surprise("hello", message) }
        return (peer, hello)
    }

    /// Waits for a hello and welcomes the slot, with beats and leases that suit a test.
    func register(
        heartbeat: Double = 0.1, lease: Double = 120
    ) throws -> (peer: Peer, hello: Hello) {
        let (peer, hello) = try hello()
        try send(
            .welcome(Samples.welcome(name, heartbeat: heartbeat, lease: lease)), to: peer)
        return (peer, hello)
    }

    /// Waits for heartbeats that say a slot is training this, so that it can no longer be handed back unseen.
    func training(_ attempt: AttemptID) throws {
        for _ in 0..<1800 where lastProgress?.attempt != attempt {
            do {
                let (_, message) = try next(within: .milliseconds(100))
                throw surprise("progress", message)
            } catch is Silence {
                continue
            }
        }
        guard lastProgress?.attempt == attempt else { throw Silence() }
    }

    /// Takes in heartbeats for a while, in which nothing else may come.
    func idle(_ time: Duration) throws {
        do {
            let (_, message) = try next(within: time)
            throw surprise("nothing", message)
        } catch is Silence {
            return
        }
    }

    /// Waits for a request.
    func request() throws {
        let (_, message) = try next()
        guard message == .request(Request(credit: 1)) else { throw surprise("request", message) }
    }

    /// Waits for a goodbye, skipping over requests: a slot that was welcomed twice asks twice.
    func goodbye() throws {
        while true {
            let (_, message) = try next()
            if case .request = message { continue }
            guard case .goodbye = message else { throw surprise("goodbye", message) }
            return
        }
    }

    /// Takes a whole result in, granting credit for one piece at a time, and skipping over requests.
    func result(_ attempt: AttemptID) throws -> (bytes: [UInt8], sha256: String) {
        var bytes: [UInt8] = []
        while true {
            let (peer, message) = try next()
            if case .request = message { continue }
            guard case .resultChunk(let chunk) = message, chunk.attempt == attempt else {
                throw surprise("result-chunk", message)
            }
            guard chunk.offset == bytes.count else {
                throw Surprise(description: "piece at \(chunk.offset), not at \(bytes.count)")
            }
            bytes += chunk.payload
            if bytes.count == chunk.size { return (bytes, chunk.sha256) }
            try send(
                .resultAck(
                    FileAck(
                        attempt: attempt, state: .receiving, offset: bytes.count,
                        credit: FileChunk.largestPayload)), to: peer)
        }
    }

    /// Takes a whole checkpoint in, granting credit for one piece at a time, and says that it is stored.
    func checkpoint(_ attempt: AttemptID) throws -> Checkpoint {
        var bytes: [UInt8] = []
        while true {
            let (peer, message) = try next()
            guard case .checkpoint(let chunk) = message, chunk.attempt == attempt,
                chunk.offset == bytes.count
            else { throw surprise("checkpoint", message) }
            bytes += chunk.payload
            let isWhole = bytes.count == chunk.size
            try send(
                .checkpointAck(
                    FileAck(
                        attempt: attempt, sha256: chunk.sha256,
                        state: isWhole ? .stored : .receiving, offset: bytes.count,
                        credit: FileChunk.largestPayload)), to: peer)
            if isWhole { return try Checkpoint(decoding: bytes) }
        }
    }

    /// Hands a checkpoint out, as often as a piece is asked for, until all of it is sent.
    func serve(_ checkpoint: Checkpoint) throws {
        let bytes = checkpoint.encoded()
        while true {
            let (peer, message) = try next()
            guard case .checkpointRequest(let request) = message else {
                throw surprise("checkpoint-request", message)
            }
            let end = min(bytes.count, request.offset + FileChunk.largestPayload)
            try send(
                .checkpointChunk(
                    FileChunk(
                        attempt: request.attempt, offset: request.offset, size: bytes.count,
                        sha256: request.sha256, payload: Array(bytes[request.offset..<end]))),
                to: peer)
            if end == bytes.count { return }
        }
    }

    private func surprise(_ expected: String, _ message: Message) -> Surprise {
        Surprise(description: "expected \(expected), got \(message)")
    }
}
