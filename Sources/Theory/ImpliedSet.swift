/// What a training set implies beyond itself: the parallelograms that must close when those of the training set do, and
/// the pairs that they reach (Liu et al. 2022, App. D and E).
package struct ImpliedSet: Sendable, Hashable {
    /// Share of the permissible parallelograms that the training set implies: the highest representation quality that a
    /// perfect fit is bound to.
    package let idealQuality: Double
    /// Share of all pairs that are trained on or reached from a trained pair through an implied parallelogram.
    package let idealAccuracy: Double

    /// The implications of a training set of plain addition.
    package init(symbols: Int, training pairs: [SymbolPair]) {
        var echelon = IntegerEchelon(
            columns: symbols, squaredLength: Parallelogram.squaredLength)
        for parallelogram in ParallelogramSet(symbols: symbols, among: pairs).parallelograms {
            echelon.insert(parallelogram.coefficients(symbols: symbols))
        }
        // Every row vanishes on (1, …, 1) and on (0, …, p−1): of this rank all are implied.
        let impliesAll = echelon.rank == max(0, symbols - 2)
        let permissible = ParallelogramSet.permissible(symbols: symbols)
        let trained = Set(pairs)
        var reached = trained
        var implied = 0
        for parallelogram in permissible.parallelograms {
            guard impliesAll || echelon.spans(parallelogram.coefficients(symbols: symbols)) else {
                continue
            }
            implied += 1
            if trained.contains(parallelogram.left) { reached.insert(parallelogram.right) }
            if trained.contains(parallelogram.right) { reached.insert(parallelogram.left) }
        }
        idealQuality = permissible.count == 0 ? 1 : Double(implied) / Double(permissible.count)
        idealAccuracy = Double(reached.count) / Double(SymbolPair.all(symbols: symbols).count)
    }
}
