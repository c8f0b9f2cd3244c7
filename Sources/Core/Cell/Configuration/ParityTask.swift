/// Parity of the first `relevant` of some random bits, each ±1.
package struct ParityTask: Sendable, Hashable {
    /// Bits that matter.
    package var relevant = 3
    /// Bits that do not.
    package var irrelevant = 40
    /// Examples drawn.
    package var samples = 2000
}

extension ParityTask: KeyedMapping {
    static let keys: [Key<ParityTask>] = [
        Key(
            "relevant", \.relevant, .integer(1...64),
            "bits, the first ones, whose parity is the label"),
        Key("irrelevant", \.irrelevant, .integer(0...4096), "bits beside them"),
        Key("samples", \.samples, .integer(2...1_000_000), "examples"),
    ]
}
