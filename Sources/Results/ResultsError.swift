/// A result file that could not be written, or that is not what it should be.
package struct ResultsError: Error, Hashable, CustomStringConvertible {
    /// What was tried.
    package enum Action: String, Sendable {
        case read
        case write
    }

    /// What was tried.
    package var action: Action
    /// The file.
    package var path: String
    /// What is wrong.
    package var problem: String
    /// What to do about it.
    package var hint: String?

    /// An error about a file.
    package init(_ action: Action = .read, path: String, problem: String, hint: String? = nil) {
        self.action = action
        self.path = path
        self.problem = problem
        self.hint = hint
    }

    /// One line: `read result: <path>: why`, with the remedy where there is one.
    package var description: String {
        let text = "\(action.rawValue) result: \(path): \(problem)"
        return hint.map { "\(text) (hint: \($0))" } ?? text
    }
}

/// Why something does not fit the schema; becomes a `ResultsError` where the file is known.
struct Mismatch: Error {
    let problem: String
    let hint: String?

    init(_ problem: String, hint: String? = nil) {
        self.problem = problem
        self.hint = hint
    }
}
