import Core

/// ‖θ‖ over all parameters or some of them.
struct WeightNorm: MeasureProbe {
    static let measures: [Measure] = [
        .weightNorm, .weightNormEmbeddings, .weightNormDecoder, .lastLayerNorm,
    ]

    /// Names of the tensors; nil for all of them.
    private let tensors: [String]?

    init(_ measure: Measure, _ problem: borrowing CellProblem) {
        let parameters = problem.parameters
        switch measure {
        case .weightNormEmbeddings:
            tensors = parameters.filter { $0.group == .representation }.map(\.tensor.name)
        case .weightNormDecoder:
            tensors = parameters.filter { $0.group != .representation }.map(\.tensor.name)
        case .lastLayerNorm:
            tensors = [WeightNorm.lastLayer(parameters.map(\.tensor.name))]
        default: tensors = nil
        }
    }

    /// The unembedding, a residual network's head, the last decoder layer's weights, or else the embeddings that are both.
    static func lastLayer(_ names: [String]) -> String {
        let decoder = names.indices.lazy.map { TensorName.decoder($0).weight.text }
        let readOuts = [TensorName.unembedding, TensorName.head.weight].map(\.text)
        return names.last(where: readOuts.contains)
            ?? decoder.prefix { names.contains($0) }.last ?? TensorName.representation.text
    }

    func values(_ model: some Model) -> [Double] {
        guard let tensors else { return [model.squaredNorm.squareRoot()] }
        var sum = 0.0
        for name in tensors {
            for value in model.copy(name) ?? [] { sum += value * value }
        }
        return [sum.squareRoot()]
    }
}
