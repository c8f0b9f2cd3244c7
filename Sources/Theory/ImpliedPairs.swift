/// What pairs of plain addition imply, as they come one by one: a pair follows from others when one of them has its sum and
/// the parallelogram of the two closes wherever theirs do (Liu et al. 2022, App. D).
///
/// Whatever their order, 2p − 1 + p − 2 pairs of p symbols bring something new: one for each sum, and one for each degree of
/// freedom but translation and scale that embeddings on a line have.
package struct ImpliedPairs: Sendable {
    private let symbols: Int
    private var echelon: IntegerEchelon
    /// The first pair of each sum.
    private var known: [Int: SymbolPair] = [:]

    /// No pairs yet, of so many symbols.
    package init(symbols: Int) {
        self.symbols = symbols
        echelon = IntegerEchelon(
            columns: symbols, squaredLength: Parallelogram.squaredLength)
    }

    /// Takes in a pair.
    ///
    /// - Returns: whether it did not follow from those before.
    package mutating func insert(_ pair: SymbolPair) -> Bool {
        guard let other = known[pair.sum] else {
            known[pair.sum] = pair
            return true
        }
        let parallelogram = Parallelogram(left: other, right: pair)
        return echelon.insert(parallelogram.coefficients(symbols: symbols))
    }
}
