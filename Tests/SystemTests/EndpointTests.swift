import System
import Testing

@Suite struct EndpointTests {
    private func problem(_ text: String, _ purpose: Endpoint.Purpose) -> String {
        do {
            return "read as \(try Endpoint(text, to: purpose))"
        } catch {
            return error.description
        }
    }

    @Test(
        "nobody but this machine is behind a socket file or a loopback number",
        arguments: [
            "ipc:///tmp/x", "tcp://127.0.0.1:5", "tcp://127.255.3.2:5", "tcp://localhost:5",
            "tcp://LocalHost:5", "tcp://[::1]:5", "tcp://[0:0:0:0:0:0:0:1]:5",
            "tcp://[::ffff:127.0.0.1]:5",
        ])
    func local(_ text: String) throws {
        #expect(try Endpoint(text, to: .listen).isLocal)
        #expect(try Endpoint(text, to: .connect).isLocal)
    }

    @Test(
        "a name is never loopback, however it begins, and neither is another number",
        arguments: [
            "tcp://127.example.org:5", "tcp://localhost.example.org:5", "tcp://127-0-0-1:5",
            "tcp://10.0.0.1:5", "tcp://[::2]:5", "tcp://[fe80::1%eth0]:5", "tcp://lo:5",
            "tcp://[::ffff:10.0.0.1]:5",
        ])
    func remote(_ text: String) throws {
        #expect(try !Endpoint(text, to: .listen).isLocal)
        #expect(try !Endpoint(text, to: .connect).isLocal)
    }

    @Test("localhost is a number before anybody looks it up, and a worker may leave tcp:// out")
    func spelling() throws {
        #expect(try Endpoint("tcp://localhost:5", to: .listen).description == "tcp://127.0.0.1:5")
        #expect(try Endpoint("localhost:5", to: .connect).description == "tcp://127.0.0.1:5")
        #expect(try Endpoint("node7:5", to: .connect).description == "tcp://node7:5")
        #expect(try Endpoint("[::1]:5", to: .connect).description == "tcp://[::1]:5")
        #expect(try Endpoint("tcp://*:*", to: .listen).description == "tcp://*:*")
    }

    @Test(
        "what is no address is refused",
        arguments: [
            "", "5555", "tcp://", "tcp://:5", "udp://a:1", "ipc://", "tcp://::1:5", "tcp://[x]:5",
            "tcp://127.1:5", "tcp://2130706433:5", "tcp://a b:5", "tcp://10.0.0.1;127.0.0.1:5",
            "tcp://[::1:5", "tcp://1.2.3.4.5:5", "tcp://127.0.0.1\u{661}:5",
        ], [Endpoint.Purpose.listen, .connect])
    func malformed(_ text: String, _ purpose: Endpoint.Purpose) {
        #expect(problem(text, purpose).hasPrefix("cannot \(purpose.rawValue): \(text): "))
    }

    @Test("ports are numbers up to 65535; only a listener may leave the choice open")
    func ports() {
        for port in ["", "x", "65536", "-1", "+1", "\u{661}"] {
            #expect(problem("tcp://a:\(port)", .listen).hasSuffix("\"\(port)\" is not a port"))
            #expect(problem("tcp://a:\(port)", .connect).hasSuffix("\"\(port)\" is not a port"))
        }
        #expect(problem("tcp://a:*", .listen) == "read as tcp://a:*")
        #expect(problem("tcp://a:*", .connect).hasSuffix("\"*\" is not a port"))
        #expect(problem("tcp://a:0", .connect).hasSuffix("\"0\" is not a port"))
    }

    @Test(
        "nobody connects to a wildcard, which a listener is told of by another address",
        arguments: ["tcp://0.0.0.0:5", "tcp://*:5", "tcp://[::]:5"])
    func wildcards(_ text: String) throws {
        #expect(problem(text, .connect).hasSuffix("(hint: name the coordinator's machine)"))
        let reached = try Endpoint(text, to: .listen).reached(at: .ipv4("10.1.2.3"))
        #expect(reached.description == "tcp://10.1.2.3:5")
        let own = try Endpoint("tcp://127.0.0.1:5", to: .listen)
        #expect(own.reached(at: .ipv4("10.1.2.3")) == own)
    }

    @Test("this machine's address for others is a number and no wildcard")
    func hostAddress() {
        guard case .ipv4 = HostAddress.own else {
            Issue.record("not a number")
            return
        }
        #expect(!HostAddress.own.isWildcard)
    }
}
