import CZeroMQ

/// One ZeroMQ socket; belongs to the thread that made it and keeps its context alive.
///
/// A class and not a `~Copyable` value because the loop that owns it and the `Poller` that waits
/// on it both hold it; its release cannot fail.
package final class Socket {
    /// The patterns grokmap uses.
    package enum Kind: Sendable {
        /// Talks to many peers by routing id, asynchronously.
        case router
        /// Talks to its peers asynchronously.
        case dealer
        /// Answers one request at a time.
        case reply
        /// Asks one question at a time.
        case request
        /// Exactly one peer, mostly over `inproc://`.
        case pair
    }

    /// What became of a message handed to `send`.
    package enum SendOutcome: Equatable, Sendable {
        /// Queued; says nothing about delivery.
        case sent
        /// No room, or no peer yet; nothing was queued.
        case wouldBlock
        /// A router knows no peer with this routing id.
        case hostUnreachable
        /// The context was shut down.
        case ended
    }

    /// The pattern this socket speaks.
    package let kind: Kind
    /// True once the context was shut down: nothing will be sent or received any more.
    package private(set) var hasEnded = false
    let pointer: UnsafeMutableRawPointer
    private let context: Context

    /// Opens a socket with its options set; bind or connect it next.
    package init(_ context: Context, _ kind: Kind, _ options: SocketOptions = SocketOptions())
        throws(ZMQError)
    {
        guard let pointer = zmq_socket(context.pointer, kind.code) else {
            throw ZMQError(call: "zmq_socket", code: zmq_errno(), subject: "\(kind)")
        }
        self.pointer = pointer
        self.context = context
        self.kind = kind
        context.socketOpened()
        // From here on a throw runs deinit, which closes the socket.
        try apply(options)
    }

    deinit {
        // zmq_close(3) fails only for a pointer that is no socket.
        _ = Call.status { zmq_close(pointer) }
        context.socketClosed()
    }

    /// Listens on an endpoint and returns the actual one (`tcp://127.0.0.1:*` gets a port).
    @discardableResult
    package func bind(_ endpoint: String) throws(ZMQError) -> String {
        let status = Call.status { zmq_bind(pointer, endpoint) }
        guard status >= 0 else {
            throw Call.error("zmq_bind", endpoint, status, hint: Self.hint(status))
        }
        return try lastEndpoint()
    }

    /// Stops listening on an endpoint that `bind` returned; closing does it too, but only some time
    /// later, in libzmq's own thread.
    package func unbind(_ endpoint: String) throws(ZMQError) {
        try Call.check("zmq_unbind", endpoint) { zmq_unbind(pointer, endpoint) }
    }

    /// Connects to an endpoint in the background; succeeds whether or not somebody listens there.
    package func connect(_ endpoint: String) throws(ZMQError) {
        let status = Call.status { zmq_connect(pointer, endpoint) }
        guard status >= 0 else {
            throw Call.error("zmq_connect", endpoint, status, hint: Self.hint(status))
        }
    }

    /// Sends all frames as one message without blocking; the bytes are copied.
    package func send(_ frames: [[UInt8]]) throws(ZMQError) -> SendOutcome {
        precondition(!frames.isEmpty, "a message has at least one frame")
        var outcome = SendOutcome.sent
        for (index, frame) in frames.enumerated() {
            let isLast = index == frames.count - 1
            let flags = ZMQ_DONTWAIT | (isLast ? 0 : ZMQ_SNDMORE)
            let status = Call.status {
                frame.withUnsafeBytes { zmq_send(pointer, $0.baseAddress, $0.count, flags) }
            }
            if status >= 0 { continue }
            switch -status {
            case EAGAIN: outcome = .wouldBlock
            case EHOSTUNREACH: outcome = .hostUnreachable
            case ETERM:
                hasEnded = true
                return .ended
            default: throw Call.error("zmq_send", "\(kind) socket", status)
            }
            // Refused at the first frame, nothing is queued. Later (the peer went away in the
            // middle) libzmq rolls back and discards the frames that follow up to the last one,
            // which it must therefore be given: else it would discard the next message's.
            if index == 0 { return outcome }
        }
        return outcome
    }

    /// Parts of a message that are kept.
    package static let mostFrames = 16

    /// Who sent the message that was received last, as the authenticator calls them: the peer's key in Z85. Nil where
    /// nobody was asked.
    package private(set) var sender: String?

    /// The descriptor of the connection that the message came on that was received last; it may be closed by now, and its
    /// number another's. Nil where there is none (`inproc://`).
    package private(set) var senderDescriptor: CInt?

    /// The next whole message, copied, or nil when none is there (or the context has ended).
    package func receive() throws(ZMQError) -> [[UInt8]]? {
        var frames: [[UInt8]] = []
        var message = zmq_msg_t()
        _ = zmq_msg_init(&message)
        defer { _ = zmq_msg_close(&message) }
        repeat {
            let status = Call.status { zmq_msg_recv(&message, pointer, ZMQ_DONTWAIT) }
            guard status >= 0 else {
                if status == -EAGAIN { return nil }
                guard status == -ETERM else {
                    throw Call.error("zmq_msg_recv", "\(kind) socket", status)
                }
                hasEnded = true
                return nil
            }
            // Of a message with more parts than anybody means, the rest is thrown away.
            guard frames.count < Socket.mostFrames else { continue }
            frames.append(
                [UInt8](
                    UnsafeRawBufferPointer(
                        start: zmq_msg_data(&message), count: zmq_msg_size(&message))))
        } while zmq_msg_more(&message) != 0
        sender = zmq_msg_gets(&message, "User-Id").map { String(cString: $0) }
        let descriptor = zmq_msg_get(&message, ZMQ_SRCFD)
        senderDescriptor = descriptor >= 0 ? descriptor : nil
        return frames
    }

    private func lastEndpoint() throws(ZMQError) -> String {
        var buffer = [CChar](repeating: 0, count: 1024)
        var size = buffer.count
        try Call.check("zmq_getsockopt", "ZMQ_LAST_ENDPOINT") {
            zmq_getsockopt(pointer, ZMQ_LAST_ENDPOINT, &buffer, &size)
        }
        // The size counts the terminating zero.
        return String(
            decoding: buffer.prefix(max(0, size - 1)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func hint(_ status: CInt) -> String? {
        switch -status {
        case EADDRINUSE: "another process listens there; choose another port, or * for a free one"
        case EINVAL, EPROTONOSUPPORT: "an endpoint looks like tcp://127.0.0.1:5555 or ipc:///path"
        case ENODEV, EADDRNOTAVAIL:
            "write 127.0.0.1, a number of this machine, 0.0.0.0 for all of them, or the name of a"
                + " network interface"
        case ENAMETOOLONG: "the path of a local socket has at most 107 bytes"
        default: nil
        }
    }
}

// A socket may be moved to another thread but never shared: libzmq aborts the process when two
// threads are inside one socket.
@available(*, unavailable)
extension Socket: Sendable {}

extension Socket.Kind {
    fileprivate var code: CInt {
        switch self {
        case .router: ZMQ_ROUTER
        case .dealer: ZMQ_DEALER
        case .reply: ZMQ_REP
        case .request: ZMQ_REQ
        case .pair: ZMQ_PAIR
        }
    }
}
