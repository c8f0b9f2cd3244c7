/// Waits that double up to a limit, each shortened at random by up to a half so that many clients do not come at once.
struct Backoff: Sendable, Equatable {
    /// The first wait.
    let shortest: Duration
    /// No wait is longer.
    let longest: Duration
    private var next: Duration

    /// Waits from `shortest` to `longest`.
    init(shortest: Duration, longest: Duration) {
        self.shortest = shortest
        self.longest = longest
        next = shortest
    }

    /// The next wait.
    ///
    /// - Parameter jitter: uniform in [0, 1).
    /// - Returns: how long to wait.
    mutating func wait(jitter: Double) -> Duration {
        let whole = next
        next = min(longest, whole * 2)
        return whole * (1 - jitter / 2)
    }

    /// Begins again with the shortest wait.
    mutating func reset() { next = shortest }
}
