package import Core

/// Everything that a cell's seed fixes before its first step: split, targets and initial parameters.
package struct CellProblem: Sendable {
    /// The configuration it was made from.
    package let configuration: CellConfiguration
    /// All examples of the task.
    package let examples: Examples
    /// Which of them are trained on.
    package let split: ExampleSplit
    /// Fixed targets of a squared error, classes × outputs; nil for cross-entropy.
    package let targets: NamedTensor?
    /// Initial parameters in the order `representation`, then weight and bias of each decoder layer.
    package let initialParameters: [NamedTensor]

    /// Draws everything, each purpose from its own stream.
    package init(_ configuration: CellConfiguration, seed: UInt64) {
        self.configuration = configuration
        examples = Examples(configuration.task)
        split = examples.split(trainCount: configuration.trainCount, seed: seed)
        targets = CellProblem.targets(configuration.loss, examples.classCount, seed)
        let outputs = targets?.shape[1] ?? examples.classCount
        let model = configuration.model
        initialParameters =
            [CellProblem.embeddings(model, symbols: examples.symbolCount, seed)]
            + CellProblem.decoder(model, outputs: outputs, seed)
    }

    /// Number of outputs of the network.
    package var outputs: Int { targets?.shape[1] ?? examples.classCount }

    /// Widths of the decoder from its input to its output.
    package var widths: [Int] {
        [configuration.model.embedding] + configuration.model.hidden + [outputs]
    }

    private static func targets(
        _ loss: LossConfiguration, _ classes: Int, _ seed: UInt64
    ) -> NamedTensor? {
        switch (loss.kind, loss.targets) {
        case (.crossEntropy, _): return nil
        case (.mse, .oneHot):
            return NamedTensor(
                name: "targets", shape: [classes, classes],
                values: (0..<classes * classes).map { $0 / classes == $0 % classes ? 1 : 0 })
        case (.mse, .gaussian), (.mse, nil):
            let outputs = loss.outputs ?? 30
            var stream = RandomStream(seed: seed, purpose: .targets)
            return NamedTensor(
                name: "targets", shape: [classes, outputs],
                values: (0..<classes * outputs).map { _ in Float(stream.normal()) })
        }
    }

    private static func embeddings(
        _ model: ModelConfiguration, symbols: Int, _ seed: UInt64
    ) -> NamedTensor {
        var stream = RandomStream(seed: seed, purpose: .representation)
        let half = model.embeddingScale / 2
        return NamedTensor(
            name: "representation", shape: [symbols, model.embedding],
            values: (0..<symbols * model.embedding).map { _ in Float(stream.uniform(-half, half)) })
    }

    /// PyTorch's default for `Linear`: weights, then biases, uniform in ±1/√fan-in; then scaled.
    private static func decoder(
        _ model: ModelConfiguration, outputs: Int, _ seed: UInt64
    ) -> [NamedTensor] {
        var stream = RandomStream(seed: seed, purpose: .decoder)
        let widths = [model.embedding] + model.hidden + [outputs]
        var tensors: [NamedTensor] = []
        for (layer, (fanIn, fanOut)) in zip(widths, widths.dropFirst()).enumerated() {
            let bound = 1 / Double(fanIn).squareRoot()
            func draw(_ count: Int) -> [Float] {
                (0..<count).map { _ in Float(model.decoderScale * stream.uniform(-bound, bound)) }
            }
            tensors.append(
                NamedTensor(
                    name: "decoder.\(layer).weight", shape: [fanOut, fanIn],
                    values: draw(fanOut * fanIn)))
            tensors.append(
                NamedTensor(name: "decoder.\(layer).bias", shape: [fanOut], values: draw(fanOut)))
        }
        return tensors
    }
}
