/// Normal rows that are all of the first of two classes (Beck, Levi & Bar-Sinai 2024, arXiv 2410.04489): a network with biases
/// generalises in the end if and only if no plane through the origin has all training rows on one side.
package struct ConstantTask: Sendable, Hashable {
    /// Numbers per example.
    package var inputs = 20
    /// Standard deviation of each.
    package var scale = 5.0
    /// Examples that may be trained on.
    package var samples = 40
    /// Further examples, all validated on.
    package var validationSamples = 300
}

extension ConstantTask: KeyedMapping {
    static let keys: [Key<ConstantTask>] = [
        Key("inputs", \.inputs, .integer(1...65_536), "numbers per example"),
        Key(
            "scale", \.scale, .number(0...1e6, excludingLowerBound: true),
            "standard deviation of each"),
        Key("samples", \.samples, .integer(1...1_000_000), "examples that may be trained on"),
        Key(
            "validation_samples", \.validationSamples, .integer(1...1_000_000),
            "further examples, all validated on"),
    ]
}
