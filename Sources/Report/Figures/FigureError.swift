/// Why a figure cannot be drawn.
package struct FigureError: Error, Hashable, CustomStringConvertible {
    /// The option that it is about, nil for none.
    package let key: String?
    /// What is wrong, and what to do.
    package let problem: String

    init(_ key: String, _ problem: String) {
        self.key = key
        self.problem = problem
    }

    init(_ problem: String) {
        key = nil
        self.problem = problem
    }

    /// The problem with its option.
    package var description: String { key.map { "\($0): \(problem)" } ?? problem }
}
