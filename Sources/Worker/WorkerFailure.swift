import System

/// Something that a worker could not do: one line for a person.
struct WorkerFailure: Error, Equatable, CustomStringConvertible {
    /// What failed.
    var what: String
    /// What it was about: a path, a cell, an address.
    var subject: String
    /// Why, with the code where there is one.
    var why: String
    /// What to do about it.
    var hint: String?

    /// A failure.
    init(_ what: String, subject: String, why: String, hint: String? = nil) {
        self.what = what
        self.subject = subject
        self.why = why
        self.hint = hint
    }

    /// What the machine room says.
    init(_ error: SystemError) {
        self.init(error.action, subject: error.subject, why: error.reason, hint: error.hint)
    }

    /// `what: subject: why (hint: …)`.
    var description: String {
        let line = "\(what): \(subject): \(why)"
        return hint.map { "\(line) (hint: \($0))" } ?? line
    }
}
