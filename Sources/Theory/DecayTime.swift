import Foundation

/// What weight decay alone does to weights: w(t) = w₀ (1 − ηλ)ᵗ (Omnigrok, Liu et al. 2023, arXiv 2210.01117, §3).
package struct DecayTime: Sendable, Hashable {
    /// The factor that one update leaves, 1 − ηλ.
    package let factor: Double

    /// The decay of a group with this learning rate and decoupled weight decay.
    package init(learningRate: Double, weightDecay: Double) {
        factor = 1 - learningRate * weightDecay
    }

    /// Updates until weights have shrunk by a ratio w₀/w above 1: ln(w₀/w) / −ln(1 − ηλ), which is ln(w₀/w)/(ηλ) for
    /// small ηλ. Nil where nothing decays, or where an update turns weights round.
    package func steps(toShrinkBy ratio: Double) -> Double? {
        guard factor > 0, factor < 1, ratio >= 1 else { return nil }
        return log(ratio) / -log(factor)
    }

    /// The budget line: e-folds of decay within so many updates, T · −ln(1 − ηλ) ≈ ηλT. Below about 1, decay has not
    /// had its time.
    package func folds(within updates: Int) -> Double {
        factor > 0 ? Double(updates) * -log(factor) : .infinity
    }
}
