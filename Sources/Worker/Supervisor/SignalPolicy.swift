/// What the signals that ask a worker to go amount to: the first drains, the second stops.
struct SignalPolicy: Sendable {
    /// What is to be done.
    enum Decision: Sendable, Equatable {
        /// Nothing: an echo of the first signal.
        case ignore
        /// Finish and deliver what is held.
        case drain
        /// Give everything back at once.
        case stop
    }

    /// An interrupt at the terminal reaches this process, and whoever started it may pass it on as another signal: unlike
    /// signals this close are one request. The same signal twice is a person or a script that means it.
    static let echo = Duration.milliseconds(200)

    private var first: (signal: Int32, at: Duration)?

    /// No signal so far.
    init() {}

    /// Takes in TERM, INT, USR1 or USR2: they mean the same, because which one a batch system sends when is folklore.
    mutating func signalled(_ signal: Int32, at now: Duration) -> Decision {
        guard let first else {
            first = (signal, now)
            return .drain
        }
        return signal != first.signal && now < first.at + SignalPolicy.echo ? .ignore : .stop
    }
}
