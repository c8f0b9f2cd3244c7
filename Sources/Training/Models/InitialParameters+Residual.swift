import Core

extension InitialParameters {
    /// As torchvision begins its networks: every convolution's weights from N(0, 2/(kernel² · channels that leave)), gains 1
    /// and biases 0, the last layer uniform in ±1/√inputs; weights and the last layer times the model's scale.
    static func residual(
        _ model: ResidualNetworkConfiguration, _ picture: PictureShape, outputs: Int, _ seed: UInt64
    ) -> [InitialParameter] {
        var stream = RandomStream(seed: seed, purpose: .decoder)
        let plan = ResidualPlan(model, picture)
        var parameters: [InitialParameter] = []
        for convolution in plan.convolutions {
            let (name, channels) = (TensorName.convolution(convolution.name), convolution.channels)
            let spread = convolution.kernel * convolution.kernel * channels
            let deviation = (2 / Double(spread)).squareRoot()
            let weight = tensor(name.weight, [channels, convolution.fanIn]) {
                model.scale * deviation * stream.normal()
            }
            parameters += [
                weight, tensor(name.norm.gain, [channels]) { 1 },
                tensor(name.norm.bias, [channels]) { 0 },
            ].map { InitialParameter($0, .decoder) }
        }
        let inputs = plan.last.channels
        let bound = 1 / Double(inputs).squareRoot()
        let head = TensorName.head
        for (name, shape) in [(head.weight, [outputs, inputs]), (head.bias, [outputs])] {
            let values = tensor(name, shape) { model.scale * stream.uniform(-bound, bound) }
            parameters.append(InitialParameter(values, .lastLayer))
        }
        return parameters
    }
}
