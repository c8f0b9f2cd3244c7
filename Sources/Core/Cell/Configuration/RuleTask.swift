/// Two classes on a line, parted by one bias (Žunkovič & Ilievski 2022, arXiv 2210.15435).
///
/// Positive examples lie at x = margin + Exp(1), negative ones at −x, in turn. A network whose only input is 1 puts out the
/// bias b and learns the numbers x − R·(±1), so that its mean squared error is least where b is the mean of x; with R far
/// beyond all x an error below R² means that x − b has its class's sign.
package struct RuleTask: Sendable, Hashable {
    /// Least distance of an example from 0.
    package var margin: Double
    /// Examples that may be trained on, as many of either class.
    package var samples: Int
    /// Further examples, all validated on.
    package var validationSamples: Int

    /// R. No example of Exp(1) lies beyond 2R − 1 in any number of sweeps: the chance is e⁻³¹.
    package static let reach = 16.0

    init(_ reader: inout MappingReader) throws(SweepError) {
        margin = try reader.number("margin", default: 0.1, in: 0...1)
        samples = try reader.integer("samples", default: 4, in: 2...1_000_000)
        validationSamples = try reader.integer(
            "validation_samples", default: 500, in: 2...1_000_000)
        if !samples.isMultiple(of: 2) {
            throw reader.error(
                "samples", "\(samples) is odd, and there are as many of either class",
                hint: "use \(samples + 1)")
        }
    }

    var members: [String: JSONValue] {
        [
            "margin": .number(margin), "samples": .number(Double(samples)),
            "validation_samples": .number(Double(validationSamples)),
        ]
    }
}
