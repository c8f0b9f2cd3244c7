import BLAS
import Core

/// What parallelograms of embeddings say (Liu et al. 2022, §3.1, App. D): how many are realised, and how many pairs they
/// carry over from trained ones.
struct ParallelogramProbe: MeasureProbe {
    static let measures: [Measure] = [
        .rqi, .parallelograms, .permissibleParallelograms, .predictedAccuracy, .idealAccuracy,
    ]

    private let measure: Measure
    private var quality: RepresentationQuality
    private let vectors: SymbolVectors
    /// Whether pair (i, j), i ≤ j, is trained on, at i · symbols + j.
    private let isTrained: [Bool]
    private let pairCount: Int
    /// What a measure is that does not depend on the embeddings; NaN for the others.
    private let constant: Double

    init(_ measure: Measure, _ problem: borrowing CellProblem) {
        self.measure = measure
        vectors = SymbolVectors(problem)
        let symbols = vectors.symbols
        quality = RepresentationQuality(symbols: symbols, dimensions: vectors.dimensions)
        var isTrained = [Bool](repeating: false, count: symbols * symbols)
        for row in problem.split.train.map({ Int($0) }) {
            let (a, b) = (problem.examples.inputs[2 * row], problem.examples.inputs[2 * row + 1])
            isTrained[Int(min(a, b)) * symbols + Int(max(a, b))] = true
        }
        self.isTrained = isTrained
        pairCount = problem.examples.count
        constant =
            switch measure {
            case .idealAccuracy:
                ParallelogramProbe.ideal(quality, isTrained, symbols, pairCount)
            case .permissibleParallelograms:
                Double(ParallelogramProbe.trained(quality, isTrained, symbols).count)
            default: .nan
            }
    }

    /// The parallelograms among trained pairs, P₀(D).
    private static func trained(
        _ quality: RepresentationQuality, _ isTrained: [Bool], _ symbols: Int
    ) -> [Int] {
        (0..<quality.permissibleCount).filter { parallelogram in
            let (i, j, m, n) = quality.symbols(of: parallelogram)
            return isTrained[i * symbols + j] && isTrained[m * symbols + n]
        }
    }

    mutating func values(_ model: some Model) -> [Double] {
        if measure == .idealAccuracy || measure == .permissibleParallelograms { return [constant] }
        let rows = vectors.rows(model)
        guard measure != .rqi else { return [quality.measure(rows)] }
        let realised = quality.realised(rows)
        guard measure == .predictedAccuracy else { return [Double(realised.count)] }
        return [
            ParallelogramProbe.accuracy(realised, quality, isTrained, vectors.symbols, pairCount)
        ]
    }

    /// |D̄(D, P)|/|D₀| of these parallelograms.
    private static func accuracy(
        _ parallelograms: [Int], _ quality: RepresentationQuality, _ isTrained: [Bool],
        _ symbols: Int, _ pairCount: Int
    ) -> Double {
        var isRight = isTrained
        for parallelogram in parallelograms {
            let (i, j, m, n) = quality.symbols(of: parallelogram)
            let (left, right) = (i * symbols + j, m * symbols + n)
            if isTrained[left] || isTrained[right] {
                isRight[left] = true
                isRight[right] = true
            }
        }
        return Double(isRight.count { $0 }) / Double(pairCount)
    }

    /// The same of all parallelograms in the span of those among trained pairs: those orthogonal to the null space of AᵀA.
    private static func ideal(
        _ quality: RepresentationQuality, _ isTrained: [Bool], _ symbols: Int, _ pairCount: Int
    ) -> Double {
        var square = [Double](repeating: 0, count: symbols * symbols)
        func coefficients(_ parallelogram: Int) -> [(symbol: Int, factor: Double)] {
            let (i, j, m, n) = quality.symbols(of: parallelogram)
            return [(i, 1), (j, 1), (m, -1), (n, -1)]
        }
        for parallelogram in trained(quality, isTrained, symbols) {
            let row = coefficients(parallelogram)
            for one in row {
                for other in row {
                    square[one.symbol * symbols + other.symbol] += one.factor * other.factor
                }
            }
        }
        guard let system = LAPACK.eigensystem(order: symbols, square) else { return .nan }
        let free = system.values.count { $0 < 1e-8 }
        let implied = (0..<quality.permissibleCount).filter { parallelogram in
            let row = coefficients(parallelogram)
            return (0..<free).allSatisfy { vector in
                let product = row.reduce(0) {
                    $0 + $1.factor * system.vectors[vector * symbols + $1.symbol]
                }
                return abs(product) < 1e-6
            }
        }
        return accuracy(implied, quality, isTrained, symbols, pairCount)
    }
}
