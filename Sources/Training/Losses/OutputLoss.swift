import CKernels
import Core

/// Loss, predicted classes and output gradient of feature-major outputs (outputs × examples), by the kernels.
///
/// Squared error: mean over examples and outputs of (y − t)², dY = 2(y − t)/(B·outputs); the predicted class is the nearest
/// target (Gaussian) or the largest output (one-hot, where both are the same). Cross-entropy: mean over examples of
/// −log softmax(y)[label], dY = (softmax − one-hot)/B. B is the number of examples in the batch.
final class OutputLoss {
    private let kind: LossConfiguration.Kind
    private let nearest: Bool
    private let classes: Int
    private let outputs: Int
    private let labels: [Int32]
    private let workspace: Workspace
    private let targets: UnsafeMutablePointer<Float>
    private let expected: Matrix
    private var columnLabels: [Int32]
    private var columnLoss: [Double]
    private var predicted: [Int32]
    /// Places of the batch's order, from the first, whose labels and targets stand ready.
    private var arranged = 0

    /// The loss of a problem over all its examples.
    init(_ problem: borrowing CellProblem) {
        let loss = problem.configuration.loss
        kind = loss.kind
        nearest = loss.targets == .gaussian
        classes = problem.examples.classCount
        outputs = problem.outputs
        labels = problem.split.labels
        let values = problem.targets?.values ?? []
        let columns = values.isEmpty ? 0 : problem.examples.count
        workspace = Workspace(
            capacity: Workspace.padded(values.count)
                + Workspace.size(rows: outputs, columns: columns))
        targets = workspace.take(values.count)
        for (place, value) in values.enumerated() { targets[place] = value }
        expected = workspace.matrix(rows: outputs, columns: columns)
        columnLabels = [Int32](repeating: 0, count: labels.count)
        columnLoss = [Double](repeating: 0, count: labels.count)
        predicted = [Int32](repeating: -1, count: labels.count)
    }

    /// The batch's order has changed.
    func rearrange() { arranged = 0 }

    /// Evaluates the outputs for these places of the batch's order, and fills the gradient of the first `graded`.
    func evaluate(
        _ kernels: borrowing KernelSet, _ batch: borrowing Batch, places: Range<Int>, graded: Int,
        output: Matrix, gradient: Matrix
    ) {
        if places.upperBound > arranged {
            arrange(batch, arranged..<places.upperBound)
            arranged = places.upperBound
        }
        let first = places.lowerBound
        columnLoss.withUnsafeMutableBufferPointer { columnLoss in
            predicted.withUnsafeMutableBufferPointer { predicted in
                columnLabels.withUnsafeBufferPointer { columnLabels in
                    guard let losses = columnLoss.baseAddress, let guesses = predicted.baseAddress,
                        let labels = columnLabels.baseAddress
                    else { return }
                    evaluate(
                        kernels, columns: places.count, output: output, gradient: gradient,
                        batchCount: batch.batchCount, graded: graded,
                        expected: expected.base + (kind == .mse ? first : 0),
                        labels: labels + first, losses: losses + first, guesses: guesses + first)
                }
            }
        }
    }

    private func evaluate(
        _ kernels: borrowing KernelSet, columns: Int, output: Matrix, gradient: Matrix,
        batchCount: Int, graded: Int, expected: UnsafePointer<Float>,
        labels: UnsafePointer<Int32>, losses: UnsafeMutablePointer<Double>,
        guesses: UnsafeMutablePointer<Int32>
    ) {
        switch kind {
        case .mse:
            let scale = 2 / (Float(batchCount) * Float(outputs))
            kernels.table.squared_error(
                outputs, columns, output.base, output.stride, expected, self.expected.stride,
                losses, graded, scale, gradient.base, gradient.stride)
            if nearest {
                kernels.table.nearest_target(
                    outputs, columns, output.base, output.stride, classes, targets, guesses)
            } else {
                kernels.table.largest_row(outputs, columns, output.base, output.stride, guesses)
            }
        case .crossEntropy:
            kernels.table.cross_entropy(
                classes, columns, output.base, output.stride, labels, losses, guesses, graded,
                1 / Float(batchCount), gradient.base, gradient.stride)
        case .stableMax: preconditionFailure("not a loss yet")
        }
    }

    private func arrange(_ batch: borrowing Batch, _ places: Range<Int>) {
        for place in places {
            let label = labels[Int(batch.order[place])]
            columnLabels[place] = label
            guard kind == .mse else { continue }
            for o in 0..<outputs {
                expected.base[o * expected.stride + place] = targets[Int(label) * outputs + o]
            }
        }
    }

    /// Mean loss and share of right answers over these places of the batch's order, as last evaluated.
    func score(_ places: Range<Int>) -> (loss: Double, accuracy: Double) {
        var sum = 0.0
        var correct = 0
        for place in places {
            sum += columnLoss[place]
            if predicted[place] == columnLabels[place] { correct += 1 }
        }
        let perExample = kind == .mse ? Double(outputs) : 1
        let count = Double(places.count)
        return (sum / (count * perExample), Double(correct) / count)
    }
}
