import Core

/// Something that could not be done: what, with which subject, why, and what to do about it.
package struct SystemError: Error, CustomStringConvertible, Equatable {
    /// What was attempted: `open the sweep directory`.
    package var action: String
    /// The path, cell or address it was attempted on.
    package var subject: String
    /// Why it failed.
    package var reason: String
    /// What to do about it.
    package var hint: String?

    /// Whether what is there is damaged, rather than out of reach for now.
    package var isDamage = false

    /// An error.
    package init(_ action: String, _ subject: String, _ reason: String, hint: String? = nil) {
        self.action = action
        self.subject = subject
        self.reason = reason
        self.hint = hint
    }

    /// An error from the system call that just failed.
    package init(_ action: String, _ subject: String, errno code: Int32, hint: String? = nil) {
        self.init(action, subject, Posix.text(code), hint: hint)
    }

    /// One line.
    package var description: String {
        let line = "cannot \(action): \(subject): \(reason)"
        return (hint.map { "\(line) (hint: \($0))" } ?? line).onOneLine
    }
}
