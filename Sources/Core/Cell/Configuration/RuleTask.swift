/// Two classes on a line, parted by one bias (Žunkovič & Ilievski 2022, arXiv 2210.15435).
///
/// Positive examples lie at x = margin + Exp(1), negative ones at −x, in turn. A network whose only input is 1 puts out the
/// bias b and learns the numbers x − R·(±1), so that its mean squared error is least where b is the mean of x; with R far
/// beyond all x an error below R² means that x − b has its class's sign.
package struct RuleTask: Sendable, Hashable {
    /// Least distance of an example from 0.
    package var margin = 0.1
    /// Examples that may be trained on, as many of either class.
    package var samples = 4
    /// Further examples, all validated on.
    package var validationSamples = 500

    /// R. No example of Exp(1) lies beyond 2R − 1 in any number of sweeps: the chance is e⁻³¹.
    package static let reach = 16.0
}

extension RuleTask: KeyedMapping {
    static let keys: [Key<RuleTask>] = [
        Key(
            "margin", \.margin, .number(0...1),
            "least distance of an example from 0; beyond it they are exponential"),
        Key(
            "samples", \.samples, .integer(2...1_000_000),
            "examples that may be trained on, as many of either class"
        ).documented(type: "even number"),
        Key(
            "validation_samples", \.validationSamples, .integer(2...1_000_000),
            "further examples, all validated on"),
    ]

    func check(_ reader: borrowing MappingReader) throws(SweepError) {
        if !samples.isMultiple(of: 2) {
            throw reader.error(
                "samples", "\(samples) is odd, and there are as many of either class",
                hint: "use \(samples + 1)")
        }
    }
}
