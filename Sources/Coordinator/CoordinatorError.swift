import Core
import System

/// Something the coordinator could not do: what, with which subject, why, and what to do about it.
struct CoordinatorError: Error, CustomStringConvertible, Equatable {
    /// What was attempted: `open the sweep directory`.
    var action: String
    /// The path, cell or address it was attempted on.
    var subject: String
    /// Why it failed.
    var reason: String
    /// What to do about it.
    var hint: String?

    /// Whether what is there is damaged, rather than out of reach for now.
    var isDamage = false

    /// An error.
    init(_ action: String, _ subject: String, _ reason: String, hint: String? = nil) {
        self.action = action
        self.subject = subject
        self.reason = reason
        self.hint = hint
    }

    /// An error from the system call that just failed.
    init(_ action: String, _ subject: String, errno code: Int32, hint: String? = nil) {
        self.init(action, subject, Posix.text(code), hint: hint)
    }

    /// What the machine room says.
    init(_ error: SystemError) {
        self.init(error.action, error.subject, error.reason, hint: error.hint)
    }

    /// One line.
    var description: String {
        let line = "cannot \(action): \(subject): \(reason)"
        return (hint.map { "\(line) (hint: \($0))" } ?? line).onOneLine
    }
}
