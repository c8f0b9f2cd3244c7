import Core

/// What the sample's features and the last layer's weights for their labels have in common, and how unlike their entropies
/// are (Song, Tan et al. 2024, MIR and HDR).
struct HeadInformation: MeasureProbe {
    static let measures: [Measure] = [.informationRatio, .entropyRatio]

    private let isInformation: Bool
    private let examples: [Int32]
    private let labels: [Int]
    private let lastLayer: String
    private let twin: NetworkTwin

    init(_ measure: Measure, _ problem: borrowing CellProblem) {
        isInformation = measure == .informationRatio
        examples = MeasureSample(problem).examples
        let all = problem.examples.labels
        labels = examples.map { Int(all[Int($0)]) }
        lastLayer = WeightNorm.lastLayer(problem.parameters.map(\.tensor.name))
        twin = NetworkTwin(problem)
    }

    func values(_ model: some Model) -> [Double] {
        twin.take(model)
        let count = examples.count
        let features = twin.rows([.features], of: examples)[0]
        let width = features.count / count
        let weights = model.copy(lastLayer) ?? []
        let heads = labels.flatMap { weights[$0 * width..<($0 + 1) * width] }
        return [
            HeadInformation.of(
                MatrixEntropy.gram(features, rows: count), MatrixEntropy.gram(heads, rows: count),
                order: count, isInformation: isInformation)
        ]
    }

    /// MI/min(H₁, H₂), or |H₁ − H₂|/max(H₁, H₂), of two Gram matrices.
    static func of(
        _ left: [Double], _ right: [Double], order: Int, isInformation: Bool
    ) -> Double {
        let entropies = [left, right].map { MatrixEntropy.entropy($0, order: order) }
        let (low, high) = (min(entropies[0], entropies[1]), max(entropies[0], entropies[1]))
        guard isInformation else { return (high - low) / high }
        return MatrixEntropy.mutualInformation(left, right, order: order) / low
    }
}
