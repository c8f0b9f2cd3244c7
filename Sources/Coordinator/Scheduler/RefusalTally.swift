/// Counts hellos that were turned away, so that a flood of them is a line a minute and not a line each.
struct RefusalTally: Sendable {
    private var hosts: Set<String> = []
    private var since = -Double.infinity
    private var untold = 0

    /// Hosts whose first refusal is told at once.
    private static let mostHosts = 32

    /// Takes in a refusal.
    ///
    /// - Returns: how many went untold before this one, nil when this one is not to be told either.
    mutating func add(_ host: String, _ now: Double, every seconds: Double) -> Int? {
        let isNew = hosts.count < RefusalTally.mostHosts && hosts.insert(host).inserted
        guard isNew || now - since >= seconds else {
            untold += 1
            return nil
        }
        defer { (since, untold) = (now, 0) }
        return untold
    }
}
