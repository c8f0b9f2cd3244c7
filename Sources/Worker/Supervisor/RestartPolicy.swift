/// How a child process ended.
enum ChildExit: Sendable, Equatable, CustomStringConvertible {
    case code(Int32)
    case signal(Int32)

    /// Reads a status of waitpid(2).
    init(status: Int32) {
        // WIFSIGNALED and its kin are macros that Swift does not see; the low seven bits are the signal.
        let signal = status & 0x7f
        self = signal == 0 ? .code((status >> 8) & 0xff) : .signal(signal)
    }

    /// `exit code 1` or `signal 9`.
    var description: String {
        switch self {
        case .code(let code): "exit code \(code)"
        case .signal(let signal): "signal \(signal)"
        }
    }
}

/// What becomes of one slot when its process ends.
struct RestartPolicy: Sendable {
    /// What is to be done.
    enum Decision: Sendable, Equatable {
        /// It ended on purpose.
        case leave
        /// It crashed: start it again after this wait.
        case restart(after: Duration)
        /// It crashes over and over.
        case giveUp
    }

    /// Crashes in a row, each within `soon` of its start, after which a slot is given up.
    static let mostCrashes = 10
    /// A process that ran this long before it crashed begins a new row.
    static let soon = Duration.seconds(60)

    private var crashes = 0
    private var backoff = Backoff(shortest: .milliseconds(500), longest: .seconds(30))

    /// A slot that has not crashed.
    init() {}

    /// Decides about a process that ended.
    ///
    /// - Parameters:
    ///   - exit: how it ended.
    ///   - ranFor: how long it had run.
    ///   - jitter: uniform in [0, 1).
    /// - Returns: what is to be done.
    mutating func decide(_ exit: ChildExit, ranFor: Duration, jitter: Double) -> Decision {
        switch exit {
        case .code(0), .code(SlotExit.rejectedCode),
            .code(SlotExit.lostCode), .code(SlotExit.neverFoundCode), .code(SlotExit.brokenCode):
            return .leave
        case .code, .signal:
            if ranFor >= RestartPolicy.soon {
                crashes = 0
                backoff.reset()
            }
            crashes += 1
            guard crashes < RestartPolicy.mostCrashes else { return .giveUp }
            return .restart(after: backoff.wait(jitter: jitter))
        }
    }
}
