@preconcurrency import Glibc

/// What whoever started this process wants of signals.
package enum Signals {
    /// Those of the signals that may be taken: one that is ignored at the start stays ignored (`nohup`, a script's
    /// background job), as every program's does.
    package static func takeable(_ signals: [Int32]) -> [Int32] {
        signals.filter { !isIgnored($0) }
    }

    /// Whether a signal is ignored now (sigaction(2)).
    package static func isIgnored(_ number: Int32) -> Bool {
        var present = sigaction()
        guard sigaction(number, nil, &present) == 0 else { return false }
        // SIG_IGN is the address 1, which no handler has.
        return unsafeBitCast(present.__sigaction_handler.sa_handler, to: Int.self) == 1
    }
}
