import Core
import Foundation
import Logging
import Synchronization
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
        /// The sweep's directory, claimed by this process.
        var directory: String
        /// Where to listen.
        var endpoints: [String]
        /// How the server is asked to end.
        var control: SweepServer.Control
        /// Where it shows its state.
        var board: StatusBoard
        /// Where it logs.
        var log: Logger
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
        for endpoint in parts.endpoints {
            let socket = try Socket(context, .router, options)
            actual.append(try socket.bind(endpoint))
            sockets.append(socket)
        }
        let endpoints = actual
        parts.board.update { $0.endpoints = endpoints }
        let store = CellStore(SweepDirectory(parts.directory), parts.ledger)
        try SweepServer(parts, store: store, sockets: sockets).run()
    }

    /// Bounded everywhere: a peer that floods or never reads costs itself, not the sweep.
    private static var options: SocketOptions {
        var options = SocketOptions()
        options.linger = .milliseconds(1000)
        options.sendHighWater = 1000
        options.receiveHighWater = 1000
        options.maximumFrameBytes = ResultChunk.largestPayload + 4096
        options.heartbeat = .init(interval: .seconds(10), timeout: .seconds(30))
        return options
    }
}
