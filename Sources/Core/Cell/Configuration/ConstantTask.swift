/// Normal rows that are all of the first of two classes (Beck, Levi & Bar-Sinai 2024, arXiv 2410.04489): a network with biases
/// generalises in the end if and only if no plane through the origin has all training rows on one side.
package struct ConstantTask: Sendable, Hashable {
    /// Numbers per example.
    package var inputs: Int
    /// Standard deviation of each.
    package var scale: Double
    /// Examples that may be trained on.
    package var samples: Int
    /// Further examples, all validated on.
    package var validationSamples: Int

    init(_ reader: inout MappingReader) throws(SweepError) {
        inputs = try reader.integer("inputs", default: 20, in: 1...65_536)
        scale = try reader.number("scale", default: 5, in: 0...1e6, excludingLowerBound: true)
        samples = try reader.integer("samples", default: 40, in: 1...1_000_000)
        validationSamples = try reader.integer(
            "validation_samples", default: 300, in: 1...1_000_000)
    }

    var members: [String: JSONValue] {
        [
            "inputs": .number(Double(inputs)), "scale": .number(scale),
            "samples": .number(Double(samples)),
            "validation_samples": .number(Double(validationSamples)),
        ]
    }
}
