import BLAS
import Core

/// exp(S), S = −Σ sᵢ ln sᵢ over the shares of variance sᵢ along the principal components of the embeddings (Liu et al. 2022,
/// §4.2).
struct EffectiveDimension: MeasureProbe {
    static let measures: [Measure] = [.effectiveDimension]

    private let vectors: SymbolVectors

    init(_ measure: Measure, _ problem: borrowing CellProblem) { vectors = SymbolVectors(problem) }

    func values(_ model: some Model) -> [Double] {
        [EffectiveDimension.of(vectors.rows(model), symbols: vectors.symbols)]
    }

    /// The effective dimension of these rows.
    static func of(_ rows: [Double], symbols: Int) -> Double {
        let dimensions = rows.count / symbols
        var centred = rows
        for dimension in 0..<dimensions {
            var mean = 0.0
            for symbol in 0..<symbols { mean += rows[symbol * dimensions + dimension] }
            mean /= Double(symbols)
            for symbol in 0..<symbols { centred[symbol * dimensions + dimension] -= mean }
        }
        // Rows and columns have the same eigenvalues but for zeros: the smaller matrix does.
        let variances: [Double]?
        if symbols <= dimensions {
            variances = LAPACK.eigenvalues(
                order: symbols, LAPACK.gram(rows: symbols, columns: dimensions, centred))
        } else {
            var columns = centred
            for symbol in 0..<symbols {
                for dimension in 0..<dimensions {
                    columns[dimension * symbols + symbol] = centred[symbol * dimensions + dimension]
                }
            }
            variances = LAPACK.eigenvalues(
                order: dimensions, LAPACK.gram(rows: dimensions, columns: symbols, columns))
        }
        guard let variances else { return .nan }
        let total = variances.reduce(0) { $0 + max($1, 0) }
        // Embeddings that are all alike have no variance to share: NaN.
        guard total > 0 else { return .nan }
        let entropy = variances.reduce(0.0) { sum, variance in
            let share = max(variance, 0) / total
            return share > 0 ? sum - share * logarithm(share) : sum
        }
        return exponential(entropy)
    }
}
