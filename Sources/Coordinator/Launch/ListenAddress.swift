/// Decides whether an address may be listened on.
enum ListenAddress {
    /// Checks a `--bind` address: ZeroMQ's `tcp://host:port` or `ipc://path`.
    ///
    /// - Parameters:
    ///   - address: the address.
    ///   - encrypted: whether connections will be authenticated and encrypted.
    /// - Throws: `CoordinatorError` for a form that ZeroMQ does not take, or a public address in the clear.
    static func check(_ address: String, encrypted: Bool) throws(CoordinatorError) {
        if address.hasPrefix("ipc://"), address.utf8.count > 6 { return }
        guard address.hasPrefix("tcp://"), let colon = address.lastIndex(of: ":"),
            colon > address.index(address.startIndex, offsetBy: 6)
        else {
            throw CoordinatorError(
                "listen", address, "not an address",
                hint: "write tcp://HOST:PORT, for example tcp://127.0.0.1:5555")
        }
        let host = address[address.index(address.startIndex, offsetBy: 6)..<colon]
        let port = address[address.index(after: colon)...]
        guard port == "*" || UInt16(port) != nil else {
            throw CoordinatorError("listen", address, "\"\(port)\" is not a port")
        }
        // All digits, or a name such as 127.example.org would pass.
        let isLoopback =
            host == "localhost" || host == "[::1]"
            || (host.hasPrefix("127.") && host.allSatisfy { $0 == "." || $0.isNumber })
        guard isLoopback || encrypted else {
            throw CoordinatorError(
                "listen", address, "anyone who reaches it could read and hand in results",
                hint: "make keys with grokmap keys create and name their directory with --keys")
        }
    }
}
