import Core
import Foundation
import ZeroMQ

/// Asks the coordinator that runs a sweep on this machine, if there is one.
enum LiveQuestion {
    /// Seconds to wait for an answer: a coordinator that is busy writing answers a moment later.
    private static let patience = 3.0

    /// What the coordinator knows of a cell, slot, worker or host.
    ///
    /// - Returns: one thing a line; none when nobody runs the sweep, nobody answers, or nothing is known.
    /// - Throws: `CoordinatorError` or `ZMQError` when this machine has no sockets for the question.
    static func ask(_ subject: String, of directory: SweepDirectory) throws -> [String] {
        guard directory.isClaimed else { return [] }
        let context = try Context()
        var options = SocketOptions()
        options.linger = .zero
        let socket = try Socket(context, .dealer, options)
        try socket.connect("\(try LocalEndpoint.endpoint(for: directory.path))")
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
