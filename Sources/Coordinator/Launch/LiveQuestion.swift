import Core
import Foundation
import Sweeps
import System
import ZeroMQ

/// Asks the coordinator that runs a sweep on this machine, if there is one.
enum LiveQuestion {
    /// Seconds to wait for an answer: a coordinator that is busy writing answers a moment later.
    private static let patience = 3.0

    /// What the coordinator knows of a cell, slot, worker or host.
    ///
    /// - Returns: one thing a line; none when nobody runs the sweep, nobody answers, or nothing is known.
    /// - Throws: `CoordinatorError` or `ZMQError` when this machine has no sockets for the question.
    static func ask(_ subject: String, of directory: some SweepPaths) throws -> [String] {
        guard let owner = SweepOwner(lock: directory.lockPath), owner.isAlive,
            owner.host == HostProcess.host
        else { return [] }
        let endpoint = try LocalEndpoint.endpoint(for: directory.path)
        // Of another user's coordinator there is none that could be asked.
        guard case .ipc(let path) = endpoint, Posix.exists(path) else { return [] }
        let context = try Context()
        var options = SocketOptions()
        options.linger = .zero
        let socket = try Socket(context, .dealer, options)
        try socket.connect("\(endpoint)")
        _ = try socket.send(MessageCodec.encode(.explain(Explain(subject: subject))))
        let deadline = Date(timeIntervalSinceNow: patience)
        while Date() < deadline {
            guard let frames = try socket.receive() else {
                Thread.sleep(forTimeInterval: 0.005)
                continue
            }
            // An answer that cannot be read is as good as none.
            if case .explanation(let answer)? = try? MessageCodec.decode(frames) {
                return answer.lines.map(\.onOneLine)
            }
        }
        return []
    }
}
