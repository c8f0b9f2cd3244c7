/// The sum of several residues modulo a number, x + y + z, as rows of one unit vector per residue.
package struct ModularSumTask: Sendable, Hashable {
    /// The modulus p.
    package var modulus = 11
    /// Number of residues that are added.
    package var terms = 3

    /// Number of examples: every combination, pᵗᵉʳᵐˢ.
    package var count: Int { (0..<terms).reduce(1) { product, _ in product * modulus } }

    private static let mostExamples = 1_000_000.0
}

extension ModularSumTask: KeyedMapping {
    static let keys: [Key<ModularSumTask>] = [
        Key("modulus", \.modulus, .integer(2...1000), "p"),
        Key("terms", \.terms, .integer(2...16), "how many residues are added: x + y + z").noting(
            "at most 1,000,000 examples"),
    ]

    func check(_ reader: borrowing MappingReader) throws(SweepError) {
        let examples = (0..<terms).reduce(1.0) { product, _ in product * Double(modulus) }
        guard examples <= ModularSumTask.mostExamples else {
            throw reader.error(
                "terms",
                "makes \(CanonicalJSON.number(examples)) examples of \(modulus) residues each",
                hint: "use fewer terms, or a smaller modulus")
        }
    }
}
