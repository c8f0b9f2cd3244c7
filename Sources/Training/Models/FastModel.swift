import Core

/// A network with its loss and optimiser on the vector kernels. `ReferenceModel` is its plain twin.
final class FastModel: Model {
    private let kernels: KernelSet
    private let store: Parameters
    private let network: any Network
    private let loss: OutputLoss
    private let commutativity: CommutativityPenalty?
    private let embeddingPenalty: EmbeddingPenalty?
    private let optimizer: Optimizer
    private let perturbation: PerturbationConfiguration
    /// Where gradients are taken elsewhere than evaluations; nil where both are taken at the parameters.
    private let displacement: Displacement?
    private let evaluatesEveryStep: Bool
    private let isFullBatch: Bool
    /// Accuracy of the last batch, which the noise of the next depends on.
    private var lastAccuracy = 0.0

    /// A model with the problem's initial parameters.
    init(_ problem: CellProblem, kernels: KernelSet) {
        self.kernels = kernels
        store = Parameters(problem.parameters, constants: problem.constants)
        network = problem.network(store, kernels)
        loss = OutputLoss(problem)
        commutativity = CommutativityPenalty(problem, blockColumns: network.blockColumns)
        embeddingPenalty = EmbeddingPenalty(problem.configuration, store)
        optimizer = Optimizer(problem, store, kernels)
        perturbation = problem.configuration.perturbation
        displacement = Displacement(problem, store, kernels)
        evaluatesEveryStep = EvaluationSchedule.interval(problem) == 1
        isFullBatch = problem.configuration.batchSize == problem.split.train.count
    }

    func differentiate(_ batch: borrowing Batch, step: Int, evaluating: Bool) -> StepResult {
        if batch.isReordered { loss.rearrange() }
        displacement?.begin(step: step)
        let noise = max(perturbation.lambda1 * (1 - lastAccuracy), perturbation.lambda2)
        let training = Pass(isTraining: true, step: step, noise: Float(noise))
        let graded = batch.batchCount
        let everything = batch.order.count
        // A block that mixes batch and validation saves a call, but only one that is the same in every step keeps
        // gradients independent of when an evaluation is due.
        let isMixed =
            evaluatesEveryStep && !network.isStochastic && commutativity == nil
            && displacement == nil && everything <= network.blockColumns
        let places = 0..<(isMixed ? everything : graded)
        grade(batch, places, training)
        let trained = loss.score(0..<graded)
        if let displacement {
            if displacement.climbs() { grade(batch, places, training) }
            displacement.end()
            network.begin()
        }
        lastAccuracy = trained.accuracy
        var result = StepResult(loss: trained.loss, accuracy: trained.accuracy, evaluation: nil)
        guard evaluating else { return result }
        if !isMixed {
            let isElsewhere = network.isStochastic || displacement != nil
            walk(batch, (isElsewhere ? 0 : graded)..<everything, graded: 0, .evaluation)
        }
        let train = loss.score(0..<batch.trainCount)
        let validation = loss.score(batch.trainCount..<everything)
        result.evaluation = Evaluation(
            trainLoss: train.loss, trainAccuracy: train.accuracy,
            validationLoss: validation.loss, validationAccuracy: validation.accuracy)
        return result
    }

    /// Takes the batch through the network where the parameters are now, for the gradients of the loss with its penalties.
    private func grade(_ batch: borrowing Batch, _ places: Range<Int>, _ training: Pass) {
        network.begin()
        if let commutativity {
            walk(batch, commutativity, training)
        } else {
            walk(batch, places, graded: batch.batchCount, training)
        }
        network.finish()
        embeddingPenalty?.addGradient()
    }

    /// Takes the examples at these places of the batch's order through the network, block by block.
    private func walk(_ batch: borrowing Batch, _ places: Range<Int>, graded: Int, _ pass: Pass) {
        batch.order.withUnsafeBufferPointer { order in
            var first = places.lowerBound
            while first < places.upperBound {
                let count = min(network.blockColumns, places.upperBound - first)
                let examples = UnsafeBufferPointer(rebasing: order[first..<first + count])
                let gradedHere = min(max(graded - first, 0), count)
                var here = pass
                here.place = first
                network.forward(examples, here)
                loss.evaluate(
                    kernels, batch, places: first..<first + count, graded: gradedHere,
                    output: network.output, gradient: network.outputGradient)
                if gradedHere > 0 {
                    network.backward(examples, graded: gradedHere, isFirst: first == 0)
                }
                first += count
            }
        }
    }

    /// Takes the batch through the network, the mirrors of a block's examples behind them. To dropout and noise all
    /// mirrors stand behind the whole batch.
    private func walk(
        _ batch: borrowing Batch, _ commutativity: CommutativityPenalty, _ pass: Pass
    ) {
        let batchCount = batch.batchCount
        batch.order.withUnsafeBufferPointer { order in
            var first = 0
            while first < batchCount {
                let count = min(commutativity.blockExamples, batchCount - first)
                let examples = commutativity.block(
                    UnsafeBufferPointer(rebasing: order[first..<first + count]))
                var here = pass
                here.place = first
                here.mirrors = (column: count, place: batchCount + first)
                network.forward(examples, here)
                let (output, gradient) = (network.output, network.outputGradient)
                loss.evaluate(
                    kernels, batch, places: first..<first + count, graded: count, output: output,
                    gradient: gradient)
                commutativity.addGradient(
                    kernels, count: count, batchCount: batchCount, output: output,
                    gradient: gradient)
                network.backward(examples, graded: 2 * count, isFirst: first == 0)
                first += count
            }
        }
    }

    func update() {
        optimizer.update()
        network.advance()
    }

    func idleUpdates(upTo limit: Int) -> Int {
        guard isFullBatch, !network.isStochastic, perturbation.weights == 0 else { return 0 }
        return optimizer.idleUpdates(upTo: limit)
    }

    func timelessState() -> [UInt8]? {
        guard isFullBatch, !network.isStochastic, perturbation.weights == 0, optimizer.isTimeless
        else { return nil }
        var state = StateWriter()
        for block in store.blocks { state.write(block.value, count: block.count) }
        optimizer.saveTimeless(to: &state)
        return state.bytes
    }

    var parameters: [NamedTensor] { store.values }
    var gradients: [NamedTensor] { store.gradients }
    /// What the network's products cost.
    var work: NetworkWork { network.work }
    /// Bytes of parameters, gradients and activations.
    var workspaceBytes: Int { store.byteCount + network.workspaceBytes }

    var squaredNorm: Double { store.squaredNorm(kernels) }

    func copy(_ name: String) -> [Double]? {
        store.tensor(named: name).map { tensor in
            (0..<tensor.count).map { Double(tensor.value[$0]) }
        }
    }

    func outputs(of examples: [Int32]) -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(examples.count * network.output.rows)
        examples.withUnsafeBufferPointer { all in
            var first = 0
            while first < all.count {
                let count = min(network.blockColumns, all.count - first)
                network.forward(
                    UnsafeBufferPointer(rebasing: all[first..<first + count]), .evaluation)
                let output = network.output
                for column in 0..<count {
                    for row in 0..<output.rows { result.append(Double(output.row(row)[column])) }
                }
                first += count
            }
        }
        return result
    }

    /// Replaces every parameter; the numbers stand one after the other in the order of `parameters`.
    func setParameters(_ values: [Double]) {
        var place = 0
        for tensor in store.tensors {
            for index in 0..<tensor.count { tensor.value[index] = Float(values[place + index]) }
            place += tensor.count
        }
        precondition(place == values.count, "there is a number for each parameter")
    }

    func save(to state: inout StateWriter) {
        for block in store.blocks { state.write(block.value, count: block.count) }
        state.write(lastAccuracy)
        network.save(to: &state)
        optimizer.save(to: &state)
    }

    func restore(from state: inout StateReader) throws(StateError) {
        for block in store.blocks { try state.read(into: block.value, count: block.count) }
        lastAccuracy = try state.double()
        try network.restore(from: &state)
        try optimizer.restore(from: &state)
    }
}
