import Core

/// What a complete result holds.
enum ResultReading: Sendable {
    /// A sound cell of this sweep, in so many bytes, and its phase under the sweep's rule.
    case sound(Phase?, size: Int)
    /// No such cell, and why.
    case unusable(String)
}
