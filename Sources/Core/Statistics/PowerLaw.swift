import Foundation

/// A fit y = a x^−γ + b: of the step of generalisation against the train fraction (Notsawo et al. 2023, arXiv 2306.13253,
/// App. A, who give it in percent), or against weight decay (γ = 1 in Omnigrok, arXiv 2210.01117, App. C).
package struct PowerLaw: Sendable, Hashable {
    /// Factor a.
    package let factor: Double
    /// Exponent γ.
    package let exponent: Double
    /// Offset b, not negative.
    package let offset: Double
    /// Share of the variance of ln y that the fit explains.
    package let explained: Double

    /// The fitted y at a positive x.
    package func value(_ x: Double) -> Double { factor * pow(x, -exponent) + offset }

    /// The fit of least squares in ln y, over a grid of offsets, to pairs of positive numbers; nil for fewer than three
    /// distinct x.
    package init?(_ points: [(x: Double, y: Double)]) {
        precondition(points.allSatisfy { $0.x > 0 && $0.y > 0 }, "logarithms are taken")
        guard Set(points.map(\.x)).count >= 3, let smallest = points.map(\.y).min()
        else { return nil }
        let mean = points.reduce(0) { $0 + log($1.y) } / Double(points.count)
        let variance = points.reduce(0) { $0 + pow(log($1.y) - mean, 2) }
        var best: (error: Double, factor: Double, exponent: Double, offset: Double)?
        // An offset of the smallest y would leave nothing to fit there.
        for place in 0..<1000 {
            let offset = smallest * Double(place) / 1000
            guard let line = PowerLaw.line(points.map { (log($0.x), log($0.y - offset)) })
            else { continue }
            let error = points.reduce(0) { sum, point in
                let fitted = exp(line.intercept + line.slope * log(point.x)) + offset
                return sum + pow(log(point.y) - log(fitted), 2)
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
