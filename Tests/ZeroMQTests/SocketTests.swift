import Foundation
import TestSupport
import Testing
import ZeroMQ

@Suite("Socket", .serialized, .timeLimit(.minutes(10)))
struct SocketTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("frames of every size arrive whole, in order, both ways", arguments: ["ipc", "tcp"])
    func roundTrip(_ transport: String) throws {
        let context = try Context()
        let router = try Socket(context, .router, brisk())
        let dealer = try Socket(context, .dealer, brisk())
        let wanted = transport == "ipc" ? directory.endpoint("a") : "tcp://127.0.0.1:*"
        let endpoint = try router.bind(wanted)
        #expect(!endpoint.hasSuffix("*"))
        try dealer.connect(endpoint)
        let large = (0..<300 << 10).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let message: [[UInt8]] = [[], bytes("header"), [], large, [0]]
        #expect(try dealer.send(message) == .sent)
        let received = try #require(try router.next())
        #expect(received.count == 6)
        #expect(Array(received.dropFirst()) == message)
        #expect(try router.send(received) == .sent)
        #expect(try dealer.next() == message)
        #expect(try dealer.receive() == nil)
    }

    @Test("request, reply and pair sockets speak their patterns")
    func otherKinds() throws {
        let context = try Context()
        let reply = try Socket(context, .reply, brisk())
        let request = try Socket(context, .request, brisk())
        try reply.bind("inproc://question")
        try request.connect("inproc://question")
        #expect(try request.send([bytes("?")]) == .sent)
        #expect(try reply.next() == [bytes("?")])
        #expect(try reply.send([bytes("!")]) == .sent)
        #expect(try request.next() == [bytes("!")])
        let one = try Socket(context, .pair, brisk())
        let other = try Socket(context, .pair, brisk())
        try one.bind("inproc://pair")
        try other.connect("inproc://pair")
        #expect(try one.send([[1], [2]]) == .sent)
        #expect(try other.next() == [[1], [2]])
    }

    @Test("a mandatory router reports an unknown peer, another drops the message silently")
    func mandatory() throws {
        let context = try Context()
        let strict = try Socket(context, .router, brisk())
        let lax = try Socket(context, .router, brisk { $0.routerMandatory = false })
        #expect(try strict.send([bytes("nobody"), bytes("hello")]) == .hostUnreachable)
        #expect(try lax.send([bytes("nobody"), bytes("hello")]) == .sent)
    }

    @Test("a router finds a dealer under the routing id it chose")
    func routingID() throws {
        let context = try Context()
        let router = try Socket(context, .router, brisk())
        let dealer = try Socket(context, .dealer, brisk { $0.routingID = bytes("slot-7") })
        try dealer.connect(try router.bind(directory.endpoint("a")))
        // The router knows the peer once the connection stands; until then it says so.
        #expect(
            try eventually { try router.send([bytes("slot-7"), bytes("hi")]) == .sent })
        #expect(try dealer.next() == [bytes("hi")])
    }

    @Test("a peer that never reads makes send say so, and loses nothing that was taken")
    func wouldBlock() throws {
        let context = try Context()
        let router = try Socket(context, .router, brisk { $0.sendHighWater = 10 })
        let dealer = try Socket(context, .dealer, brisk { $0.receiveHighWater = 10 })
        try dealer.connect(try router.bind("tcp://127.0.0.1:*"))
        #expect(try dealer.send([bytes("here I am")]) == .sent)
        let peer = try #require(try router.next()?.first)
        let payload = [UInt8](repeating: 7, count: 64 << 10)
        var taken = 0
        var outcome = Socket.SendOutcome.sent
        while outcome == .sent, taken < 10_000 {
            outcome = try router.send([peer, [UInt8(truncatingIfNeeded: taken)], payload])
            if outcome == .sent { taken += 1 }
        }
        #expect(outcome == .wouldBlock)
        for index in 0..<taken {
            #expect(try dealer.next() == [[UInt8(truncatingIfNeeded: index)], payload])
        }
        // The refused message left no frame behind.
        #expect(try eventually { try router.send([peer, bytes("last")]) == .sent })
        #expect(try dealer.next() == [bytes("last")])
    }

    @Test("an immediate dealer queues nothing for a peer that is not there")
    func immediate() throws {
        let context = try Context()
        let dealer = try Socket(context, .dealer, brisk { $0.immediate = true })
        try dealer.connect(directory.endpoint("nobody"))
        #expect(try dealer.send([[1]]) == .wouldBlock)
    }

    @Test("a dealer finds its peer again after that has restarted")
    func reconnects() throws {
        let dealerContext = try Context()
        let dealer = try Socket(dealerContext, .dealer, brisk { $0.immediate = true })
        let endpoint = try {
            let context = try Context()
            let router = try Socket(context, .router, brisk())
            let endpoint = try router.bind("tcp://127.0.0.1:*")
            try dealer.connect(endpoint)
            #expect(try eventually { try dealer.send([bytes("one")]) == .sent })
            #expect(try router.next()?.last == bytes("one"))
            return endpoint
        }()
        let context = try Context()
        let router = try Socket(context, .router, brisk())
        try router.bind(endpoint)
        // What was sent into the dying connection may be lost, so the dealer says it again.
        #expect(
            try eventually {
                _ = try dealer.send([bytes("two")])
                return try router.receive()?.last == bytes("two")
            })
    }

    @Test("a frame over the limit never arrives and ends the sender's connection")
    func maximumFrame() throws {
        let context = try Context()
        let router = try Socket(context, .router, brisk { $0.maximumFrameBytes = 1000 })
        let dealer = try Socket(context, .dealer, brisk())
        try dealer.connect(try router.bind(directory.endpoint("a")))
        #expect(try dealer.send([[UInt8](repeating: 1, count: 1000)]) == .sent)
        let first = try #require(try router.next())
        #expect(first.last?.count == 1000)
        #expect(try dealer.send([[UInt8](repeating: 2, count: 1001)]) == .sent)
        // The peer is gone from the router's table, so a send to it is refused.
        let peer = try #require(first.first)
        #expect(try eventually { try router.send([peer, [0]]) == .hostUnreachable })
        var next: [[UInt8]]?
        let arrived = try eventually {
            _ = try dealer.send([bytes("small")])
            next = try router.receive()
            return next != nil
        }
        #expect(arrived)
        #expect(next?.last == bytes("small"))
        #expect(next?.first != peer)
    }

    @Test("closing with unsent messages ends within the linger time")
    func boundedLinger() throws {
        weak var context: Context?
        do {
            let own = try Context()
            context = own
            let dealer = try Socket(own, .dealer, brisk { $0.linger = .milliseconds(50) })
            try dealer.connect(directory.endpoint("nobody"))
            for _ in 0..<100 { #expect(try dealer.send([[1, 2, 3]]) == .sent) }
        }
        #expect(context == nil)
    }

    @Test("a socket keeps its context, and everything is released at the end")
    func releases() throws {
        weak var context: Context?
        var socket: Socket? = try {
            let own = try Context()
            context = own
            return try Socket(own, .dealer, brisk())
        }()
        #expect(context?.openSockets == 1)
        #expect(try socket?.receive() == nil)
        socket = nil
        #expect(context == nil)
    }

    @Test("an option that is refused leaves no socket behind")
    func refusedOption() throws {
        let context = try Context()
        let error = #expect(throws: ZMQError.self) {
            try Socket(context, .dealer, brisk { $0.routingID = [] })
        }
        #expect(
            error?.description
                == "zmq_setsockopt failed: ZMQ_ROUTING_ID of 0 bytes: Invalid argument (22)")
        #expect(context.openSockets == 0)
    }

    @Test("every option is accepted by the library")
    func allOptions() throws {
        let context = try Context()
        let keys = try CurveKeyPair.generate()
        let options = brisk {
            $0.maximumFrameBytes = 1 << 20
            $0.heartbeat = .init(interval: .seconds(10), timeout: .seconds(30))
            $0.keepAlive = .init(idle: .seconds(60), interval: .seconds(10), count: 3)
            $0.handshakeTimeout = .seconds(5)
            $0.routingID = bytes("me")
            $0.security = .curveServer(keys)
            $0.zapDomain = "test"
        }
        let socket = try Socket(context, .router, options)
        try socket.bind("tcp://127.0.0.1:*")
        #expect(context.openSockets == 1)
    }

    @Test("errors name the call, the endpoint, the reason and the remedy")
    func errorTexts() throws {
        let context = try Context()
        let first = try Socket(context, .router, brisk())
        let endpoint = try first.bind("tcp://127.0.0.1:*")
        let second = try Socket(context, .router, brisk())
        let used = #expect(throws: ZMQError.self) { try second.bind(endpoint) }
        #expect(
            used?.description == """
                zmq_bind failed: \(endpoint): Address already in use (98)
                hint: another process listens there; choose another port, or * for a free one
                """)
        let wrong = #expect(throws: ZMQError.self) { try second.connect("localhost:5555") }
        #expect(
            wrong?.description == """
                zmq_connect failed: localhost:5555: Invalid argument (22)
                hint: an endpoint looks like tcp://127.0.0.1:5555 or ipc:///path
                """)
        let long = "ipc:///tmp/" + String(repeating: "x", count: 120)
        let tooLong = #expect(throws: ZMQError.self) { try second.bind(long) }
        #expect(
            tooLong?.description == """
                zmq_bind failed: \(long): File name too long (36)
                hint: the path of a local socket has at most 107 bytes
                """)
    }

    @Test("after the context's shutdown every call reports the end")
    func shutdown() throws {
        let context = try Context()
        let dealer = try Socket(context, .dealer, brisk())
        var poller = Poller()
        _ = poller.add(dealer)
        context.shutdown()
        #expect(try poller.wait(nil) == nil)
        #expect(try dealer.receive() == nil)
        #expect(dealer.hasEnded)
        #expect(try dealer.send([[1]]) == .ended)
    }
}
