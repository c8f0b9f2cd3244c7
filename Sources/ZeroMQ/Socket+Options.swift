import CZeroMQ

extension Socket {
    /// Sets every option; called before bind and connect, which is when zmq_setsockopt(3) says that
    /// all options except a few "only take effect for subsequent socket bind/connects".
    func apply(_ options: SocketOptions) throws(ZMQError) {
        try set(ZMQ_LINGER, "ZMQ_LINGER", options.linger.milliseconds)
        try set(ZMQ_IMMEDIATE, "ZMQ_IMMEDIATE", options.immediate ? 1 : 0)
        // A high-water mark of zero means no limit: unbounded memory, so it is not offered.
        precondition(options.sendHighWater > 0 && options.receiveHighWater > 0)
        try set(ZMQ_SNDHWM, "ZMQ_SNDHWM", CInt(clamping: options.sendHighWater))
        try set(ZMQ_RCVHWM, "ZMQ_RCVHWM", CInt(clamping: options.receiveHighWater))
        try set(ZMQ_RECONNECT_IVL, "ZMQ_RECONNECT_IVL", options.reconnectInterval.milliseconds)
        try set(
            ZMQ_RECONNECT_IVL_MAX, "ZMQ_RECONNECT_IVL_MAX", options.reconnectMaximum.milliseconds)
        try set(ZMQ_HANDSHAKE_IVL, "ZMQ_HANDSHAKE_IVL", options.handshakeTimeout.milliseconds)
        if options.isIPv6 { try set(ZMQ_IPV6, "ZMQ_IPV6", 1) }
        if kind == .router, options.routerMandatory {
            try set(ZMQ_ROUTER_MANDATORY, "ZMQ_ROUTER_MANDATORY", 1)
        }
        if let limit = options.maximumFrameBytes { try setMaximum(Int64(limit)) }
        if let id = options.routingID { try set(ZMQ_ROUTING_ID, "ZMQ_ROUTING_ID", bytes: id) }
        if let heartbeat = options.heartbeat { try apply(heartbeat) }
        if let keepAlive = options.keepAlive { try apply(keepAlive) }
        if let domain = options.zapDomain {
            try set(ZMQ_ZAP_DOMAIN, "ZMQ_ZAP_DOMAIN", bytes: Array(domain.utf8))
        }
        try apply(options.security)
    }

    private func apply(_ heartbeat: SocketOptions.Heartbeat) throws(ZMQError) {
        try set(ZMQ_HEARTBEAT_IVL, "ZMQ_HEARTBEAT_IVL", heartbeat.interval.milliseconds)
        try set(ZMQ_HEARTBEAT_TIMEOUT, "ZMQ_HEARTBEAT_TIMEOUT", heartbeat.timeout.milliseconds)
        try set(ZMQ_HEARTBEAT_TTL, "ZMQ_HEARTBEAT_TTL", heartbeat.timeToLive.milliseconds)
    }

    private func apply(_ keepAlive: SocketOptions.KeepAlive) throws(ZMQError) {
        try set(ZMQ_TCP_KEEPALIVE, "ZMQ_TCP_KEEPALIVE", 1)
        try set(ZMQ_TCP_KEEPALIVE_IDLE, "ZMQ_TCP_KEEPALIVE_IDLE", keepAlive.idle.wholeSeconds)
        try set(
            ZMQ_TCP_KEEPALIVE_INTVL, "ZMQ_TCP_KEEPALIVE_INTVL", keepAlive.interval.wholeSeconds)
        try set(ZMQ_TCP_KEEPALIVE_CNT, "ZMQ_TCP_KEEPALIVE_CNT", CInt(clamping: keepAlive.count))
    }

    private func apply(_ security: SocketOptions.Security) throws(ZMQError) {
        switch security {
        case .none:
            break
        case .curveServer(let own):
            try set(ZMQ_CURVE_SERVER, "ZMQ_CURVE_SERVER", 1)
            try set(ZMQ_CURVE_SECRETKEY, "ZMQ_CURVE_SECRETKEY", bytes: own.secretKey.bytes)
        case .curveClient(let own, let server):
            try set(ZMQ_CURVE_SERVERKEY, "ZMQ_CURVE_SERVERKEY", bytes: server.bytes)
            try set(ZMQ_CURVE_PUBLICKEY, "ZMQ_CURVE_PUBLICKEY", bytes: own.publicKey.bytes)
            try set(ZMQ_CURVE_SECRETKEY, "ZMQ_CURVE_SECRETKEY", bytes: own.secretKey.bytes)
        }
    }

    /// Most options are a C int; passing Swift's 8-byte Int would be refused or misread.
    private func set(_ option: CInt, _ name: String, _ value: CInt) throws(ZMQError) {
        var value = value
        try Call.check("zmq_setsockopt", "\(name) = \(value)") {
            zmq_setsockopt(pointer, option, &value, MemoryLayout<CInt>.size)
        }
    }

    private func set(_ option: CInt, _ name: String, bytes: [UInt8]) throws(ZMQError) {
        try Call.check("zmq_setsockopt", "\(name) of \(bytes.count) bytes") {
            bytes.withUnsafeBytes { zmq_setsockopt(pointer, option, $0.baseAddress, $0.count) }
        }
    }

    /// ZMQ_MAXMSGSIZE is the one option here that is 64 bits wide.
    private func setMaximum(_ limit: Int64) throws(ZMQError) {
        var value = limit
        try Call.check("zmq_setsockopt", "ZMQ_MAXMSGSIZE = \(limit)") {
            zmq_setsockopt(pointer, ZMQ_MAXMSGSIZE, &value, MemoryLayout<Int64>.size)
        }
    }
}

extension Duration {
    /// Whole milliseconds, rounded up so that a short wait never becomes a busy loop.
    var milliseconds: CInt {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return CInt.max }
        return CInt(clamping: whole + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    fileprivate var wholeSeconds: CInt { Swift.max(1, CInt(clamping: components.seconds)) }
}
