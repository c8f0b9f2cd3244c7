/// What a training set implies beyond itself: the parallelograms that must close when those of the training set do, and
/// the pairs that they reach (Liu et al. 2022, App. D and E).
package struct ImpliedSet: Sendable, Hashable {
    /// Share of the permissible parallelograms that the training set implies: the highest representation quality that a
    /// perfect fit is bound to.
    package let idealQuality: Double
    /// Share of all pairs that are trained on or reached from a trained pair through an implied parallelogram.
    package let idealAccuracy: Double

    /// The implications of a training set of plain addition.
    ///
    /// - Throws: `TheoryError` when there are too many symbols for an exact rank.
    package init(symbols: Int, training pairs: [SymbolPair]) throws(TheoryError) {
        var echelon = IntegerEchelon(columns: symbols)
        for parallelogram in ParallelogramSet(symbols: symbols, among: pairs).parallelograms {
            _ = try echelon.insert(parallelogram.coefficients(symbols: symbols))
        }
        let permissible = ParallelogramSet.permissible(symbols: symbols)
        let trained = Set(pairs)
        var reached = trained
        var implied = 0
        for parallelogram in permissible.parallelograms {
            // A row that adds nothing to the rank is a consequence of the others.
            var probe = echelon
            if try probe.insert(parallelogram.coefficients(symbols: symbols)) { continue }
            implied += 1
            if trained.contains(parallelogram.left) { reached.insert(parallelogram.right) }
            if trained.contains(parallelogram.right) { reached.insert(parallelogram.left) }
        }
        idealQuality = permissible.count == 0 ? 1 : Double(implied) / Double(permissible.count)
        idealAccuracy = Double(reached.count) / Double(SymbolPair.all(symbols: symbols).count)
    }
}
