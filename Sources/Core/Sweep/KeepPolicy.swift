/// What is kept of a cell beside its result.
package enum KeepPolicy: String, Sendable, CaseIterable {
    /// Its latest checkpoint, from which the same cell of a longer budget goes on.
    case lastState = "last-state"
    /// Nothing.
    case nothing
}
