import Core
@preconcurrency import Glibc
import ZeroMQ

/// Slots that all live on one thread: a DEALER each, real messages, and no more reading of answers than a measurement
/// needs, so that it is the coordinator that is measured.
final class Crew {
    private let context: Context
    private var sockets: [Socket] = []
    private var poller = Poller()
    private var entries: [Poller.Entry] = []

    /// Connects and registers so many slots.
    ///
    /// - Throws: `LoadError` when the coordinator does not welcome them all within a minute.
    init(_ count: Int, _ address: String, security: SocketOptions.Security) throws {
        context = try Context()
        var options = SocketOptions()
        options.linger = .seconds(1)
        // A slot that waits for its coordinator is there as soon as that listens.
        options.reconnectInterval = .milliseconds(5)
        options.reconnectMaximum = .zero
        options.security = security
        for slot in 0..<count {
            let socket = try Socket(context, .dealer, options)
            try socket.connect(address)
            sockets.append(socket)
            entries.append(poller.add(socket))
            try say(slot, Crew.hello(slot))
        }
        var strangers = count
        try listen { _, heard in
            guard heard.isWelcome else { return heard.unexpected }
            strangers -= 1
            return strangers > 0 ? .goOn : .done
        }
    }

    /// How many slots there are.
    var count: Int { sockets.count }

    private static func hello(_ slot: Int) -> [[UInt8]] {
        // A host of its own, so that the coordinator does not look for the process in its /proc.
        MessageCodec.encode(
            .hello(
                Hello(
                    worker: "load-\(getpid())", slot: slot, incarnation: "1", host: "load",
                    pid: getpid(), processStamp: "load", version: Grokmap.version,
                    scienceVersion: Science.version, blasCore: "none", launch: nil, held: [])))
    }

    /// Says something in the name of a slot.
    ///
    /// - Throws: `LoadError` when it cannot be queued: no measurement gets near the bound of a queue.
    func say(_ slot: Int, _ frames: [[UInt8]]) throws {
        guard try sockets[slot].send(frames) == .sent else {
            throw LoadError("slot \(slot): the queue to the coordinator is full")
        }
    }

    /// What a listener makes of a message.
    enum Reaction {
        /// More is to come.
        case goOn
        /// That was all.
        case done
        /// The message has no place here.
        case fail(String)
    }

    /// Hands every message to `body`, with the slot it is for, until that has enough.
    ///
    /// - Parameters:
    ///   - end: when to stop in any case.
    ///   - body: the listener.
    /// - Throws: `LoadError` when the listener fails, or nothing is heard for a minute.
    func listen(
        until end: ContinuousClock.Instant? = nil,
        _ body: (_ slot: Int, _ heard: Heard) throws -> Reaction
    ) throws {
        let clock = ContinuousClock()
        while true {
            let patience = end.map { $0 - clock.now } ?? .seconds(60)
            guard patience > .zero else { return }
            guard let ready = try poller.wait(patience), !ready.isEmpty else {
                guard end == nil else { return }
                throw LoadError("nothing was heard from the coordinator for a minute")
            }
            for (slot, entry) in entries.enumerated() where ready[entry] != nil {
                while let frames = try sockets[slot].receive() {
                    switch try body(slot, Heard(frames: frames)) {
                    case .goOn: break
                    case .done: return
                    case .fail(let reason): throw LoadError("slot \(slot): \(reason)")
                    }
                }
            }
        }
    }

    /// Takes all slots off the coordinator's list.
    func leave() throws {
        let goodbye = MessageCodec.encode(.goodbye(Goodbye(reason: "measured")))
        for slot in sockets.indices { try say(slot, goodbye) }
    }
}
