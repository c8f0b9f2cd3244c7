import Core
import Testing

@testable import Training

@Suite struct DecoderNetworkTests {
    /// A network's configuration in few words: its input stage, activation and biases.
    struct Case: CustomStringConvertible {
        let input: String
        let activation: String
        var bias = true

        var description: String { "\(input) \(activation)\(bias ? "" : " without biases")" }

        /// Odd sizes: 49 pairs of 7 symbols, of two operations where the input says so, or 37 rows or images of 11 numbers; hidden
        /// layers of 9 and 5.
        func configuration(modulus: Int = 7) throws -> CellConfiguration {
            let pairs =
                input.hasSuffix("operations")
                ? "{kind: modular, operations: [x*y, x+y], modulus: \(modulus)}"
                : "{kind: modular, operation: x*y, modulus: \(modulus)}"
            let word = input.prefix { $0 != " " }
            let hidden = "hidden: [9, 5], activation: \(activation)"
            let (task, model) =
                switch input {
                case "sum": (pairs, "{embedding: 3, \(hidden)}")
                case "matrix-product":
                    (pairs, "{embedding: 9, combination: matrix-product, \(hidden)}")
                case "numbers":
                    (
                        "{kind: parity, relevant: 2, irrelevant: 9, samples: 37}",
                        "{kind: mlp, input: numbers, bias: \(bias), \(hidden)}"
                    )
                case "images":
                    (
                        "{kind: images, images: a, labels: b, samples: 37, pixels: 11, classes: 3}",
                        "{kind: mlp, input: numbers, bias: \(bias), \(hidden)}"
                    )
                default:
                    (
                        pairs,
                        "{kind: mlp, input: \(word), bias: \(bias), \(hidden)"
                            + (word == "embedding" ? ", embedding: 5}" : "}")
                    )
                }
            return try CellDefinition(
                parsing: """
                    {task: \(task), model: \(model), train_fraction: 0.6, steps: 20,
                     loss: {kind: mse, targets: one-hot}}
                    """
            ).configuration
        }

        /// The same with noise, dropout where the network has it, and mirrors where the task has them.
        func stochastic(_ plain: CellConfiguration) -> CellConfiguration {
            var configuration = plain
            configuration.perturbation.lambda1 = 0.3
            configuration.perturbation.lambda2 = 0.1
            if case .mlp(var model) = configuration.model {
                model.dropout = 0.2
                configuration.model = .mlp(model)
            }
            if configuration.task.isSymmetric { configuration.loss.commutativity = 2 }
            return configuration
        }
    }

    /// The problem of a configuration; images are two thirds black.
    static func problem(_ configuration: CellConfiguration, seed: UInt64) -> CellProblem {
        guard configuration.task.kind == .images else {
            return CellProblem(configuration, seed: seed)
        }
        let pixels = KernelCase.numbers(37 * 11, state: 6).map { max($0 - 0.33, 0) }
        #expect(SparseLayer.density(pixels) <= SparseLayer.largestDensity)
        let images = Images(pixels: pixels, labels: (0..<37).map { $0 % 3 })
        return CellProblem(configuration, seed: seed, images: images)
    }

    static let activations = ["tanh", "relu", "gelu", "silu", "gelu-tanh", "quadratic"]
    static let cases =
        ["sum", "matrix-product"].flatMap { input in
            activations.map { Case(input: input, activation: $0) }
        }
        + [
            "one-hot", "embedding", "numbers", "images", "one-hot of operations",
            "embedding of operations",
        ].flatMap { input in
            activations.flatMap { activation in
                [true, false].map { Case(input: input, activation: activation, bias: $0) }
            }
        }
    /// Every input stage once.
    static let inputs =
        [
            "sum", "matrix-product", "one-hot", "embedding", "one-hot of operations",
            "embedding of operations", "numbers", "images",
        ].map { Case(input: $0, activation: "gelu") }

    @Test("every network follows its reference on every kernel set", arguments: cases)
    func reference(_ network: Case) throws {
        for set in KernelSet.available {
            try follow(try network.configuration(), set, network.description)
        }
    }

    @Test("examples beyond a block are trained on as well", arguments: inputs.dropLast(2))
    func manyBlocks(_ network: Case) throws {
        let configuration = try network.configuration(modulus: 23)
        #expect(configuration.trainCount > DecoderNetwork.mostColumns)
        try follow(configuration, .best, network.description)
    }

    @Test(
        "dropout, noise and mirrors follow the reference on every kernel set, whatever the blocks",
        arguments: inputs)
    func stochastic(_ network: Case) throws {
        for set in KernelSet.available {
            try follow(
                network.stochastic(try network.configuration()), set, network.description)
        }
        let configuration = network.stochastic(try network.configuration(modulus: 23))
        try follow(configuration, .best, "\(network) in several blocks")
    }

    /// Compares losses and gradients over a few updates of both models.
    private func follow(
        _ configuration: CellConfiguration, _ kernels: KernelSet, _ comment: String
    ) throws {
        let problem = Self.problem(configuration, seed: 3)
        let fast = FastModel(problem, kernels: kernels)
        let reference = ReferenceModel<Double>(problem)
        var batch = Batch(split: problem.split, size: configuration.batch, seed: 3)
        for step in 0..<3 {
            batch.advance()
            let found = fast.differentiate(batch, step: step, evaluating: true)
            let wanted = reference.differentiate(batch, step: step, evaluating: true)
            let (losses, expected) = try (
                #require(found.evaluation), #require(wanted.evaluation)
            )
            // Sums of a few dozen terms below 1, each rounded to single precision.
            #expect(abs(found.loss - wanted.loss) < 1e-6, "\(comment)")
            #expect(found.accuracy == wanted.accuracy, "\(comment)")
            #expect(abs(losses.trainLoss - expected.trainLoss) < 1e-6, "\(comment)")
            #expect(abs(losses.validationLoss - expected.validationLoss) < 1e-6, "\(comment)")
            for (tensor, gradient) in zip(reference.tensors, fast.gradients) {
                let off = deviation(
                    gradient.values.map(Double.init), tensor.gradient, absolute: 2e-7,
                    relative: 2e-5)
                #expect(off <= 1, "\(tensor.name) of \(comment) on \(kernels.name)")
            }
            fast.update()
            reference.update()
        }
    }

    @Test("small blocks add up to what one block gives", arguments: inputs)
    func accumulation(_ network: Case) throws {
        let problem = Self.problem(try network.configuration(), seed: 4)
        let graded = problem.split.train.count
        let whole = try gradients(problem, columns: graded)
        let parts = try gradients(problem, columns: 4)
        #expect(!graded.isMultiple(of: 4))
        for (one, many) in zip(whole, parts) {
            let off = deviation(
                many.values.map(Double.init), one.values.map(Double.init), absolute: 1e-6,
                relative: 1e-5)
            #expect(off <= 1, "\(one.name) of \(network)")
        }
    }

    /// Gradients of the sum of all outputs, each times a number of its own, in blocks of at most so many examples.
    private func gradients(_ problem: CellProblem, columns: Int) throws -> [NamedTensor] {
        let parameters = Parameters(problem.parameters)
        let network: any Network =
            switch problem.configuration.model {
            case .pairDecoder(let model):
                DecoderNetwork(problem, model, parameters, mostColumns: columns, .best)
            case .mlp(let model):
                DecoderNetwork(problem, model, parameters, mostColumns: columns, .best)
            case .transformer, .residualNetwork: preconditionFailure("not a decoder")
            }
        let train = problem.split.train
        let slopes = KernelCase.numbers(problem.outputs * train.count, state: 5)
        network.begin()
        var first = 0
        while first < train.count {
            let count = min(network.blockColumns, train.count - first)
            train[first..<first + count].withUnsafeBufferPointer { examples in
                network.forward(examples, .evaluation)
                for output in 0..<problem.outputs {
                    for place in 0..<count {
                        network.outputGradient.row(output)[place] =
                            slopes[output * train.count + first + place]
                    }
                }
                network.backward(examples, graded: count, isFirst: first == 0)
            }
            first += count
        }
        network.finish()
        return parameters.gradients
    }

    @Test("one seed gives one result, bit for bit", arguments: inputs.dropLast())
    func reproducible(_ network: Case) throws {
        let configuration = try network.configuration()
        let record = RecordRequest(parameters: [.last])
        let first = try TrainingLoopTests.outcome(configuration, record: record)
        #expect(first == (try TrainingLoopTests.outcome(configuration, record: record)))
        #expect(first != (try TrainingLoopTests.outcome(configuration, seed: 2, record: record)))
    }

    @Test("analytic weights add every pair right without training", arguments: [97, 53])
    func analytic(_ modulus: Int) throws {
        let configuration = try CellDefinition(
            parsing: """
                {task: {kind: modular, operation: x+y, modulus: \(modulus)}, train_fraction: 0.5,
                 model: {kind: mlp, input: one-hot, hidden: [500], activation: quadratic,
                         bias: false, initialisation: analytic},
                 loss: {kind: mse, targets: one-hot}}
                """
        ).configuration
        let problem = CellProblem(configuration, seed: 0)
        var batch = Batch(split: problem.split, size: 0, seed: 0)
        batch.advance()
        let model = FastModel(problem, kernels: .best)
        let result = model.differentiate(batch, step: 0, evaluating: true)
        let evaluation = try #require(result.evaluation)
        #expect(evaluation.trainAccuracy == 1 && evaluation.validationAccuracy == 1)
    }

    @Test(
        "a network without hidden layers is its first layer",
        arguments: ["one-hot", "numbers", "images"])
    func noHiddenLayers(_ input: String) throws {
        var configuration = try Case(input: input, activation: "relu").configuration()
        guard case .mlp(var model) = configuration.model else {
            Issue.record("\(input) is no MLP")
            return
        }
        model.hidden = []
        configuration.model = .mlp(model)
        try follow(configuration, .best, "\(input) without hidden layers")
    }
}
