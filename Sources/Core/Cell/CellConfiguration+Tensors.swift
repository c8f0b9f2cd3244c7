extension CellConfiguration {
    /// The names of the network's trainable tensors, in the order of its layers.
    package var tensorNames: [String] { tensors.map(\.text) }

    private var tensors: [TensorName] {
        switch model {
        case .pairDecoder(let model):
            return [.representation] + decoder(layers: model.hidden.count + 1, bias: true)
        case .mlp(let model):
            return (model.input == .embedding ? [.representation] : [])
                + decoder(layers: model.hidden.count + 1, bias: model.bias)
        case .transformer(let model):
            let hasNorms = model.normalisation != .none
            func norm(_ norm: TensorName.Norm, _ isThere: Bool) -> [TensorName] {
                isThere ? [norm.gain, norm.bias] : []
            }
            let layers = (0..<model.layers).flatMap { number in
                let layer = TensorName.layer(number)
                return norm(layer.firstNorm, hasNorms)
                    + [layer.query, layer.key, layer.value, layer.output]
                    + norm(layer.secondNorm, hasNorms)
                    + [layer.up, layer.down].flatMap { [$0.weight, $0.bias] }
            }
            return [.representation] + (model.positionKind == .learnt ? [.positions] : []) + layers
                + norm(TensorName.lastNorm, model.normalisation == .pre)
                + (model.unembedding == .free ? [.unembedding] : [])
        case .residualNetwork(let model):
            guard let picture = task.picture else { return [] }
            return ResidualPlan(model, picture).convolutions.flatMap { convolution in
                let name = TensorName.convolution(convolution.name)
                return [name.weight, name.norm.gain, name.norm.bias]
            } + [TensorName.head.weight, TensorName.head.bias]
        }
    }

    private func decoder(layers: Int, bias: Bool) -> [TensorName] {
        (0..<layers).map(TensorName.decoder).flatMap { [$0.weight] + (bias ? [$0.bias] : []) }
    }
}
