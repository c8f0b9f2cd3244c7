/// How embeddings move by the effective theory alone (Liu et al. 2022, §3.2): gradient flow of ℓ_eff, which keeps mean and
/// size.
///
/// For standardised embeddings dE/dt = −(H − ρ) E with ρ = EᵀHE / EᵀE, so what lies along the smallest eigenvalue above
/// the line's zeros decays last. Time is in units of step × learning rate.
package struct EffectiveTrajectory: Sendable {
    /// The effective loss.
    private let loss: EffectiveLoss

    /// The trajectory under an effective loss.
    package init(_ loss: EffectiveLoss) { self.loss = loss }

    /// Embeddings at equal times, the initial ones first, standardised (mean 0, mean square 1).
    ///
    /// - Parameters:
    ///   - start: one embedding per symbol, not all equal.
    ///   - interval: time between two of the results.
    ///   - count: results beyond the first.
    /// - Returns: `count + 1` lists of one embedding per symbol.
    package func embeddings(from start: [Double], interval: Double, count: Int) -> [[Double]] {
        var now = EffectiveTrajectory.standardised(start)
        var results = [now]
        // Steps so short that classical Runge-Kutta follows the fastest mode; the trace bounds every eigenvalue.
        let fastest = (0..<loss.hessian.order).reduce(0.0) { $0 + loss.hessian[$1, $1] }
        let pieces = max(1, Int((interval * fastest * 10).rounded(.up)))
        let step = interval / Double(pieces)
        for _ in 0..<count {
            for _ in 0..<pieces { now = advanced(now, by: step) }
            results.append(now)
        }
        return results
    }

    private func advanced(_ now: [Double], by step: Double) -> [Double] {
        func moved(_ slope: [Double], _ share: Double) -> [Double] {
            zip(now, slope).map { $0 + share * step * $1 }
        }
        let first = velocity(now)
        let second = velocity(moved(first, 0.5))
        let third = velocity(moved(second, 0.5))
        let fourth = velocity(moved(third, 1))
        let next = now.indices.map {
            now[$0] + step / 6 * (first[$0] + 2 * second[$0] + 2 * third[$0] + fourth[$0])
        }
        // The flow keeps mean and size; only rounding moves them.
        return EffectiveTrajectory.standardised(next)
    }

    private func velocity(_ now: [Double]) -> [Double] {
        let pull = now.indices.map { row in
            now.indices.reduce(0) { $0 + loss.hessian[row, $1] * now[$1] }
        }
        let size = now.reduce(0) { $0 + $1 * $1 }
        let rho = zip(now, pull).reduce(0) { $0 + $1.0 * $1.1 } / size
        return zip(now, pull).map { rho * $0 - $1 }
    }

    private static func standardised(_ values: [Double]) -> [Double] {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let size = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        precondition(size > 0, "equal embeddings have no scale")
        return values.map { ($0 - mean) / size }
    }
}
