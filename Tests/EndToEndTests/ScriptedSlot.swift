import Core
import Foundation
import SHA256
import Testing
import ZeroMQ

/// A slot that does exactly what a test says, on the test's thread.
final class ScriptedSlot {
    private let name: String
    private let socket: Socket
    private let context: Context
    /// Slots that give signs of life while this one waits.
    private var companions: [ScriptedSlot] = []

    /// Connects and registers.
    convenience init(
        _ name: String, _ address: String, beside companions: [ScriptedSlot] = []
    ) throws {
        try self.init(name, address, version: Grokmap.version)
        self.companions = companions
        _ = try hear { if case .welcome(let body) = $0 { body } else { nil } }
    }

    /// Connects and says hello as a slot of some version.
    init(_ name: String, _ address: String, version: String) throws {
        self.name = name
        context = try Context()
        var options = SocketOptions()
        options.linger = .seconds(1)
        socket = try Socket(context, .dealer, options)
        try socket.connect(address)
        try say(
            .hello(
                Hello(
                    worker: name, slot: 0, incarnation: "1", host: "elsewhere", pid: 1,
                    processStamp: name, version: version, scienceVersion: Science.version,
                    blasCore: "Haswell", launch: nil, held: [])))
    }

    /// Says something.
    func say(_ message: Message) throws {
        let sent = try socket.send(MessageCodec.encode(message))
        try #require(sent == .sent)
    }

    /// Waits for the next message of a kind; others are passed over.
    func hear<Body>(_ kind: (Message) -> Body?) throws -> Body {
        let deadline = Date(timeIntervalSinceNow: 240)
        var beat = Date()
        while Date() < deadline {
            if Date() >= beat {
                for companion in companions { try companion.say(.progress(Progress())) }
                beat = Date(timeIntervalSinceNow: 5)
            }
            guard let frames = try socket.receive() else {
                usleep(5_000)
                continue
            }
            if let body = kind(try MessageCodec.decode(frames)) { return body }
        }
        throw Silence(slot: name)
    }

    /// Passes over everything that has come.
    func drain() throws {
        while try socket.receive() != nil { continue }
    }

    /// Nothing of that kind came.
    struct Silence: Error {
        var slot: String
    }

    /// Asks for a cell and waits for it.
    func lease() throws -> Lease {
        try say(.request(Request(credit: 1)))
        return try hear { if case .lease(let body) = $0 { body } else { nil } }
    }

    /// Sends a checkpoint, piece by piece, and says what became of it.
    func leave(_ bytes: [UInt8], of attempt: AttemptID) throws -> FileAck {
        var offset = 0
        while true {
            let end = min(bytes.count, offset + FileChunk.largestPayload)
            try say(
                .checkpoint(
                    FileChunk(
                        attempt: attempt, offset: offset, size: bytes.count,
                        sha256: SHA256Digest.hex(of: bytes), payload: Array(bytes[offset..<end]))))
            let ack = try hear { if case .checkpointAck(let body) = $0 { body } else { nil } }
            guard ack.state == .receiving else { return ack }
            offset = ack.offset
        }
    }

    /// Asks for a piece of a checkpoint.
    func ask(_ attempt: AttemptID, _ sha256: String, at offset: Int) throws -> FileChunk {
        try say(
            .checkpointRequest(
                CheckpointRequest(attempt: attempt, sha256: sha256, offset: offset)))
        return try hear { if case .checkpointChunk(let body) = $0 { body } else { nil } }
    }
}
