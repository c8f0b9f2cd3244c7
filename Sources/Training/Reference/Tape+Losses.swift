import Core

// Losses: from outputs, one row per example, to one number.
extension Tape {
    /// Mean over all elements of (y − t)².
    func squaredError(_ y: Node, _ targets: [Scalar]) -> Node {
        let errors = zip(y.value, targets).map { $0 - $1 }
        let count = Scalar(errors.count)
        let value = errors.reduce(0) { $0 + $1 * $1 } / count
        return record(1, 1, [value]) { slopes in
            y.receive(errors.map { slopes[0] * 2 * $0 / count })
        }
    }

    /// Mean over the rows of −Σ t log softmax(y), summed up in double precision; t gives 1 − ε to the label and ε to all
    /// classes alike, ε being the smoothing.
    func crossEntropy(_ y: Node, _ labels: [Int], smoothing: Double = 0) -> Node {
        perRow(y) { row, scores in
            let top = scores.max() ?? 0
            let powers = scores.map { exponential($0 - top) }
            let total = powers.reduce(0, +)
            let label = labels[row]
            let share = smoothing / Double(scores.count)
            let wanted = powers.indices.map { share + ($0 == label ? 1 - smoothing : 0) }
            let slopes = powers.indices.map { powers[$0] / total - wanted[$0] }
            let score = zip(wanted, scores).reduce(0) { $0 + $1.0 * ($1.1 - top) }
            return (logarithm(total) - score, slopes)
        }
    }

    /// Cross-entropy with s(y) in place of eʸ, s(y) = y + 1 where y ≥ 0 and 1/(1 − y) elsewhere (Prieto et al. 2025, §4.2).
    func stableMax(_ y: Node, _ labels: [Int]) -> Node {
        perRow(y) { row, scores in
            let shares = scores.map { $0 >= 0 ? $0 + 1 : 1 / (1 - $0) }
            let steepness = scores.map { $0 >= 0 ? 1 : 1 / ((1 - $0) * (1 - $0)) }
            let total = shares.reduce(0, +)
            let label = labels[row]
            let slopes = shares.indices.map {
                steepness[$0] * (1 / total - ($0 == label ? 1 / shares[$0] : 0))
            }
            return (logarithm(total) - logarithm(shares[label]), slopes)
        }
    }

    /// Mean over the rows of a loss in double precision that knows its slopes.
    private func perRow(
        _ y: Node, _ loss: (_ row: Int, _ scores: [Double]) -> (Double, slopes: [Double])
    ) -> Node {
        var sum = 0.0
        var back: [Double] = []
        for row in 0..<y.rows {
            let scores = y.value[row * y.columns..<(row + 1) * y.columns].map { Double($0) }
            let (value, slopes) = loss(row, scores)
            sum += value
            back += slopes
        }
        let count = Double(y.rows)
        return record(1, 1, [Scalar(sum / count)]) { slopes in
            y.receive(back.map { slopes[0] * Scalar($0 / count) })
        }
    }

    /// Mean over all elements of |a|; its slope at 0 is taken as 0.
    func meanMagnitude(_ a: Node) -> Node {
        let count = Scalar(a.value.count)
        let value = a.value.reduce(0) { $0 + $1.magnitude } / count
        return record(1, 1, [value]) { slopes in
            a.receive(a.value.map { $0 == 0 ? 0 : ($0 > 0 ? 1 : -1) * slopes[0] / count })
        }
    }
}
