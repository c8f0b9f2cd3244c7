import Core

/// Any model with its loss and optimiser in plain loops, generic over the float type: the twin of `FastModel` that tests
/// compare it with, and what trains cells in double precision; its entries are specialised.
final class ReferenceModel<Scalar: BinaryFloatingPoint>: Model {
    /// One parameter tensor with its gradient, row-major.
    struct Tensor {
        let name: String
        let shape: [Int]
        let group: ParameterGroup
        var value: [Scalar]
        var gradient: [Scalar]
    }

    typealias Node = Tape<Scalar>.Node

    private let problem: CellProblem
    /// Accuracy of the last batch, which the noise of the next depends on.
    private var lastAccuracy = 0.0
    /// What the last training pass drew, its places left out.
    private var pass: ReferencePass
    private var optimizer: ReferenceOptimizer<Scalar>
    private var statistics: RunningStatistics<Scalar>
    /// All parameters in the problem's order.
    var tensors: [Tensor]

    /// A model with the problem's initial parameters.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    init(_ problem: CellProblem) {
        self.problem = problem
        tensors = problem.parameters.map { parameter in
            let values = parameter.tensor.values.map { Scalar($0) }
            return Tensor(
                name: parameter.tensor.name, shape: parameter.tensor.shape,
                group: parameter.group, value: values,
                gradient: [Scalar](repeating: 0, count: values.count))
        }
        pass = ReferencePass(seed: problem.seed(.noise), step: 0, noise: 0, places: [])
        optimizer = ReferenceOptimizer(problem.configuration, tensors)
        statistics = RunningStatistics(problem.configuration)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func differentiate(_ batch: borrowing Batch, step: Int, evaluating: Bool) -> StepResult {
        let order = batch.order.map { Int($0) }
        let examples = Array(order[..<batch.batchCount])
        let perturbation = problem.configuration.perturbation
        pass = ReferencePass(
            seed: problem.seed(.noise), step: step,
            noise: max(perturbation.lambda1 * (1 - lastAccuracy), perturbation.lambda2), places: [])
        let kept = tensors.map(\.value)
        if perturbation.weights > 0 { addNoise(perturbation.weights, step: step) }
        let trained = differentiate(examples)
        lastAccuracy = trained.accuracy
        if problem.configuration.optimizer.sharpness > 0 {
            climb(problem.configuration.optimizer.sharpness)
            _ = differentiate(examples)
        }
        for place in tensors.indices { tensors[place].value = kept[place] }
        var result = StepResult(loss: trained.loss, accuracy: trained.accuracy, evaluation: nil)
        guard evaluating else { return result }
        let train = evaluate(Array(order[..<batch.trainCount]))
        let validation = evaluate(Array(order[batch.trainCount...]))
        result.evaluation = Evaluation(
            trainLoss: train.loss, trainAccuracy: train.accuracy,
            validationLoss: validation.loss, validationAccuracy: validation.accuracy)
        return result
    }

    /// Gradients of the loss with its penalties over these examples, and their loss and accuracy.
    private func differentiate(_ examples: [Int]) -> (loss: Double, accuracy: Double) {
        let (tape, leaves, network) = network(isTraining: true)
        let outputs = network.outputs(examples, training(0..<examples.count))
        let loss = dataLoss(tape, outputs, examples)
        tape.differentiate(penalised(loss, outputs, examples, network))
        for place in tensors.indices { tensors[place].gradient = leaves[place].gradient }
        return (Double(loss.value[0]), accuracy(outputs, examples))
    }

    /// Normal noise on every parameter (Power et al. 2022).
    private func addNoise(_ deviation: Double, step: Int) {
        for place in tensors.indices {
            let stream = PlacedStream(seed: problem.seed(.noise), purpose: .noise, site: 1 + place)
            let noise = Reference.normalNoise(
                tensors[place].value.count, key: stream.key(step: step), counter: 0,
                sigma: Scalar(deviation))
            tensors[place].value = zip(tensors[place].value, noise).map { $0 + $1 }
        }
    }

    /// A step of norm ρ up the gradient (Foret et al. 2021, Alg. 1).
    private func climb(_ sharpness: Double) {
        let norm = tensors.reduce(0) { $0 + Reference.sumOfSquares($1.gradient) }.squareRoot()
        let factor = Scalar(sharpness / (norm + 1e-12))
        for place in tensors.indices {
            tensors[place].value = zip(tensors[place].value, tensors[place].gradient).map {
                $0 + factor * $1
            }
        }
    }

    /// The last training pass for examples at these places; nil where it draws nothing.
    private func training(_ places: Range<Int>) -> ReferencePass? {
        guard problem.configuration.isStochastic else { return nil }
        var pass = pass
        pass.places = Array(places)
        return pass
    }

    /// What the gradients of a batch are the slopes of: the loss with its penalties, masks and noise being those of the
    /// last step.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func objective(_ examples: [Int]) -> Double {
        let (tape, _, network) = network(isTraining: true)
        let outputs = network.outputs(examples, training(0..<examples.count))
        let loss = dataLoss(tape, outputs, examples)
        return Double(penalised(loss, outputs, examples, network).value[0])
    }

    /// The network on the present parameters, which are the leaves of a new tape.
    private func network(isTraining: Bool = false) -> (
        Tape<Scalar>, [Node], ReferenceNetwork<Scalar>
    ) {
        let tape = Tape<Scalar>()
        let leaves = tensors.map { tensor in
            let rows = tensor.shape.count == 2 ? tensor.shape[0] : 1
            return tape.matrix(rows, tensor.value.count / rows, tensor.value)
        }
        var named = Dictionary(uniqueKeysWithValues: zip(tensors.map(\.name), leaves))
        for tensor in problem.constants {
            named[tensor.name] = tape.matrix(
                tensor.shape[0], tensor.shape[1], tensor.values.map { Scalar($0) })
        }
        return (
            tape, leaves,
            ReferenceNetwork(
                tape: tape, problem: problem, parameters: named, isTraining: isTraining,
                running: statistics.running
            ) { self.statistics.latest[$0] = $1 }
        )
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func update() {
        optimizer.update(&tensors)
        statistics.advance()
    }

    /// None: a reference runs to its end.
    func idleUpdates(upTo limit: Int) -> Int { 0 }
    func timelessState() -> [UInt8]? { nil }

    func save(to state: inout StateWriter) {
        for tensor in tensors { state.write(tensor.value.map { Double($0) }) }
        state.write(lastAccuracy)
        statistics.save(to: &state)
        optimizer.save(to: &state)
    }

    func restore(from state: inout StateReader) throws(StateError) {
        for place in tensors.indices {
            tensors[place].value = try state.scalars(tensors[place].value.count)
        }
        lastAccuracy = try state.double()
        try statistics.restore(from: &state)
        try optimizer.restore(from: &state)
    }

    var parameters: [NamedTensor] {
        tensors.map {
            NamedTensor(name: $0.name, shape: $0.shape, values: $0.value.map { Float($0) })
        }
    }

    var gradients: [NamedTensor] {
        tensors.map {
            NamedTensor(name: $0.name, shape: $0.shape, values: $0.gradient.map { Float($0) })
        }
    }

    var squaredNorm: Double { tensors.reduce(0) { $0 + Reference.sumOfSquares($1.value) } }

    func copy(_ name: String) -> [Double]? {
        tensors.first { $0.name == name }?.value.map { Double($0) }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func outputs(of examples: [Int32]) -> [Double] {
        let (_, _, network) = network()
        return network.outputs(examples.map { Int($0) }).value.map { Double($0) }
    }
}

// Loss and accuracy of some examples.
extension ReferenceModel {
    private func evaluate(_ examples: [Int]) -> (loss: Double, accuracy: Double) {
        let (tape, _, network) = network()
        let outputs = network.outputs(examples)
        let loss = dataLoss(tape, outputs, examples)
        return (Double(loss.value[0]), accuracy(outputs, examples))
    }

    /// The mean loss as it is reported, without penalties.
    private func dataLoss(_ tape: Tape<Scalar>, _ outputs: Node, _ examples: [Int]) -> Node {
        switch problem.configuration.loss.kind {
        case .mse: tape.squaredError(outputs, expected(examples))
        case .crossEntropy:
            tape.crossEntropy(
                outputs, labels(examples),
                smoothing: problem.configuration.loss.labelSmoothing ?? 0)
        case .stableMax: tape.stableMax(outputs, labels(examples))
        }
    }

    /// The loss with c₁ · mean squared difference to the outputs for exchanged symbols (Tan & Huang 2023) and
    /// c₂ · mean |E| (Liu et al. 2022, App. H), where the configuration has such factors.
    private func penalised(
        _ loss: Node, _ outputs: Node, _ examples: [Int], _ network: ReferenceNetwork<Scalar>
    ) -> Node {
        let tape = network.tape
        var total = loss
        let (commutativity, embeddingL1) = (
            problem.configuration.loss.commutativity, problem.configuration.loss.embeddingL1
        )
        if commutativity > 0 {
            let exchanged = network.outputs(
                examples.map(mirror), training(examples.count..<2 * examples.count))
            let difference = tape.sum(outputs, tape.scaled(exchanged, by: -1))
            let zeros = [Scalar](repeating: 0, count: outputs.value.count)
            let penalty = tape.squaredError(difference, zeros)
            total = tape.sum(total, tape.scaled(penalty, by: Scalar(commutativity)))
        }
        if embeddingL1 > 0, let embeddings = network.parameters[TensorName.representation.text] {
            let penalty = tape.meanMagnitude(embeddings)
            total = tape.sum(total, tape.scaled(penalty, by: Scalar(embeddingL1)))
        }
        return total
    }

    /// The example with its first two symbols exchanged.
    private func mirror(_ example: Int) -> Int {
        let all = problem.examples
        var symbols = Array(all.symbols(of: example))
        symbols.swapAt(0, 1)
        let found = (0..<all.count).first { all.symbols(of: $0).elementsEqual(symbols) }
        guard let found else { preconditionFailure("a symmetric task has every mirror") }
        return found
    }

    private func labels(_ examples: [Int]) -> [Int] {
        examples.map { Int(problem.split.labels[$0]) }
    }

    /// The targets of a squared error, one row per example.
    private func expected(_ examples: [Int]) -> [Scalar] {
        let width = problem.outputs
        func rows(_ places: [Int], of values: [Float]) -> [Scalar] {
            places.flatMap { values[$0 * width..<($0 + 1) * width].map { Scalar($0) } }
        }
        guard let targets = problem.targets else {
            return rows(examples, of: problem.examples.values)
        }
        return rows(labels(examples), of: targets.values)
    }

    /// Share of the examples that are right: whose nearest target or else largest output is the label's, or whose mean
    /// squared error is below the task's tolerance.
    private func accuracy(_ outputs: Node, _ examples: [Int]) -> Double {
        let (rows, width) = (outputs.rows, outputs.columns)
        let y = Reference.transpose(rows: rows, columns: width, outputs.value)
        let right: [Bool]
        switch problem.configuration.loss.targets {
        case .values:
            let expected = expected(examples)
            right = examples.indices.map { row in
                let errors = (row * width..<(row + 1) * width).map {
                    outputs.value[$0] - expected[$0]
                }
                return Reference.sumOfSquares(errors) / Double(width)
                    < problem.examples.tolerance
            }
        case .gaussian:
            let targets = (problem.targets?.values ?? []).map { Scalar($0) }
            let predicted = Reference.nearestTarget(
                outputs: width, columns: rows, y: y, classes: problem.examples.classCount,
                targets: targets)
            right = zip(predicted, labels(examples)).map { Int($0) == $1 }
        case .oneHot, nil:
            let predicted = Reference.largestRow(rows: width, columns: rows, y: y)
            right = zip(predicted, labels(examples)).map { Int($0) == $1 }
        }
        return Double(right.filter { $0 }.count) / Double(rows)
    }
}
