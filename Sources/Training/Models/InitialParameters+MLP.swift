import Core

extension InitialParameters {
    /// Embeddings from N(0, 1) where there are any, then the layers; all times the model's scale.
    static func mlp(
        _ model: MLPConfiguration, _ symbols: ExampleSymbols, features: Int, outputs: Int,
        _ seed: UInt64
    ) -> [InitialParameter] {
        guard model.initialisation != .analytic else {
            return analytic(model, modulus: symbols.count, seed)
        }
        var parameters: [InitialParameter] = []
        let inputs: Int
        switch model.input {
        case .oneHot: inputs = symbols.choices.reduce(0, +)
        case .numbers: inputs = features
        case .embedding:
            let dimensions = model.embedding ?? 0
            var stream = RandomStream(seed: seed, purpose: .representation)
            let rows = symbols.count + (symbols.operations > 1 ? symbols.operations : 0)
            let embeddings = tensor(.representation, [rows, dimensions]) {
                model.scale * stream.normal()
            }
            parameters.append(InitialParameter(embeddings, .representation))
            inputs = symbols.places * dimensions
        }
        return parameters
            + layers(
                [inputs] + model.hidden + [outputs], model.initialisation, bias: model.bias,
                scale: model.scale, seed)
    }

    /// Weights that add modulo p without training (Gromov 2023, arXiv 2301.02679, §3). Neuron k has a frequency f and
    /// phases φ₁, φ₂; it gets cos(2πf·a/p + φ₁) from a and cos(2πf·b/p + φ₂) from b, and gives cos(2πf·q/p + φ₁ + φ₂)
    /// to output q.
    ///
    /// Squared and summed over N neurons, the cosines add up to N/2 at q = a + b and cancel elsewhere. Both layers carry
    /// the factor (2/N)^⅓: outputs are then near unit vectors, and each neuron has ‖incoming‖² = 2‖outgoing‖², which
    /// gradient flow conserves, so that training from there moves both layers alike.
    private static func analytic(
        _ model: MLPConfiguration, modulus: Int, _ seed: UInt64
    ) -> [InitialParameter] {
        var stream = RandomStream(seed: seed, purpose: .decoder)
        let neurons = model.hidden[0]
        let size = model.scale * cubeRoot(2 / Double(neurons))
        let frequencies = max(1, (modulus - 1) / 2)
        var incoming = [Float](repeating: 0, count: neurons * 2 * modulus)
        var outgoing = [Float](repeating: 0, count: modulus * neurons)
        for neuron in 0..<neurons {
            let first = stream.uniform(-Double.pi, Double.pi)
            let second = stream.uniform(-Double.pi, Double.pi)
            let step = 2 * Double.pi * Double(1 + neuron % frequencies) / Double(modulus)
            for symbol in 0..<modulus {
                let angle = step * Double(symbol)
                let row = neuron * 2 * modulus
                incoming[row + symbol] = Float(size * cosine(angle + first))
                incoming[row + modulus + symbol] = Float(size * cosine(angle + second))
                outgoing[symbol * neurons + neuron] = Float(
                    size * cosine(angle + first + second))
            }
        }
        return [
            InitialParameter(
                NamedTensor(
                    name: TensorName.decoder(0).weight.text, shape: [neurons, 2 * modulus],
                    values: incoming), .decoder),
            InitialParameter(
                NamedTensor(
                    name: TensorName.decoder(1).weight.text, shape: [modulus, neurons],
                    values: outgoing), .lastLayer),
        ]
    }
}
