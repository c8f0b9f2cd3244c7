import Testing
import ZeroMQ

@Suite("Authenticator", .serialized, .timeLimit(.minutes(10)))
struct AuthenticatorTests {
    private let context: Context
    private let serverKeys: CurveKeyPair
    private let clientKeys: CurveKeyPair

    init() throws {
        context = try Context()
        serverKeys = try CurveKeyPair.generate()
        clientKeys = try CurveKeyPair.generate()
    }

    @Test("a key on the list is let in and the messages arrive both ways")
    func admits() throws {
        let authenticator = try Authenticator(
            context, domain: "test", allowing: [clientKeys.publicKey])
        let (router, endpoint) = try server()
        let client = try dealer(clientKeys, endpoint)
        #expect(try client.send([bytes("hello")]) == .sent)
        let message = try #require(try router.next())
        #expect(message.last == bytes("hello"))
        #expect(try router.send(message) == .sent)
        #expect(try client.next() == [bytes("hello")])
        #expect(authenticator.admissions == 1)
        #expect(authenticator.denials == 0)
        #expect(authenticator.failure == nil)
    }

    @Test("an unknown key is refused and counted, until the list is replaced")
    func refusesUnknownKey() throws {
        let authenticator = try Authenticator(context, domain: "test")
        let (router, endpoint) = try server()
        let client = try dealer(clientKeys, endpoint)
        #expect(try client.send([bytes("let me in")]) == .sent)
        #expect(eventually { authenticator.denials == 1 })
        #expect(try router.receive() == nil)
        authenticator.allow([clientKeys.publicKey])
        // The refused socket is not retried; a new one is asked about again.
        let again = try dealer(clientKeys, endpoint)
        #expect(try again.send([bytes("again")]) == .sent)
        #expect(try router.next()?.last == bytes("again"))
        authenticator.allow([])
        let last = try dealer(clientKeys, endpoint)
        #expect(try last.send([bytes("too late")]) == .sent)
        #expect(eventually { authenticator.denials >= 2 })
        #expect(try router.receive() == nil)
    }

    @Test("a peer without encryption, or with the wrong server key, is not heard")
    func refusesPlaintext() throws {
        let authenticator = try Authenticator(
            context, domain: "test", allowing: [clientKeys.publicKey])
        let (router, endpoint) = try server()
        let plain = try Socket(context, .dealer, brisk())
        try plain.connect(endpoint)
        #expect(try plain.send([bytes("plain")]) == .sent)
        let misled = try Socket(
            context, .dealer,
            brisk { $0.security = .curveClient(clientKeys, server: clientKeys.publicKey) })
        try misled.connect(endpoint)
        #expect(try misled.send([bytes("misled")]) == .sent)
        let client = try dealer(clientKeys, endpoint)
        #expect(try client.send([bytes("good")]) == .sent)
        #expect(try router.next()?.last == bytes("good"))
        #expect(try router.next(within: .milliseconds(200)) == nil)
        #expect(authenticator.admissions == 1)
    }

    @Test("a server that forgot its keys is closed by its domain")
    func refusesNull() throws {
        let authenticator = try Authenticator(
            context, domain: "test", allowing: [clientKeys.publicKey])
        let router = try Socket(context, .router, brisk { $0.zapDomain = "test" })
        let endpoint = try router.bind("tcp://127.0.0.1:*")
        let plain = try Socket(context, .dealer, brisk())
        try plain.connect(endpoint)
        #expect(try plain.send([bytes("plain")]) == .sent)
        #expect(eventually { authenticator.denials >= 1 })
        #expect(try router.receive() == nil)
    }

    @Test("another domain's peers are refused even with a known key")
    func refusesOtherDomain() throws {
        let authenticator = try Authenticator(
            context, domain: "other", allowing: [clientKeys.publicKey])
        let (router, endpoint) = try server()
        let client = try dealer(clientKeys, endpoint)
        #expect(try client.send([bytes("hello")]) == .sent)
        #expect(eventually { authenticator.denials >= 1 })
        #expect(try router.receive() == nil)
    }

    @Test("without a handler CURVE lets every key in, which is why there is one")
    func libraryDefault() throws {
        let (router, endpoint) = try server()
        let client = try dealer(clientKeys, endpoint)
        #expect(try client.send([bytes("hello")]) == .sent)
        #expect(try router.next()?.last == bytes("hello"))
    }

    @Test("one context has one handler, and its end frees the place")
    func onlyOne() throws {
        do {
            let first = try Authenticator(context, domain: "test")
            let error = #expect(throws: ZMQError.self) {
                try Authenticator(context, domain: "test")
            }
            #expect(error?.subject == "inproc://zeromq.zap.01")
            #expect(first.failure == nil)
        }
        #expect(context.openSockets == 0)
        let next = try Authenticator(context, domain: "test")
        #expect(next.failure == nil)
    }

    @Test("a context that shuts down ends the handler too")
    func shutdown() throws {
        weak var released: Context?
        do {
            let own = try Context()
            released = own
            let authenticator = try Authenticator(own, domain: "test")
            own.shutdown()
            #expect(eventually { own.openSockets == 0 })
            #expect(authenticator.failure == nil)
        }
        #expect(released == nil)
    }

    private func server() throws -> (Socket, String) {
        let router = try Socket(
            context, .router,
            brisk {
                $0.security = .curveServer(serverKeys)
                $0.zapDomain = "test"
            })
        return (router, try router.bind("tcp://127.0.0.1:*"))
    }

    private func dealer(_ keys: CurveKeyPair, _ endpoint: String) throws -> Socket {
        let dealer = try Socket(
            context, .dealer,
            brisk { $0.security = .curveClient(keys, server: serverKeys.publicKey) })
        try dealer.connect(endpoint)
        return dealer
    }
}
