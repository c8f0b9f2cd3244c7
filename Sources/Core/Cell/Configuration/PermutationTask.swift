/// A binary operation on the permutations of `degree` things, numbered in lexicographic order.
package struct PermutationTask: Sendable, Hashable {
    /// What is computed of a and b; products apply a first: (ab)[i] = b[a[i]].
    package enum Operation: String, Sendable, CaseIterable {
        /// ab.
        case product = "ab"
        /// a b a⁻¹.
        case conjugate = "aba^-1"
        /// a b a.
        case sandwich = "aba"
    }

    /// The operation.
    package var operation = Operation.product
    /// Number of things permuted.
    package var degree = 5

    /// Number of permutations: degree!.
    package var symbolCount: Int { (1...degree).reduce(1, *) }
}

extension PermutationTask: KeyedMapping {
    static let keys: [Key<PermutationTask>] = [
        Key(
            "operation", \.operation, .choice,
            "product (left factor applied first), conjugate, sandwich"),
        Key("degree", \.degree, .integer(2...6), "things permuted"),
    ]
}
