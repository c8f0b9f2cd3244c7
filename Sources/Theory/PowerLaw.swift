import Foundation

/// A fit t = a r^−γ + b of the step of generalisation against the train fraction (Notsawo et al. 2023, arXiv 2306.13253,
/// App. A, who give r in percent).
package struct PowerLaw: Sendable, Hashable {
    /// Factor a.
    package let factor: Double
    /// Exponent γ.
    package let exponent: Double
    /// Offset b, not negative.
    package let offset: Double
    /// Share of the variance of ln t that the fit explains.
    package let explained: Double

    /// The fit of least squares in ln t, over a grid of offsets, to pairs (r, t), both positive; nil for fewer than three
    /// distinct fractions.
    package init?(_ points: [(fraction: Double, steps: Double)]) {
        precondition(points.allSatisfy { $0.fraction > 0 && $0.steps > 0 }, "logarithms are taken")
        guard Set(points.map(\.fraction)).count >= 3,
            let smallest = points.map(\.steps).min()
        else { return nil }
        let mean = points.reduce(0) { $0 + log($1.steps) } / Double(points.count)
        let variance = points.reduce(0) { $0 + pow(log($1.steps) - mean, 2) }
        var best: (error: Double, factor: Double, exponent: Double, offset: Double)?
        // An offset of the smallest step would leave nothing to fit there.
        for place in 0..<1000 {
            let offset = smallest * Double(place) / 1000
            guard
                let line = PowerLaw.line(points.map { (log($0.fraction), log($0.steps - offset)) })
            else { continue }
            let error = points.reduce(0) { sum, point in
                let fitted = exp(line.intercept + line.slope * log(point.fraction)) + offset
                return sum + pow(log(point.steps) - log(fitted), 2)
            }
            if error < best?.error ?? .infinity {
                best = (error, exp(line.intercept), -line.slope, offset)
            }
        }
        guard let best else { return nil }
        factor = best.factor
        exponent = best.exponent
        offset = best.offset
        explained = variance > 0 ? 1 - best.error / variance : 1
    }

    /// The straight line of least squares.
    private static func line(_ points: [(Double, Double)]) -> (slope: Double, intercept: Double)? {
        let count = Double(points.count)
        let x = points.reduce(0) { $0 + $1.0 } / count
        let y = points.reduce(0) { $0 + $1.1 } / count
        let squares = points.reduce(0) { $0 + ($1.0 - x) * ($1.0 - x) }
        guard squares > 0 else { return nil }
        let slope = points.reduce(0) { $0 + ($1.0 - x) * ($1.1 - y) } / squares
        return (slope, y - slope * x)
    }
}
