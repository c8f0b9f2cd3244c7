import Core

extension InitialParameters {
    /// What a transformer adds to tokens' embeddings where positions are not learnt, positions × width: at position t and
    /// features 2i and 2i + 1 sine and cosine of t · 10000^(−2i/width) (Vaswani et al. 2017, §3.5), or 0.
    static func constants(_ configuration: CellConfiguration) -> [NamedTensor] {
        guard case .transformer(let model) = configuration.model, model.positionKind != .learnt,
            let symbols = configuration.symbols
        else { return [] }
        let width = model.width
        let positions = TokenLayout(model, symbols).count
        let values: [Float] = (0..<positions).flatMap { position -> [Float] in
            guard model.positionKind == .sinusoidal else {
                return [Float](repeating: 0, count: width)
            }
            return (0..<width).map { feature in
                let angle = RotaryPositions.angle(position, feature / 2, width: width)
                return Float(feature.isMultiple(of: 2) ? sine(angle) : cosine(angle))
            }
        }
        return [
            NamedTensor(
                name: TensorName.positions.text, shape: [positions, width], values: values)
        ]
    }

    /// Embeddings and matrices from N(0, 1/width) times the model's scale, matrices also times the decoder's; biases 0, gains 1 (Nanda et al. 2023; Gu et al.
    /// 2025).
    ///
    /// A layer's tensors come in the order of its forward pass. Head h of H has rows h·width/H and on of query, key and
    /// value, and the same columns of output.
    static func transformer(
        _ model: TransformerConfiguration, _ layout: TokenLayout, outputs: Int, _ seed: UInt64
    ) -> [InitialParameter] {
        let width = model.width
        let spread = model.scale / Double(width).squareRoot()
        let decoderSpread = model.decoderScale * spread
        var embeddings = RandomStream(seed: seed, purpose: .representation)
        var decoder = RandomStream(seed: seed, purpose: .decoder)
        var shapes = [(TensorName.representation, [layout.tokenCount, width])]
        if model.positionKind == .learnt { shapes.append((.positions, [layout.count, width])) }
        var parameters = shapes.map { name, shape in
            InitialParameter(
                tensor(name, shape) { spread * embeddings.normal() }, .representation)
        }
        func matrix(
            _ name: TensorName, _ rows: Int, _ columns: Int, _ group: ParameterGroup = .decoder
        ) {
            parameters.append(
                InitialParameter(
                    tensor(name, [rows, columns]) { decoderSpread * decoder.normal() }, group))
        }
        func vector(_ name: TensorName, _ count: Int, of value: Double) {
            parameters.append(InitialParameter(tensor(name, [count]) { value }, .decoder))
        }
        func norm(_ name: TensorName.Norm) {
            vector(name.gain, width, of: 1)
            vector(name.bias, width, of: 0)
        }
        for layer in 0..<model.layers {
            let names = TensorName.layer(layer)
            if model.normalisation != .none { norm(names.firstNorm) }
            for name in [names.query, names.key, names.value, names.output] {
                matrix(name, width, width)
            }
            if model.normalisation != .none { norm(names.secondNorm) }
            matrix(names.up.weight, model.hidden, width)
            vector(names.up.bias, model.hidden, of: 0)
            matrix(names.down.weight, width, model.hidden)
            vector(names.down.bias, width, of: 0)
        }
        if model.normalisation == .pre { norm(TensorName.lastNorm) }
        if model.unembedding == .free {
            let read = model.readOut == .all ? layout.count : 1
            matrix(.unembedding, outputs, read * width, .lastLayer)
        }
        return parameters
    }
}
