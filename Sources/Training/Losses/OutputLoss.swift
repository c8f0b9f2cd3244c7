import CKernels
import Core

/// Loss, right answers and output gradient of feature-major outputs (outputs × examples), by the kernels.
///
/// Squared error: mean over examples and outputs of (y − t)², dY = 2(y − t)/(B·outputs). Cross-entropy: mean over examples
/// of −log s(y)[label], s the softmax (dY = (s − one-hot)/B, the one-hot vector smoothed where asked for) or StableMax. B is the number of examples in the batch.
/// An answer is the class of the nearest target (Gaussian) or of the largest output (one-hot, where both are the same, and
/// cross-entropy); where numbers are predicted it is right when its mean squared error is below the task's tolerance.
final class OutputLoss {
    private let settings: LossConfiguration
    private let classes: Int
    private let outputs: Int
    private let tolerance: Double
    private let labels: [Int32]
    private let workspace: Workspace
    /// Rows of targets: one per class, or one per example where numbers are predicted.
    private let targets: UnsafeMutablePointer<Float>
    private let expected: Matrix
    private var columnLabels: [Int32]
    private var columnLoss: [Double]
    private var predicted: [Int32]
    /// Places of the batch's order, from the first, whose labels and targets stand ready.
    private var arranged = 0

    /// The loss of a problem over all its examples.
    init(_ problem: borrowing CellProblem) {
        settings = problem.configuration.loss
        let examples = problem.examples
        classes = examples.classCount
        outputs = problem.outputs
        tolerance = examples.tolerance
        labels = examples.labels
        let values = problem.targets?.values ?? examples.values
        let columns = values.isEmpty ? 0 : examples.count
        workspace = Workspace(
            capacity: Workspace.padded(values.count)
                + Workspace.size(rows: outputs, columns: columns))
        targets = workspace.take(values.count)
        for (place, value) in values.enumerated() { targets[place] = value }
        expected = workspace.matrix(rows: outputs, columns: columns)
        columnLabels = [Int32](repeating: 0, count: examples.count)
        columnLoss = [Double](repeating: 0, count: examples.count)
        predicted = [Int32](repeating: -1, count: examples.count)
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
        let batchCount = batch.batchCount
        columnLoss.withUnsafeMutableBufferPointer { columnLoss in
            predicted.withUnsafeMutableBufferPointer { predicted in
                columnLabels.withUnsafeBufferPointer { columnLabels in
                    guard let losses = columnLoss.baseAddress, let guesses = predicted.baseAddress,
                        let labels = columnLabels.baseAddress
                    else { return }
                    let block = Block(
                        columns: places.count, graded: graded, output: output, gradient: gradient,
                        losses: losses + first, guesses: guesses + first)
                    if settings.kind == .mse {
                        squaredError(kernels, block, expected.base + first, batchCount)
                    } else {
                        crossEntropy(kernels, block, labels + first, 1 / Float(batchCount))
                    }
                }
            }
        }
    }

    /// Outputs of some examples and where to put what they are worth.
    private struct Block {
        let columns: Int
        let graded: Int
        let output: Matrix
        let gradient: Matrix
        let losses: UnsafeMutablePointer<Double>
        let guesses: UnsafeMutablePointer<Int32>
    }

    private func squaredError(
        _ kernels: borrowing KernelSet, _ block: Block, _ expected: UnsafePointer<Float>,
        _ batchCount: Int
    ) {
        let (y, stride) = (block.output.base, block.output.stride)
        kernels.table.squared_error(
            outputs, block.columns, y, stride, expected, self.expected.stride, block.losses,
            block.graded, 2 / (Float(batchCount) * Float(outputs)), block.gradient.base,
            block.gradient.stride)
        switch settings.targets {
        case .gaussian:
            kernels.table.nearest_target(
                outputs, block.columns, y, stride, classes, targets, block.guesses)
        case .oneHot:
            kernels.table.largest_row(outputs, block.columns, y, stride, block.guesses)
        case .values, nil: break
        }
    }

    private func crossEntropy(
        _ kernels: borrowing KernelSet, _ block: Block, _ labels: UnsafePointer<Int32>,
        _ scale: Float
    ) {
        let kernel =
            switch (settings.kind, settings.precision) {
            case (.stableMax, _): kernels.table.stable_max
            case (_, .single): kernels.table.cross_entropy_single
            case (_, .double), (_, nil): kernels.table.cross_entropy
            }
        guard let kernel else { preconditionFailure("a set has every kernel") }
        kernel(
            classes, block.columns, block.output.base, block.output.stride, labels, block.losses,
            block.guesses, block.graded, scale, block.gradient.base, block.gradient.stride)
        if let smoothing = settings.labelSmoothing, smoothing > 0 {
            smooth(smoothing, block, labels, scale)
        }
    }

    /// What smoothing by ε adds to a cross-entropy, ε (y[label] − mean y), and to its gradient, ε (one-hot − 1/classes).
    private func smooth(
        _ smoothing: Double, _ block: Block, _ labels: UnsafePointer<Int32>, _ scale: Float
    ) {
        let share = smoothing / Double(classes)
        let (less, more) = (scale * Float(share), scale * Float(smoothing))
        for row in 0..<classes {
            let (y, slopes) = (block.output.row(row), block.gradient.row(row))
            for column in 0..<block.columns { block.losses[column] -= share * Double(y[column]) }
            for column in 0..<block.graded { slopes[column] -= less }
        }
        for column in 0..<block.columns {
            let row = Int(labels[column])
            block.losses[column] += smoothing * Double(block.output.row(row)[column])
            if column < block.graded { block.gradient.row(row)[column] += more }
        }
    }

    private func arrange(_ batch: borrowing Batch, _ places: Range<Int>) {
        for place in places {
            let example = Int(batch.order[place])
            var row = example
            if classes > 0 {
                columnLabels[place] = labels[example]
                row = Int(labels[example])
            }
            guard settings.kind == .mse else { continue }
            for o in 0..<outputs {
                expected.base[o * expected.stride + place] = targets[row * outputs + o]
            }
        }
    }

    /// Mean loss and share of right answers over these places of the batch's order, as last evaluated.
    func score(_ places: Range<Int>) -> (loss: Double, accuracy: Double) {
        let perExample = settings.kind == .mse ? Double(outputs) : 1
        var sum = 0.0
        var correct = 0
        for place in places {
            let loss = columnLoss[place]
            sum += loss
            let isRight =
                classes > 0
                ? predicted[place] == columnLabels[place] : loss / perExample < tolerance
            if isRight { correct += 1 }
        }
        let count = Double(places.count)
        return (sum / (count * perExample), Double(correct) / count)
    }
}
