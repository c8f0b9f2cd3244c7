// Losses, predicted classes and gradients of feature-major outputs.
extension Reference {
    /// Σₒ (y − t)² per column, and scale · (y − t) in the first `graded` columns; y and t are outputs × columns.
    static func squaredError<T: BinaryFloatingPoint>(
        outputs: Int, columns: Int, y: [T], t: [T], graded: Int, scale: T
    ) -> (loss: [Double], gradient: [T]) {
        var loss = [Double](repeating: 0, count: columns)
        var gradient = [T](repeating: 0, count: outputs * graded)
        for o in 0..<outputs {
            for n in 0..<columns {
                let error = y[o * columns + n] - t[o * columns + n]
                loss[n] += Double(error) * Double(error)
                if n < graded { gradient[o * graded + n] = scale * error }
            }
        }
        return (loss, gradient)
    }

    /// The first class whose target (classes × outputs) is nearest in squared distance, −1 where none is finite.
    static func nearestTarget<T: BinaryFloatingPoint>(
        outputs: Int, columns: Int, y: [T], classes: Int, targets: [T]
    ) -> [Int32] {
        (0..<columns).map { n in
            var best = T.infinity
            var winner: Int32 = -1
            for k in 0..<classes {
                var distance: T = 0
                for o in 0..<outputs {
                    let error = y[o * columns + n] - targets[k * outputs + o]
                    distance += error * error
                }
                if distance < best {
                    best = distance
                    winner = Int32(k)
                }
            }
            return winner
        }
    }

    /// The first row of largest value per column, −1 where a value is not a number.
    static func largestRow<T: BinaryFloatingPoint>(rows: Int, columns: Int, y: [T]) -> [Int32] {
        (0..<columns).map { n in
            let values = (0..<rows).map { y[$0 * columns + n] }
            if values.contains(where: \.isNaN) { return -1 }
            return Int32(values.indices.first { values[$0] == values.max() } ?? -1)
        }
    }

    /// −log softmax(y)[label] per column, and scale · (softmax − one-hot) in the first `graded` columns.
    static func crossEntropy<T: BinaryFloatingPoint>(
        classes: Int, columns: Int, y: [T], labels: [Int32], graded: Int, scale: T
    ) -> (loss: [Double], gradient: [T]) {
        var loss = [Double](repeating: 0, count: columns)
        var gradient = [T](repeating: 0, count: classes * graded)
        for n in 0..<columns {
            let scores = (0..<classes).map { Double(y[$0 * columns + n]) }
            let top = scores.max() ?? 0
            let sum = scores.reduce(0) { $0 + exponential($1 - top) }
            let label = Int(labels[n])
            loss[n] = logarithm(sum) - (scores[label] - top)
            guard n < graded else { continue }
            for k in 0..<classes {
                let share = exponential(scores[k] - top) / sum - (k == label ? 1 : 0)
                gradient[k * graded + n] = scale * T(share)
            }
        }
        return (loss, gradient)
    }

    /// Σₒ (y₁ − y₂)² per column, and both gradients with scale · (y₁ − y₂) added and subtracted; outputs × columns.
    static func squaredDifference<T: BinaryFloatingPoint>(
        outputs: Int, columns: Int, first: [T], second: [T], scale: T, firstGradient: [T],
        secondGradient: [T]
    ) -> (loss: [Double], first: [T], second: [T]) {
        let errors = zip(first, second).map { $0 - $1 }
        let loss = (0..<columns).map { n in
            (0..<outputs).reduce(0.0) { sum, o in
                let error = Double(errors[o * columns + n])
                return sum + error * error
            }
        }
        return (
            loss, zip(firstGradient, errors).map { $0 + scale * $1 },
            zip(secondGradient, errors).map { $0 - scale * $1 }
        )
    }

    /// Cross-entropy with every number rounded to T: log-softmax less its maximum, the classes summed in order, and
    /// scale · e^(log-softmax) − scale · one-hot in the first `graded` columns.
    static func crossEntropySingle<T: BinaryFloatingPoint>(
        classes: Int, columns: Int, y: [T], labels: [Int32], graded: Int, scale: T
    ) -> (loss: [Double], gradient: [T]) {
        var loss = [Double](repeating: 0, count: columns)
        var gradient = [T](repeating: 0, count: classes * graded)
        for n in 0..<columns {
            let scores = (0..<classes).map { y[$0 * columns + n] }
            let top = scores.max() ?? 0
            let sum = scores.reduce(T(0)) { $0 + T(exponential(Double($1 - top))) }
            let whole = T(logarithm(Double(sum)))
            let label = Int(labels[n])
            loss[n] = -Double((scores[label] - top) - whole)
            guard n < graded else { continue }
            for k in 0..<classes {
                let share = T(exponential(Double((scores[k] - top) - whole)))
                gradient[k * graded + n] = scale * share - (k == label ? scale : 0)
            }
        }
        return (loss, gradient)
    }

    /// −log s(y)[label] / Σ s(y) per column, with s(x) = x + 1 from 0 on and 1/(1 − x) below (StableMax,
    /// Prieto et al. 2025), and scale times its gradient in the first `graded` columns.
    static func stableMax<T: BinaryFloatingPoint>(
        classes: Int, columns: Int, y: [T], labels: [Int32], graded: Int, scale: T
    ) -> (loss: [Double], gradient: [T]) {
        var loss = [Double](repeating: 0, count: columns)
        var gradient = [T](repeating: 0, count: classes * graded)
        for n in 0..<columns {
            let scores = (0..<classes).map { Double(y[$0 * columns + n]) }
            let weights = scores.map { $0 < 0 ? 1 / (1 - $0) : $0 + 1 }
            let slopes = scores.map { $0 < 0 ? 1 / ((1 - $0) * (1 - $0)) : 1 }
            let sum = weights.reduce(0, +)
            let label = Int(labels[n])
            loss[n] = logarithm(sum) - logarithm(weights[label])
            guard n < graded else { continue }
            for k in 0..<classes {
                let own = k == label ? slopes[k] / weights[k] : 0
                gradient[k * graded + n] = scale * T(slopes[k] / sum - own)
            }
        }
        return (loss, gradient)
    }
}
