/// Files of a task that cannot be used: which, why, and what to do.
package struct TaskError: Error, Equatable, CustomStringConvertible {
    /// The file.
    package var file: String
    /// What is wrong with it.
    package var problem: String
    /// What to do about it.
    package var hint: String?

    /// An error about a file.
    package init(_ file: String, _ problem: String, hint: String? = nil) {
        self.file = file
        self.problem = problem
        self.hint = hint
    }

    /// One line: `read task: <file>: why (hint: …)`.
    package var description: String {
        let line = "read task: \(file): \(problem)"
        return hint.map { "\(line) (hint: \($0))" } ?? line
    }
}
