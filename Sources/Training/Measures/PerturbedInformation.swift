import Core

/// Matrix entropy of the sample's features when what enters the network is perturbed, what it has in common with that of the
/// perturbed inputs, and how far both are from their values without perturbation (Tan & Huang 2023).
struct PerturbedInformation: MeasureProbe {
    static let measures: [Measure] = [
        .perturbedEntropy, .perturbedInformation, .entropyDifference, .informationDifference,
    ]

    private let measure: Measure
    private let examples: [Int32]
    private let twin: NetworkTwin

    /// Standard deviation of the perturbation, as a part of the root mean square of what it is added to.
    static let noise = 0.1

    init(_ measure: Measure, _ problem: borrowing CellProblem) {
        self.measure = measure
        examples = MeasureSample(problem).examples
        twin = NetworkTwin(problem)
    }

    func values(_ model: some Model) -> [Double] {
        twin.take(model)
        let plain = twin.rows([.inputs, .features], of: examples)
        let squares = plain[0].reduce(0) { $0 + $1 * $1 }
        let size = (squares / Double(plain[0].count)).squareRoot()
        guard size.isFinite else { return [.nan] }
        let perturbed = twin.rows(
            [.inputs, .features], of: examples, noise: PerturbedInformation.noise * size)
        let isEntropy = measure == .perturbedEntropy || measure == .entropyDifference
        let value = isEntropy ? entropy(perturbed) : information(perturbed)
        guard measure == .entropyDifference || measure == .informationDifference else {
            return [value]
        }
        return [abs(value - (isEntropy ? entropy(plain) : information(plain)))]
    }

    private func entropy(_ rows: [[Double]]) -> Double {
        MatrixEntropy.entropy(
            MatrixEntropy.gram(rows[1], rows: examples.count), order: examples.count)
    }

    private func information(_ rows: [[Double]]) -> Double {
        let grams = rows.map { MatrixEntropy.gram($0, rows: examples.count) }
        return MatrixEntropy.mutualInformation(grams[0], grams[1], order: examples.count)
    }
}
