import Core

/// The pair decoder as obvious loops, generic over the float type: the plain twin of `FastModel`.
final class ReferencePairDecoder<Scalar: BinaryFloatingPoint>: Model {
    /// One parameter tensor with everything its optimiser keeps.
    struct Tensor {
        /// Name and shape as in the problem.
        let name: String
        let shape: [Int]
        /// Present values, their gradient and the optimiser's moments, row-major.
        var value: [Scalar]
        var gradient: [Scalar]
        var first: [Scalar]
        var second: [Scalar]
    }

    private let problem: CellProblem
    private let activation: ModelConfiguration.Activation
    private let widths: [Int]
    private var values: [[Scalar]] = []
    private var outputGradient: [Scalar] = []
    private var steps = 0
    /// Embeddings, then weight and bias of each layer.
    var tensors: [Tensor]

    /// A model with the problem's initial parameters.
    init(_ problem: CellProblem) {
        self.problem = problem
        guard case .pairDecoder(let model) = problem.configuration.model else {
            preconditionFailure("a reference of pair decoders")
        }
        activation = model.activation
        widths = [model.embedding] + model.hidden + [problem.outputs]
        tensors = problem.parameters.map(\.tensor).map {
            let zeros = [Scalar](repeating: 0, count: $0.values.count)
            return Tensor(
                name: $0.name, shape: $0.shape, value: $0.values.map { Scalar($0) },
                gradient: zeros, first: zeros, second: zeros)
        }
    }

    func differentiate(_ batch: borrowing Batch, step: Int, evaluating: Bool) -> StepResult {
        forward(batch)
        let evaluation = loss(batch)
        backward(batch)
        return StepResult(
            loss: evaluation.trainLoss, accuracy: evaluation.trainAccuracy, evaluation: evaluation)
    }

    func forward(_ batch: borrowing Batch) {
        let columns = batch.order.count
        let dimensions = widths[0]
        var x = [Scalar](repeating: 0, count: dimensions * columns)
        for n in 0..<columns {
            let example = Int(batch.order[n])
            for c in 0..<dimensions {
                x[c * columns + n] =
                    tensors[0].value[symbol(example, 0) * dimensions + c]
                    + tensors[0].value[symbol(example, 1) * dimensions + c]
            }
        }
        values = [x]
        for layer in 0..<widths.count - 1 {
            let z = Reference.product(
                m: widths[layer + 1], n: columns, k: widths[layer],
                a: tensors[1 + 2 * layer].value, aRow: widths[layer], aStep: 1, b: values[layer],
                bias: tensors[2 + 2 * layer].value)
            guard layer < widths.count - 2 else {
                values.append(z)
                break
            }
            switch activation {
            case .tanh: values.append(Reference.tanhForward(z))
            case .relu: values.append(Reference.reluForward(z))
            case .gelu, .quadratic: preconditionFailure("not an activation yet")
            }
        }
    }

    func loss(_ batch: borrowing Batch) -> Evaluation {
        let outputs = problem.outputs
        let classes = problem.examples.classCount
        let columns = batch.order.count
        let y = values[widths.count - 1]
        let labels = batch.order.map { problem.examples.labels[Int($0)] }
        let losses: [Double]
        let predicted: [Int32]
        var perExample = 1.0
        if let targets = problem.targets {
            let table = targets.values.map { Scalar($0) }
            let expected = (0..<outputs).flatMap { o in
                labels.map { table[Int($0) * outputs + o] }
            }
            perExample = Double(outputs)
            (losses, outputGradient) = Reference.squaredError(
                outputs: outputs, columns: columns, y: y, t: expected, graded: batch.batchCount,
                scale: 2 / (Scalar(batch.batchCount) * Scalar(outputs)))
            predicted =
                problem.configuration.loss.targets == .oneHot
                ? Reference.largestRow(rows: outputs, columns: columns, y: y)
                : Reference.nearestTarget(
                    outputs: outputs, columns: columns, y: y, classes: classes, targets: table)
        } else {
            (losses, outputGradient) = Reference.crossEntropy(
                classes: classes, columns: columns, y: y, labels: labels, graded: batch.batchCount,
                scale: 1 / Scalar(batch.batchCount))
            predicted = Reference.largestRow(rows: classes, columns: columns, y: y)
        }
        func mean(_ places: Range<Int>) -> (loss: Double, accuracy: Double) {
            let count = Double(places.count)
            let correct = places.filter { predicted[$0] == labels[$0] }.count
            return (
                places.reduce(0) { $0 + losses[$1] } / (count * perExample), Double(correct) / count
            )
        }
        let train = mean(0..<batch.trainCount)
        let validation = mean(batch.trainCount..<columns)
        return Evaluation(
            trainLoss: train.loss, trainAccuracy: train.accuracy,
            validationLoss: validation.loss, validationAccuracy: validation.accuracy)
    }

    func backward(_ batch: borrowing Batch) {
        let graded = batch.batchCount
        let columns = batch.order.count
        var slope = outputGradient
        for layer in (0..<widths.count - 1).reversed() {
            let (inputs, outputs) = (widths[layer], widths[layer + 1])
            let input = (0..<inputs).flatMap { row in
                (0..<graded).map { values[layer][row * columns + $0] }
            }
            tensors[1 + 2 * layer].gradient = Reference.product(
                m: outputs, n: inputs, k: graded, a: slope, aRow: graded, aStep: 1,
                b: Reference.transpose(rows: inputs, columns: graded, input))
            tensors[2 + 2 * layer].gradient = Reference.rowProducts(
                rows: outputs, columns: graded, a: slope,
                b: [Scalar](repeating: 1, count: graded))
            slope = Reference.product(
                m: inputs, n: graded, k: outputs, a: tensors[1 + 2 * layer].value, aRow: 1,
                aStep: inputs, b: slope)
            guard layer > 0 else { break }
            switch activation {
            case .tanh: slope = Reference.tanhBackward(input, slope)
            case .relu: slope = Reference.reluBackward(input, slope)
            case .gelu, .quadratic: preconditionFailure("not an activation yet")
            }
        }
        embeddingBackward(batch, slope)
    }

    private func embeddingBackward(_ batch: borrowing Batch, _ slope: [Scalar]) {
        let dimensions = widths[0]
        let graded = batch.batchCount
        var gradient = [Scalar](repeating: 0, count: tensors[0].value.count)
        for n in 0..<graded {
            for place in 0..<2 {
                let row = symbol(Int(batch.order[n]), place)
                for c in 0..<dimensions {
                    gradient[row * dimensions + c] += slope[c * graded + n]
                }
            }
        }
        tensors[0].gradient = gradient
    }

    private func symbol(_ example: Int, _ place: Int) -> Int {
        Int(problem.examples.inputs[2 * example + place])
    }

    func update() {
        steps += 1
        let optimizer = problem.configuration.optimizer
        for place in tensors.indices {
            let settings = place == 0 ? optimizer.representation : optimizer.decoder
            var tensor = tensors[place]
            Reference.adamW(
                settings, step: steps, parameters: &tensor.value, gradients: tensor.gradient,
                first: &tensor.first, second: &tensor.second)
            tensors[place] = tensor
        }
    }

    func save(to state: inout StateWriter) { preconditionFailure("never saved") }

    func restore(from state: inout StateReader) throws(StateError) {
        throw StateError("a reference is never saved")
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

    func copyRepresentation(into values: inout [Double]) {
        for (place, value) in tensors[0].value.enumerated() { values[place] = Double(value) }
    }
}
