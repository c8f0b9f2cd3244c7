import Core

/// Draws the parameters that a model begins with; `docs/random-streams.md` has the order of the draws.
enum InitialParameters {
    /// The parameters of a configured model, in the order of its layers.
    static func draw(
        _ configuration: CellConfiguration, outputs: Int, _ seed: UInt64
    ) -> [InitialParameter] {
        let symbols = configuration.symbols ?? ExampleSymbols(count: 0)
        let parameters: [InitialParameter]
        switch configuration.model {
        case .pairDecoder(let model):
            parameters = pairDecoder(model, symbols: symbols.count, outputs: outputs, seed)
        case .transformer(let model):
            parameters = transformer(
                model, TokenLayout(model, symbols), outputs: outputs, seed)
        case .mlp(let model):
            let features = configuration.task.featureCount ?? 0
            parameters = mlp(model, symbols, features: features, outputs: outputs, seed)
        case .residualNetwork(let model):
            guard let picture = configuration.task.picture else {
                preconditionFailure("a residual network has pictures")
            }
            parameters = residual(model, picture, outputs: outputs, seed)
        }
        guard configuration.optimizer.lastLayer == nil else { return parameters }
        return parameters.map {
            $0.group == .lastLayer ? InitialParameter($0.tensor, .decoder) : $0
        }
    }

    /// A tensor whose numbers are drawn in row-major order and rounded to single precision.
    static func tensor(_ name: TensorName, _ shape: [Int], draw: () -> Double) -> NamedTensor {
        NamedTensor(
            name: name.text, shape: shape,
            values: (0..<shape.reduce(1, *)).map { _ in Float(draw()) })
    }

    /// Embeddings uniform in ±half the embedding scale, then a fully connected decoder.
    private static func pairDecoder(
        _ model: PairDecoderConfiguration, symbols: Int, outputs: Int, _ seed: UInt64
    ) -> [InitialParameter] {
        var stream = RandomStream(seed: seed, purpose: .representation)
        let half = model.embeddingScale / 2
        let embeddings = tensor(.representation, [symbols, model.embedding]) {
            stream.uniform(-half, half)
        }
        return [InitialParameter(embeddings, .representation)]
            + layers(
                [model.embedding] + model.hidden + [outputs], .uniform, bias: true,
                scale: model.decoderScale, seed)
    }

    /// Fully connected layers of these widths: per layer all weights, then all biases.
    static func layers(
        _ widths: [Int], _ initialisation: MLPConfiguration.Initialisation, bias: Bool,
        scale: Double, _ seed: UInt64
    ) -> [InitialParameter] {
        var stream = RandomStream(seed: seed, purpose: .decoder)
        var parameters: [InitialParameter] = []
        for (layer, (fanIn, fanOut)) in zip(widths, widths.dropFirst()).enumerated() {
            let bound = 1 / Double(fanIn).squareRoot()
            let group: ParameterGroup = layer == widths.count - 2 ? .lastLayer : .decoder
            let weight = tensor(.decoder(layer).weight, [fanOut, fanIn]) {
                switch initialisation {
                case .uniform: return scale * stream.uniform(-bound, bound)
                case .kaiming:
                    let wide = (6 / Double(fanIn)).squareRoot()
                    return scale * stream.uniform(-wide, wide)
                case .normal: return scale * bound * stream.normal()
                case .analytic: preconditionFailure("analytic weights are not drawn one by one")
                }
            }
            parameters.append(InitialParameter(weight, group))
            guard bias else { continue }
            let biases = tensor(.decoder(layer).bias, [fanOut]) {
                initialisation == .normal ? 0 : scale * stream.uniform(-bound, bound)
            }
            parameters.append(InitialParameter(biases, group))
        }
        return parameters
    }
}
