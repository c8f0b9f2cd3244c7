import Foundation

/// The train fraction that a covering argument asks for (Gu et al. 2025, arXiv 2504.03162, Theorem 3.12).
package enum CoverageBound {
    /// The bound α ≥ 2 ln p / C: an order of magnitude, not a threshold.
    ///
    /// - Parameters:
    ///   - symbols: number of symbols p.
    ///   - covered: points C of the table that one training point covers.
    /// - Returns: the share; above 1 it promises nothing.
    package static func trainFraction(symbols: Int, covered: Double) -> Double {
        precondition(symbols >= 1 && covered > 0, "there are symbols, and a point covers something")
        return 2 * log(Double(symbols)) / covered
    }

    /// The bound the other way round: points C ≥ 2 ln p / α that one training point must cover at a train fraction.
    package static func cover(symbols: Int, trainFraction: Double) -> Double {
        trainFraction > 0 ? 2 * log(Double(symbols)) / trainFraction : .infinity
    }
}
