import Core

/// Draws the parameters that a model begins with.
enum InitialParameters {
    /// The parameters of a configured model, in the order of its layers.
    static func draw(
        _ configuration: CellConfiguration, symbols: Int, outputs: Int, _ seed: UInt64
    ) -> [InitialParameter] {
        let parameters: [InitialParameter]
        switch configuration.model {
        case .pairDecoder(let model):
            parameters = pairDecoder(model, symbols: symbols, outputs: outputs, seed)
        case .transformer, .mlp: preconditionFailure("not a network yet")
        }
        guard configuration.optimizer.lastLayer == nil else { return parameters }
        return parameters.map {
            $0.group == .lastLayer ? InitialParameter($0.tensor, .decoder) : $0
        }
    }

    /// Embeddings uniform in ±half the embedding scale; decoder layers as `layers` draws them.
    private static func pairDecoder(
        _ model: PairDecoderConfiguration, symbols: Int, outputs: Int, _ seed: UInt64
    ) -> [InitialParameter] {
        var stream = RandomStream(seed: seed, purpose: .representation)
        let half = model.embeddingScale / 2
        let embeddings = NamedTensor(
            name: "representation", shape: [symbols, model.embedding],
            values: (0..<symbols * model.embedding).map { _ in Float(stream.uniform(-half, half)) })
        let widths = [model.embedding] + model.hidden + [outputs]
        return [InitialParameter(embeddings, .representation)]
            + layers(widths, scale: model.decoderScale, seed)
    }

    /// PyTorch's default for `Linear`: weights, then biases, uniform in ±1/√fan-in; then scaled.
    private static func layers(
        _ widths: [Int], scale: Double, _ seed: UInt64
    ) -> [InitialParameter] {
        var stream = RandomStream(seed: seed, purpose: .decoder)
        var parameters: [InitialParameter] = []
        for (layer, (fanIn, fanOut)) in zip(widths, widths.dropFirst()).enumerated() {
            let bound = 1 / Double(fanIn).squareRoot()
            func draw(_ count: Int) -> [Float] {
                (0..<count).map { _ in Float(scale * stream.uniform(-bound, bound)) }
            }
            let group: ParameterGroup = layer == widths.count - 2 ? .lastLayer : .decoder
            let weight = NamedTensor(
                name: "decoder.\(layer).weight", shape: [fanOut, fanIn],
                values: draw(fanOut * fanIn))
            let bias = NamedTensor(
                name: "decoder.\(layer).bias", shape: [fanOut], values: draw(fanOut))
            parameters.append(InitialParameter(weight, group))
            parameters.append(InitialParameter(bias, group))
        }
        return parameters
    }
}
