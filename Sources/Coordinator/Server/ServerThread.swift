import Core
import Foundation
import Logging
import Synchronization
import System
import ZeroMQ

/// The server's thread: makes the sockets, runs the loop, keeps its outcome.
///
/// A thread of its own, because blocking calls must not hold up Swift's cooperative pool, and because sockets and HDF5
/// belong to one thread.
final class ServerThread: Sendable {
    /// What a server is made of; values and thread-safe handles only.
    struct Parts: Sendable {
        /// The plan.
        var plan: SweepPlan
        /// The scheduler, restored from ledger and files.
        var scheduler: Scheduler
        /// The ledger.
        var ledger: Ledger
        /// The sweep's directory.
        var directory: String
        /// What makes this process its owner.
        var ownership: DirectoryClaim?
        /// Where to listen.
        var endpoints: [Endpoint]
        /// The keys for every endpoint but the first, which only this user can reach; nil for none.
        var security: Security?
        /// How the server is asked to end.
        var control: SweepServer.Control
        /// Where it shows its state.
        var board: StatusBoard
        /// Where launchers leave what the ledger is to know.
        var launches: LaunchLog
        /// Where it logs.
        var log: Logger
    }

    /// The keys of connections from other machines.
    struct Security: Sendable {
        /// The coordinator's own pair.
        var keys: CurveKeyPair
        /// The workers that are let in.
        var workers: [KeyRing.Entry]
        /// Reads them again, nil when that fails: then the ones before stay.
        var reload: @Sendable () -> [KeyRing.Entry]?
    }

    private let outcome = Mutex<Result<Void, any Error>?>(nil)

    /// Starts serving.
    init(_ parts: Parts) {
        let thread = Thread { [self] in
            let result = Result { try ServerThread.serve(parts) }
            outcome.withLock { $0 = result }
            parts.board.update { $0.ended = true }
        }
        thread.name = "grokmap-server"
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// How serving ended, nil while it goes on.
    var result: Result<Void, any Error>? { outcome.withLock { $0 } }

    private static func serve(_ parts: Parts) throws {
        let context = try Context()
        var sockets: [Socket] = []
        var actual: [String] = []
        // Before any bind: without a handler libzmq would let every key in (zmq_curve(7)).
        let domain = "grokmap"
        let gate = try parts.security.map {
            try Authenticator(context, domain: domain, allowing: Set($0.workers.map(\.key)))
        }
        defer { withExtendedLifetime(gate) {} }
        for (place, endpoint) in parts.endpoints.enumerated() {
            var options = options
            options.isIPv6 = endpoint.isIPv6
            if place > 0, let security = parts.security {
                options.security = .curveServer(security.keys)
                options.zapDomain = domain
            }
            let socket = try Socket(context, .router, options)
            actual.append(try socket.bind("\(endpoint)"))
            sockets.append(socket)
            if place > 0, let gate, let security = parts.security {
                try checkRefusal(context, try Endpoint(actual[place], to: .listen), security, gate)
            }
        }
        let endpoints = actual
        parts.board.update { $0.endpoints = endpoints }
        let directory = SweepDirectory(parts.directory)
        var names = ServerThread.names(parts.security?.workers ?? [])
        let ports = try endpoints.dropFirst().compactMap { try Endpoint($0, to: .listen).port }
        let watch = ConnectionWatch(ports: ports, parts.log)
        try SweepServer(
            parts, store: CellStore(directory, parts.ledger),
            checkpoints: CheckpointStore(directory, parts.ledger, parts.plan.spec) {
                parts.control.wake()
            },
            sockets: sockets, gate: gate, names: { names }, watch: watch
        ).run {
            guard let workers = parts.security?.reload() else { return }
            gate?.allow(Set(workers.map(\.key)))
            names = ServerThread.names(workers)
        }
    }

    private static func names(_ workers: [KeyRing.Entry]) -> [String: String] {
        Dictionary(workers.map { ($0.key.z85, $0.name) }, uniquingKeysWith: { first, _ in first })
    }

    /// Knocks with a key that nobody knows, and goes on only when it was turned away.
    private static func checkRefusal(
        _ context: Context, _ endpoint: Endpoint, _ security: Security, _ gate: Authenticator
    ) throws {
        var options = SocketOptions()
        options.linger = .zero
        options.isIPv6 = endpoint.isIPv6
        options.security = .curveClient(
            try CurveKeyPair.generate(), server: security.keys.publicKey)
        let stranger = try Socket(context, .dealer, options)
        // A wildcard address is reached on this machine.
        try stranger.connect("\(endpoint.reached(at: .ipv4("127.0.0.1")))")
        _ = try stranger.send([Array("knock".utf8)])
        for _ in 0..<100 {
            if gate.denials > 0 { return }
            Thread.sleep(forTimeInterval: 0.02)
        }
        throw CoordinatorError(
            "listen", "\(endpoint)", "an unknown key was not refused, so nobody would be",
            hint: "check that libzmq was built with CURVE")
    }

    /// Bounded everywhere: a peer that floods or never reads costs itself, not the sweep.
    private static var options: SocketOptions {
        var options = SocketOptions()
        options.linger = .milliseconds(1000)
        options.sendHighWater = 1000
        // A slot sends twelve pieces ahead; what more there is waits in the peer's memory.
        options.receiveHighWater = 64
        options.maximumFrameBytes = FileChunk.largestPayload + 4096
        // Strangers have descriptors for so long and no longer.
        options.handshakeTimeout = .seconds(5)
        options.heartbeat = .init(interval: .seconds(10), timeout: .seconds(30))
        return options
    }
}
