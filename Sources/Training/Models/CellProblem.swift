package import Core

/// Everything that a cell's seed fixes before its first step: split, targets and initial parameters.
package struct CellProblem: Sendable {
    /// The configuration it was made from.
    package private(set) var configuration: CellConfiguration
    /// The seed it was made from.
    package let seed: UInt64
    /// All examples of the task, with the labels that the network is trained and validated on.
    package let examples: Examples
    /// Which of them are trained on.
    package let split: ExampleSplit
    /// Fixed targets of a squared error, classes × outputs; nil where there are none.
    package let targets: NamedTensor?
    /// Initial parameters in the order of the network's layers.
    let parameters: [InitialParameter]
    /// Tensors of the network that are not trained.
    let constants: [NamedTensor]

    /// Draws everything, each purpose from its own stream.
    ///
    /// - Parameters:
    ///   - configuration: what is trained.
    ///   - seed: the cell's seed.
    ///   - images: what a task of images reads from its files; nil for all others.
    ///   - given: parameters that its file gives; none where there is no file.
    package init(
        _ configuration: CellConfiguration, seed: UInt64, images: Images? = nil,
        given: GivenParameters? = nil
    ) {
        self.configuration = configuration
        self.seed = seed
        let streams = configuration.streams
        var examples = Examples(
            configuration, seed: streams.seed(.examples, of: seed), images: images)
        split = examples.split(configuration, seed: seed)
        examples.labels = split.labels
        examples.values = split.values
        self.examples = examples
        targets = CellProblem.targets(
            configuration.loss, examples.classCount, streams.seed(.targets, of: seed))
        let drawn = InitialParameters.draw(
            configuration, outputs: configuration.networkOutputs,
            streams.seed(.decoder, of: seed))
        precondition(configuration.initial == nil || given != nil, "the file is read before")
        parameters = given?.replacing(drawn) ?? drawn
        constants = InitialParameters.constants(configuration)
    }

    /// The seed that a purpose draws from: the cell's, or the stream's own.
    func seed(_ purpose: RandomPurpose) -> UInt64 {
        configuration.streams.seed(purpose, of: seed)
    }

    /// Number of outputs of the network.
    package var outputs: Int { configuration.networkOutputs }

    /// Multiply-adds per example forwards, about: one per weight, of a convolution one per weight and place.
    var productsPerExample: Int {
        guard case .residualNetwork(let model) = configuration.model,
            let picture = configuration.task.picture
        else { return parameters.reduce(0) { $0 + $1.tensor.values.count } }
        return ResidualPlan(model, picture).products
    }

    /// The network that the configuration asks for, on these parameters.
    func network(_ parameters: Parameters, _ kernels: KernelSet) -> any Network {
        switch configuration.model {
        case .pairDecoder(let model):
            return DecoderNetwork(self, model, parameters, kernels)
        case .transformer(let model):
            let isNoisy = configuration.perturbation.isOn
            guard FoldedTransformerNetwork.fits(model, examples.symbols, noise: isNoisy) else {
                return TransformerNetwork(self, model, parameters, kernels)
            }
            return FoldedTransformerNetwork(self, model, parameters, kernels)
        case .mlp(let model):
            return DecoderNetwork(self, model, parameters, kernels)
        case .residualNetwork(let model):
            guard let picture = configuration.task.picture else {
                preconditionFailure("a residual network has pictures")
            }
            return ResidualNetwork(self, model, picture, parameters, kernels)
        }
    }

    /// The same examples, split and parameters for measures to look at: the network dense and without dropout, and with noise
    /// on what enters it where that is asked for; the whole training set at once, without penalties.
    func observed(noisy: Bool) -> CellProblem {
        var problem = self
        problem.configuration.batch = 0
        problem.configuration.loss.commutativity = 0
        problem.configuration.loss.embeddingL1 = 0
        problem.configuration.perturbation.lambda1 = 0
        problem.configuration.perturbation.weights = 0
        problem.configuration.perturbation.lambda2 = noisy ? 1 : 0
        switch configuration.model {
        case .pairDecoder(var model):
            model.dropout = 0
            problem.configuration.model = .pairDecoder(model)
        case .mlp(var model):
            model.dropout = 0
            problem.configuration.model = .mlp(model)
        case .transformer(var model):
            (model.residualDropout, model.attentionDropout, model.decoderDropout) = (0, 0, 0)
            if noisy { model.computation = .dense }
            problem.configuration.model = .transformer(model)
        case .residualNetwork: break
        }
        return problem
    }

    static func targets(
        _ loss: LossConfiguration, _ classes: Int, _ seed: UInt64
    ) -> NamedTensor? {
        switch loss.targets {
        case nil, .values: return nil
        case .oneHot:
            return NamedTensor(
                name: "targets", shape: [classes, classes],
                values: (0..<classes * classes).map { $0 / classes == $0 % classes ? 1 : 0 })
        case .gaussian:
            let outputs = loss.outputs ?? 30
            var stream = RandomStream(seed: seed, purpose: .targets)
            return NamedTensor(
                name: "targets", shape: [classes, outputs],
                values: (0..<classes * outputs).map { _ in Float(stream.normal()) })
        }
    }
}
