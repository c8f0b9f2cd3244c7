@preconcurrency import Glibc

/// Something that this machine, or an address on it, does not give: what, on what, why, and what to do about it.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    /// What was attempted: `listen`.
    package var action: String
    /// The path or address it was attempted on.
    package var subject: String
    /// Why it failed.
    package var reason: String
    /// What to do about it.
    package var hint: String?

    /// An error.
    package init(_ action: String, _ subject: String, _ reason: String, hint: String? = nil) {
        self.action = action
        self.subject = subject
        self.reason = reason
        self.hint = hint
    }

    /// An error from the system call that just failed.
    package init(_ action: String, _ subject: String, errno code: Int32, hint: String? = nil) {
        self.init(
            action, subject, "\(String(cString: strerror(code))) (errno \(code))", hint: hint)
    }

    /// One line.
    package var description: String {
        let line = "\(action): \(subject): \(reason)"
        return hint.map { "\(line) (hint: \($0))" } ?? line
    }
}
