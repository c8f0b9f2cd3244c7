/// What a prediction could not be computed for.
package struct TheoryError: Error, Hashable, CustomStringConvertible {
    /// What was computed.
    package var action: String
    /// What it was computed for.
    package var subject: String
    /// Why it failed.
    package var reason: String

    /// One line.
    package var description: String { "\(action): \(subject): \(reason)" }
}
