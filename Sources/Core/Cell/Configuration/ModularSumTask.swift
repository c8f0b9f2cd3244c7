/// The sum of several residues modulo a number, x + y + z, as rows of one unit vector per residue.
package struct ModularSumTask: Sendable, Hashable {
    /// The modulus p.
    package var modulus: Int
    /// Number of residues that are added.
    package var terms: Int

    /// Number of examples: every combination, pᵗᵉʳᵐˢ.
    package var count: Int { (0..<terms).reduce(1) { product, _ in product * modulus } }

    private static let mostExamples = 1_000_000.0

    init(_ reader: inout MappingReader) throws(SweepError) {
        modulus = try reader.integer("modulus", default: 11, in: 2...1000)
        terms = try reader.integer("terms", default: 3, in: 2...16)
        let examples = (0..<terms).reduce(1.0) { product, _ in product * Double(modulus) }
        guard examples <= ModularSumTask.mostExamples else {
            throw reader.error(
                "terms",
                "makes \(CanonicalJSON.number(examples)) examples of \(modulus) residues each",
                hint: "use fewer terms, or a smaller modulus")
        }
    }

    var members: [String: JSONValue] {
        ["modulus": .number(Double(modulus)), "terms": .number(Double(terms))]
    }
}
