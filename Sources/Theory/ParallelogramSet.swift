/// Two pairs of symbols with one sum: embeddings on a line have E_i + E_j = E_m + E_n.
package struct Parallelogram: Sendable, Hashable {
    /// One pair.
    package let left: SymbolPair
    /// The other pair.
    package let right: SymbolPair

    /// The row of A that says E_i + E_j − E_m − E_n = 0, one coefficient per symbol.
    package func coefficients(symbols: Int) -> [Int] {
        var row = [Int](repeating: 0, count: symbols)
        row[left.first] += 1
        row[left.second] += 1
        row[right.first] -= 1
        row[right.second] -= 1
        return row
    }

    /// The largest sum of squares of a row: 2, −1 and −1.
    static let squaredLength = 6
}

/// The permissible parallelograms of a training set, P₀(D): both pairs are trained on and have the same sum
/// (Liu et al. 2022, §3.1).
package struct ParallelogramSet: Sendable, Hashable {
    /// Number of symbols p.
    package let symbols: Int
    /// Each parallelogram once, as an unordered pair of unordered pairs.
    package let parallelograms: [Parallelogram]

    /// The parallelograms among these pairs of 0..<symbols.
    package init(symbols: Int, among pairs: [SymbolPair]) {
        precondition(Set(pairs).count == pairs.count, "a training set holds a pair once")
        precondition(
            pairs.allSatisfy { $0.first >= 0 && $0.second < symbols },
            "pairs are made of the symbols")
        self.symbols = symbols
        let bySum = Dictionary(grouping: pairs, by: \.sum)
        parallelograms = bySum.keys.sorted().flatMap { sum in
            let group = bySum[sum] ?? []
            return group.indices.flatMap { place in
                group[(place + 1)...].map { Parallelogram(left: group[place], right: $0) }
            }
        }
    }

    /// P₀, the parallelograms of the full addition table; 70 for ten symbols.
    package static func permissible(symbols: Int) -> ParallelogramSet {
        ParallelogramSet(symbols: symbols, among: SymbolPair.all(symbols: symbols))
    }

    /// Number of parallelograms.
    package var count: Int { parallelograms.count }

    /// Degrees of freedom n₀ that are left to one-dimensional embeddings: the nullity of A(P₀(D)), exact. At least 2, for
    /// translation and scale; 2 means that only the line E_k = a + k·b is left (§3.2).
    package func degreesOfFreedom() -> Int {
        var echelon = IntegerEchelon(
            columns: symbols, squaredLength: Parallelogram.squaredLength)
        // Every row vanishes on (1, …, 1) and on (0, …, p−1).
        let largestRank = max(0, symbols - 2)
        for parallelogram in parallelograms where echelon.rank < largestRank {
            echelon.insert(parallelogram.coefficients(symbols: symbols))
        }
        return symbols - echelon.rank
    }

    /// Whether the training set leaves nothing but translation and scale.
    package func fixesTheLine() -> Bool { degreesOfFreedom() <= 2 }
}
