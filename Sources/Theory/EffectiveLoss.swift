/// The effective loss that drives embeddings into parallelograms, for one-dimensional embeddings (Liu et al. 2022, §3.2).
///
/// ℓ_eff = ℓ₀/Z₀ with ℓ₀ = Σ (E_i + E_j − E_m − E_n)² / |P₀(D)| over the training set's parallelograms and Z₀ = Σ E_k²,
/// which is p for standardised embeddings. So ℓ_eff = ½ EᵀHE with H = 2 AᵀA / (p·|P₀(D)|). (The paper's App. L has another
/// factor ½ in ℓ₀, which halves every eigenvalue.)
package struct EffectiveLoss: Sendable {
    /// The parallelograms.
    package let set: ParallelogramSet
    /// H, symbols × symbols; zero when there is no parallelogram.
    package let hessian: SymmetricMatrix
    /// The grokking rate λ₃: the third eigenvalue of H in ascending order, exactly 0 when the training set leaves more
    /// than a line.
    package let grokkingRate: Double

    /// The effective loss of a training set.
    package init(_ set: ParallelogramSet) {
        precondition(set.symbols >= 3, "a third eigenvalue takes three symbols")
        self.set = set
        var rows = [[Double]](
            repeating: Array(repeating: 0, count: set.symbols), count: set.symbols)
        for parallelogram in set.parallelograms {
            let row = parallelogram.coefficients(symbols: set.symbols)
            let used = row.indices.filter { row[$0] != 0 }
            for i in used { for j in used { rows[i][j] += Double(row[i] * row[j]) } }
        }
        let scale = set.count == 0 ? 0 : 2 / Double(set.symbols * set.count)
        hessian = SymmetricMatrix(rows: rows.map { $0.map { $0 * scale } })
        // Elimination says which eigenvalues are zero; a threshold on computed ones could not.
        grokkingRate = set.fixesTheLine() ? hessian.eigenvalues()[2] : 0
    }

    /// Steps n_h = 1/(λ₃ η_R) in which the slowest deviation from the line shrinks by e; nil when it never does. About
    /// three of them lead to a line.
    package func stepScale(representationLearningRate rate: Double) -> Double? {
        guard grokkingRate > 0, rate > 0 else { return nil }
        return 1 / (grokkingRate * rate)
    }

    /// ℓ_eff of embeddings, one per symbol; they are standardised first and must not all be equal.
    package func value(_ embeddings: [Double]) -> Double {
        precondition(embeddings.count == set.symbols, "one embedding per symbol")
        let count = Double(embeddings.count)
        let mean = embeddings.reduce(0, +) / count
        let variance = embeddings.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        precondition(variance > 0, "equal embeddings have no scale")
        let standard = embeddings.map { ($0 - mean) / variance.squareRoot() }
        var sum = 0.0
        for i in standard.indices {
            for j in standard.indices { sum += standard[i] * hessian[i, j] * standard[j] }
        }
        return sum / 2
    }
}
