// Layer normalisation and softmax over the rows of each column.
extension Reference {
    /// Each column brought to mean 0 and variance 1, then gain[r] · h + bias[r] (Ba, Kiros & Hinton 2016).
    ///
    /// - Returns: y, the means, and 1/√(variance + ε) with the biased variance, per column.
    static func layerNormForward<T: BinaryFloatingPoint>(
        rows: Int, columns: Int, x: [T], gain: [T], bias: [T], epsilon: T
    ) -> (y: [T], mean: [T], inverse: [T]) {
        var y = x
        var means: [T] = []
        var inverses: [T] = []
        for c in 0..<columns {
            let values = (0..<rows).map { x[$0 * columns + c] }
            let mean = values.reduce(0, +) / T(rows)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / T(rows)
            let inverse = 1 / (variance + epsilon).squareRoot()
            for r in 0..<rows {
                y[r * columns + c] = (values[r] - mean) * inverse * gain[r] + bias[r]
            }
            means.append(mean)
            inverses.append(inverse)
        }
        return (y, means, inverses)
    }

    /// The gradients of x, gain and bias from the gradient d of y.
    ///
    /// With h the normalised value and g = gain · d: dx = inverse · (g − mean of g − h · mean of g·h) over the rows,
    /// dgain = Σ d·h and dbias = Σ d over the columns.
    static func layerNormBackward<T: BinaryFloatingPoint>(
        rows: Int, columns: Int, x: [T], mean: [T], inverse: [T], gain: [T], d: [T]
    ) -> (x: [T], gain: [T], bias: [T]) {
        var slope = d
        var gainSlope = [T](repeating: 0, count: rows)
        var biasSlope = [T](repeating: 0, count: rows)
        for c in 0..<columns {
            let h = (0..<rows).map { (x[$0 * columns + c] - mean[c]) * inverse[c] }
            let g = (0..<rows).map { gain[$0] * d[$0 * columns + c] }
            let centre = g.reduce(0, +) / T(rows)
            let along = zip(g, h).reduce(0) { $0 + $1.0 * $1.1 } / T(rows)
            for r in 0..<rows {
                slope[r * columns + c] = inverse[c] * (g[r] - centre - h[r] * along)
                gainSlope[r] += d[r * columns + c] * h[r]
                biasSlope[r] += d[r * columns + c]
            }
        }
        return (slope, gainSlope, biasSlope)
    }

    /// eˢ / Σᵣ eˢ per column.
    static func softmaxRowsForward<T: BinaryFloatingPoint>(
        rows: Int, columns: Int, _ s: [T]
    ) -> [T] {
        var weights = s
        for c in 0..<columns {
            let scores = (0..<rows).map { Double(s[$0 * columns + c]) }
            let top = scores.max() ?? 0
            let sum = scores.reduce(0) { $0 + exponential($1 - top) }
            for r in 0..<rows { weights[r * columns + c] = T(exponential(scores[r] - top) / sum) }
        }
        return weights
    }

    /// w · (d − Σᵣ w·d) per column: from the gradient of the weights to that of the scores.
    static func softmaxRowsBackward<T: BinaryFloatingPoint>(
        rows: Int, columns: Int, weights: [T], _ d: [T]
    ) -> [T] {
        let mean = columnsDot(rows: rows, columns: columns, weights, d, scale: 1)
        return d.indices.map { weights[$0] * (d[$0] - mean[$0 % columns]) }
    }
}

// Normalisation over any sets of elements: rows, columns, the channels of a batch, the groups of an example.
extension Reference {
    /// (x − mean)/√(variance + ε) of the set that each element belongs to.
    ///
    /// - Returns: that, and each set's mean and biased variance.
    static func standardised<T: BinaryFloatingPoint>(
        _ x: [T], sets: Int, _ set: [Int], epsilon: T
    ) -> (h: [T], mean: [T], variance: [T]) {
        let zeros = [T](repeating: 0, count: sets)
        var (counts, mean, variance) = (zeros, zeros, zeros)
        for (place, value) in x.enumerated() {
            counts[set[place]] += 1
            mean[set[place]] += value
        }
        mean = zip(mean, counts).map { $0 / $1 }
        for (place, value) in x.enumerated() {
            let off = value - mean[set[place]]
            variance[set[place]] += off * off
        }
        variance = zip(variance, counts).map { $0 / $1 }
        let inverse = variance.map { 1 / ($0 + epsilon).squareRoot() }
        let h = x.indices.map { (x[$0] - mean[set[$0]]) * inverse[set[$0]] }
        return (h, mean, variance)
    }

    /// The gradient of x from that of h: inverse · (d − mean of d − h · mean of d·h) over each set.
    static func standardisedBackward<T: BinaryFloatingPoint>(
        _ h: [T], inverse: [T], _ set: [Int], _ d: [T]
    ) -> [T] {
        let zeros = [T](repeating: 0, count: inverse.count)
        var (counts, centre, along) = (zeros, zeros, zeros)
        for (place, slope) in d.enumerated() {
            counts[set[place]] += 1
            centre[set[place]] += slope
            along[set[place]] += slope * h[place]
        }
        centre = zip(centre, counts).map { $0 / $1 }
        along = zip(along, counts).map { $0 / $1 }
        return d.indices.map {
            inverse[set[$0]] * (d[$0] - centre[set[$0]] - h[$0] * along[set[$0]])
        }
    }
}
