/// What is wrong with a sweep file or a cell configuration: where, what, and what to do.
package struct SweepError: Error, Hashable, CustomStringConvertible {
    /// The file's name and line, where known: `quickstart.yaml:12`.
    package var place: String?
    /// The key path it is about, from the top of the file.
    package var path: String
    /// What is wrong, with the value.
    package var problem: String
    /// What to do about it.
    package var hint: String?

    /// An error about a key path.
    package init(path: String, problem: String, hint: String? = nil, place: String? = nil) {
        self.path = path
        self.problem = problem
        self.hint = hint
        self.place = place
    }

    /// One line: place, key, problem, hint.
    package var description: String {
        let subject = path.isEmpty ? problem : "\(path): \(problem)"
        let placed = place.map { "\($0): \(subject)" } ?? subject
        return (hint.map { "\(placed) (hint: \($0))" } ?? placed).onOneLine
    }
}
