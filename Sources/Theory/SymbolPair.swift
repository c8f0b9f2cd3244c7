import Core

/// An unordered pair of symbols, one example of plain addition.
package struct SymbolPair: Sendable, Hashable {
    /// The smaller symbol.
    package let first: Int
    /// The larger symbol, or the same one.
    package let second: Int

    /// The pair of two symbols in either order.
    package init(_ a: Int, _ b: Int) {
        first = min(a, b)
        second = max(a, b)
    }

    /// What the pair adds up to.
    package var sum: Int { first + second }

    /// All p(p+1)/2 pairs of p symbols in lexicographic order.
    package static func all(symbols: Int) -> [SymbolPair] {
        (0..<symbols).flatMap { i in (i..<symbols).map { SymbolPair(i, $0) } }
    }

    /// The pairs that a cell with this seed and so many training examples trains on
    /// (`docs/random-streams.md`).
    package static func trainingSet(symbols: Int, count: Int, seed: UInt64) -> [SymbolPair] {
        let all = all(symbols: symbols)
        precondition((0...all.count).contains(count), "a training set is part of the examples")
        var stream = RandomStream(seed: seed, purpose: .split)
        return stream.permutation(all.count)[..<count].sorted().map { all[$0] }
    }
}
