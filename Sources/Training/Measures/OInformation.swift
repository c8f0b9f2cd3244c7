import BLAS
import Core

/// Whether features of the sample share more (redundancy, above 0) or only together tell more (synergy, below 0): the
/// O-information of groups of them under a Gaussian copula (Rosas et al. 2019; Clauw et al. 2024).
///
/// With C the correlations of n variables, single entropies cancel and Ω = −ln det C − ½ Σ ln (C⁻¹)ⱼⱼ.
struct OInformation: MeasureProbe {
    static let measures: [Measure] = [.oInformation]

    private let examples: [Int32]
    private let twin: NetworkTwin
    private let seed: UInt64

    /// Features of a group.
    static let groupSize = 10
    /// Most groups.
    static let mostGroups = 20
    /// Part of the correlations that goes to the unit matrix, so that copies leave a determinant.
    static let shrinkage = 0.01

    init(_ measure: Measure, _ problem: borrowing CellProblem) {
        examples = MeasureSample(problem).examples
        twin = NetworkTwin(problem)
        seed = problem.seed
    }

    func values(_ model: some Model) -> [Double] {
        twin.take(model)
        let rows = twin.rows([.features], of: examples)[0]
        return [OInformation.of(rows, count: examples.count, seed: seed)]
    }

    /// The mean over groups of these features (examples × features); NaN where fewer than three are of different values.
    static func of(_ rows: [Double], count: Int, seed: UInt64) -> Double {
        let width = rows.count / count
        guard rows.allSatisfy(\.isFinite) else { return .nan }
        var stream = RandomStream(seed: seed, purpose: .measures)
        let scores = stream.permutation(width).compactMap { feature in
            OInformation.scores((0..<count).map { rows[$0 * width + feature] })
        }
        // Too few features of different values are one group, and fewer than three have no synergy.
        let size = min(groupSize, scores.count)
        guard size >= 3 else { return .nan }
        let groups = min(mostGroups, scores.count / size)
        let sum = (0..<groups).reduce(0.0) {
            $0 + of(Array(scores[$1 * size..<($1 + 1) * size]))
        }
        return sum / Double(groups)
    }

    /// Normal scores of a variable, scaled to length 1 without their mean: the quantiles of rank/(n + 1), ranks of equal
    /// values being their mean. Nil where all values are equal.
    static func scores(_ values: [Double]) -> [Double]? {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var scores = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            let rank = Double(start + 1 + end) / 2
            let score = normalQuantile(rank / Double(values.count + 1))
            for place in start..<end { scores[order[place]] = score }
            start = end
        }
        let mean = scores.reduce(0, +) / Double(scores.count)
        let size = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
        guard size > 1e-9 else { return nil }
        return scores.map { ($0 - mean) / size }
    }

    /// The O-information of some variables, given by their scores; NaN where eigenvalues cannot be computed.
    static func of(_ scores: [[Double]]) -> Double {
        let order = scores.count
        var correlations = LAPACK.gram(
            rows: order, columns: scores[0].count, scores.flatMap { $0 }
        ).map { $0 * (1 - shrinkage) }
        for place in 0..<order { correlations[place * order + place] += shrinkage }
        guard let system = LAPACK.eigensystem(order: order, correlations) else { return .nan }
        let determinant = system.values.reduce(0) { $0 + logarithm($1) }
        let inverses = (0..<order).reduce(0.0) { sum, variable in
            let inverse = (0..<order).reduce(0.0) { sum, k in
                let part = system.vectors[k * order + variable]
                return sum + part * part / system.values[k]
            }
            return sum + logarithm(inverse)
        }
        return -determinant - inverses / 2
    }

    /// x with P(X ≤ x) = p for a standard normal X, by Newton's method from 0, which on the concave half approaches from
    /// below.
    static func normalQuantile(_ probability: Double) -> Double {
        if probability < 0.5 { return -normalQuantile(1 - probability) }
        var x = 0.0
        for _ in 0..<100 {
            let density = exponential(-x * x / 2) / (2 * Double.pi).squareRoot()
            let step = (probability - normalDistribution(x)) / density
            x += step
            if abs(step) < 1e-14 * max(1, abs(x)) { break }
        }
        return x
    }
}
