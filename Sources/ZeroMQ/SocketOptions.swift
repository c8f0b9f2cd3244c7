/// Everything that can be said about a socket before it binds or connects.
package struct SocketOptions: Sendable {
    /// How the peers prove who they are and hide what they say.
    package enum Security: Sendable {
        /// No encryption and no authentication (mechanism NULL).
        case none
        /// CURVE, the side that owns the server key.
        case curveServer(CurveKeyPair)
        /// CURVE, the side that knows the server's public key and shows its own.
        case curveClient(CurveKeyPair, server: CurveKey)
    }

    /// ZMTP pings: a connection silent for too long is closed.
    package struct Heartbeat: Sendable {
        /// Time between pings.
        package var interval: Duration
        /// Silence after a ping that closes the connection here.
        package var timeout: Duration
        /// Silence after which the other side is asked to close it.
        package var timeToLive: Duration

        /// Pings every `interval`; silence of `timeout` ends the connection on both sides.
        package init(interval: Duration, timeout: Duration, timeToLive: Duration? = nil) {
            self.interval = interval
            self.timeout = timeout
            self.timeToLive = timeToLive ?? timeout
        }
    }

    /// TCP's own probes, the last resort against peers that vanished.
    package struct KeepAlive: Sendable {
        /// Silence before the first probe.
        package var idle: Duration
        /// Time between probes.
        package var interval: Duration
        /// Unanswered probes that end the connection.
        package var count: Int

        /// Probes after `idle`, then every `interval`, `count` times.
        package init(idle: Duration, interval: Duration, count: Int) {
            self.idle = idle
            self.interval = interval
            self.count = count
        }
    }

    /// How long closing waits for unsent messages; always bounded, because unlimited linger makes
    /// ending the context wait for ever.
    package var linger: Duration = .milliseconds(500)
    /// A router reports a peer it cannot reach instead of dropping the message silently.
    package var routerMandatory = true
    /// Messages are queued only for connections that are up.
    package var immediate = false
    /// Messages queued per peer before a send would block.
    package var sendHighWater = 1000
    /// Messages queued per peer before libzmq stops reading from it.
    package var receiveHighWater = 1000
    /// A peer that sends a frame larger than this many bytes is disconnected.
    package var maximumFrameBytes: Int?
    /// ZMTP heartbeats, none when nil.
    package var heartbeat: Heartbeat?
    /// TCP keep-alive, the system's setting when nil.
    package var keepAlive: KeepAlive?
    /// First wait before connecting again.
    package var reconnectInterval: Duration = .milliseconds(100)
    /// Longest wait before connecting again (the wait doubles up to here).
    package var reconnectMaximum: Duration = .seconds(30)
    /// Time a new connection has to finish its handshake.
    package var handshakeTimeout: Duration = .seconds(30)
    /// The name a router peer will know this socket by, 1–255 bytes, the first not zero; libzmq
    /// makes one up when nil.
    package var routingID: [UInt8]?
    /// Speak IPv6; only where the endpoint is a number of that kind, because names are then looked up as IPv6 first.
    package var isIPv6 = false
    /// Encryption and keys.
    package var security: Security = .none
    /// The domain under which an `Authenticator` is asked about each peer, on the bound side.
    package var zapDomain: String?

    /// The defaults above.
    package init() {}
}
