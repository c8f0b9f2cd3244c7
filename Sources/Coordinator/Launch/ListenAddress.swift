import System

/// Decides whether an address may be listened on.
enum ListenAddress {
    /// Reads a `--bind` address.
    ///
    /// - Parameters:
    ///   - address: the address.
    ///   - encrypted: whether connections will be authenticated and encrypted.
    /// - Returns: where to listen.
    /// - Throws: `CoordinatorError` for what is no address, or a public one in the clear.
    @discardableResult
    static func check(_ address: String, encrypted: Bool) throws(CoordinatorError) -> Endpoint {
        let endpoint = try Endpoint(address, to: .listen)
        guard endpoint.isLocal || encrypted else {
            throw CoordinatorError(
                "listen", address, "anyone who reaches it could read and hand in results",
                hint: "make keys with grokmap keys create and name their directory with --keys")
        }
        return endpoint
    }
}
