import Foundation

/// Round numbers for the labels of a continuous axis.
enum NiceTicks {
    /// Multiples of 1, 2, 2.5 or 5 times a power of ten between two ends, at most so many.
    static func linear(_ low: Double, _ high: Double, most: Int) -> [Double] {
        guard low < high, most > 0, (high - low).isFinite else { return low == high ? [low] : [] }
        var exponent = Int(log10((high - low) / Double(most)).rounded(.down)) - 1
        while true {
            for mantissa in [1, 2, 2.5, 5] {
                let step = mantissa * pow(10, Double(exponent))
                // The ends as read may be a rounding error off a multiple.
                let first = (low / step - 1e-9).rounded(.up)
                let last = (high / step + 1e-9).rounded(.down)
                guard last - first < Double(most) else { continue }
                return first <= last
                    ? (0...Int(last - first)).map { rounded((first + Double($0)) * step) } : []
            }
            exponent += 1
        }
    }

    /// Round numbers on a logarithmic axis: decades, every n-th where there are many; 1, 2 and 5 where there are fewer than
    /// two; multiples of a round step where those are few.
    static func log(_ low: Double, _ high: Double, most: Int) -> [Double] {
        guard low > 0, low < high, high.isFinite else { return low == high && low > 0 ? [low] : [] }
        let span = log10(high / low)
        let exponents = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
        func inside(_ mantissas: [Double], every stride: Int) -> [Double] {
            var found: [Double] = []
            for exponent in exponents where exponent.isMultiple(of: stride) {
                for mantissa in mantissas {
                    let value = rounded(mantissa * pow(10, Double(exponent)))
                    // The ends as read may be a rounding error off a round number.
                    if value >= low * (1 - 1e-9), value <= high * (1 + 1e-9) { found.append(value) }
                }
            }
            return found
        }
        if span < 2 {
            let fine = inside([1, 2, 5], every: 1)
            guard fine.count >= 3 else { return linear(low, high, most: most) }
            if fine.count <= most { return fine }
        }
        for stride in 1... {
            let decades = inside([1], every: stride)
            if decades.count <= most { return decades }
        }
        return []
    }

    /// A multiple without the rounding error of its product.
    private static func rounded(_ value: Double) -> Double {
        Double(String(format: "%.12g", value)) ?? value
    }
}
