import Core

/// The kernels as obvious loops, generic over the float type: what the vector kernels are compared with.
///
/// Shapes and names are those of `ckernels.h`; matrices are row-major without padding.
enum Reference {
    /// C (m × n) = bias per row + Σₖ A(m, k) · B(k, n), with A(m, k) = a[m · aRow + k · aStep].
    static func product<T: BinaryFloatingPoint>(
        m: Int, n: Int, k: Int, a: [T], aRow: Int, aStep: Int, b: [T], bias: [T]? = nil
    ) -> [T] {
        var c = [T](repeating: 0, count: m * n)
        for row in 0..<m {
            for column in 0..<n {
                var sum = bias?[row] ?? 0
                for inner in 0..<k {
                    sum += a[row * aRow + inner * aStep] * b[inner * n + column]
                }
                c[row * n + column] = sum
            }
        }
        return c
    }

    /// out[r] = Σₙ A[r, n] · b[n].
    static func rowProducts<T: BinaryFloatingPoint>(
        rows: Int, columns: Int, a: [T], b: [T]
    ) -> [T] {
        product(m: rows, n: 1, k: columns, a: a, aRow: columns, aStep: 1, b: b)
    }

    /// The transpose of rows × columns.
    static func transpose<T>(rows: Int, columns: Int, _ values: [T]) -> [T] {
        (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
    }

    /// tanh of every element.
    static func tanhForward<T: BinaryFloatingPoint>(_ x: [T]) -> [T] {
        x.map { hyperbolicTangent($0) }
    }

    /// d · (1 − h²), h being the activation.
    static func tanhBackward<T: BinaryFloatingPoint>(_ h: [T], _ d: [T]) -> [T] {
        zip(h, d).map { $1 * (1 - $0 * $0) }
    }

    /// max(x, 0), NaN staying NaN.
    static func reluForward<T: BinaryFloatingPoint>(_ x: [T]) -> [T] {
        x.map { $0 < 0 ? 0 : $0 }
    }

    /// d where h > 0, else 0.
    static func reluBackward<T: BinaryFloatingPoint>(_ h: [T], _ d: [T]) -> [T] {
        zip(h, d).map { $0 > 0 ? $1 : 0 }
    }

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

    /// One AdamW update, counted from 1, in PyTorch's order of operations.
    static func adamW<T: BinaryFloatingPoint>(
        _ settings: UpdateRule, step: Int, parameters: inout [T], gradients: [T],
        first: inout [T], second: inout [T]
    ) {
        let constants = AdamWConstants(settings, step: step)
        for place in parameters.indices {
            let g = gradients[place]
            first[place] += T(1 - settings.beta1) * (g - first[place])
            second[place] = second[place] * T(settings.beta2) + T(1 - settings.beta2) * g * g
            let denominator =
                second[place].squareRoot() * T(constants.rootScale) + T(settings.epsilon)
            parameters[place] =
                parameters[place] * T(constants.decay)
                - T(constants.stepSize) * first[place] / denominator
        }
    }

    /// The sum of squares in double precision.
    static func sumOfSquares<T: BinaryFloatingPoint>(_ x: [T]) -> Double {
        x.reduce(0) { $0 + Double($1) * Double($1) }
    }
}
