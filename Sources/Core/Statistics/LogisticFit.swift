import Foundation

/// The logistic curve of most likelihood through counted shares: P(x) = 1 / (1 + exp(−(a + b x))).
package struct LogisticFit: Sendable, Hashable {
    /// Counts at one place.
    package struct Count: Sendable, Hashable {
        package var x: Double
        package var hits: Int
        package var of: Int

        /// So many hits of so many at a place.
        package init(x: Double, hits: Int, of: Int) {
            self.x = x
            self.hits = hits
            self.of = of
        }
    }

    /// a and b.
    package let intercept: Double
    package let slope: Double
    /// Standard deviation of the place where P is one half, by the delta method.
    package let borderDeviation: Double

    /// Where P is one half.
    package var border: Double { -intercept / slope }

    /// P at a place.
    package func probability(_ x: Double) -> Double {
        1 / (1 + exp(-(intercept + slope * x)))
    }

    /// Fits by Newton's method; nil where the likelihood has no finite maximum: all places alike, or a value of x that
    /// parts hits from misses.
    package init?(_ counts: [Count]) {
        let counts = counts.filter { $0.of > 0 }
        guard Set(counts.map(\.x)).count > 1, !LogisticFit.areParted(counts) else { return nil }
        let total = counts.reduce(0) { $0 + $1.of }
        let mean = counts.reduce(0) { $0 + $1.x * Double($1.of) } / Double(total)
        let spread = counts.reduce(0) { $0 + ($1.x - mean) * ($1.x - mean) * Double($1.of) }
        let scale = (spread / Double(total)).squareRoot()
        // In standard units Newton's steps are tame.
        let places = counts.map { ($0.x - mean) / scale }
        var (a, b) = (0.0, 0.0)
        var information = (aa: 0.0, ab: 0.0, bb: 0.0)
        for _ in 0..<100 {
            var gradient = (a: 0.0, b: 0.0)
            information = (0, 0, 0)
            for (z, count) in zip(places, counts) {
                let p = 1 / (1 + exp(-(a + b * z)))
                let n = Double(count.of)
                let miss = Double(count.hits) - n * p
                let weight = n * p * (1 - p)
                gradient.a += miss
                gradient.b += miss * z
                information.aa += weight
                information.ab += weight * z
                information.bb += weight * z * z
            }
            let determinant =
                information.aa * information.bb - information.ab * information.ab
            guard determinant > 1e-12 else { return nil }
            let step = (
                a: (information.bb * gradient.a - information.ab * gradient.b) / determinant,
                b: (information.aa * gradient.b - information.ab * gradient.a) / determinant
            )
            // Far from the maximum a whole step may overshoot.
            let length = max(abs(step.a), abs(step.b))
            let share = length > 2 ? 2 / length : 1
            a += share * step.a
            b += share * step.b
            if length < 1e-10 { break }
        }
        guard abs(b) > 1e-9, a.isFinite, b.isFinite else { return nil }
        let determinant = information.aa * information.bb - information.ab * information.ab
        let (varianceA, varianceB) = (information.bb / determinant, information.aa / determinant)
        let covariance = -information.ab / determinant
        // The border −a/b has the gradient (−1/b, a/b²).
        let variance =
            varianceA / (b * b) + a * a / pow(b, 4) * varianceB - 2 * a / pow(b, 3) * covariance
        slope = b / scale
        intercept = a - b * mean / scale
        borderDeviation = max(0, variance).squareRoot() * scale
    }

    /// Whether some value of x has nothing but hits on one side and nothing but misses on the other.
    private static func areParted(_ counts: [Count]) -> Bool {
        let sorted = counts.sorted { $0.x < $1.x }
        let mixed = sorted.indices.filter { sorted[$0].hits > 0 && sorted[$0].hits < sorted[$0].of }
        guard mixed.count <= 1 else { return false }
        func alike(_ part: some Sequence<Count>, _ hits: Bool) -> Bool {
            part.allSatisfy { hits ? $0.hits == $0.of : $0.hits == 0 }
        }
        if let place = mixed.first {
            let (before, after) = (sorted[..<place], sorted[(place + 1)...])
            return [true, false].contains { alike(before, $0) && alike(after, !$0) }
        }
        return (0...sorted.count).contains { cut in
            [true, false].contains {
                alike(sorted[..<cut], $0) && alike(sorted[cut...], !$0)
            }
        }
    }
}
