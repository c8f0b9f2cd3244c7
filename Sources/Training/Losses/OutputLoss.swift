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
    private let targets: UnsafeMutablePointer<Float>
    private let expected: Matrix
    private var columnLabels: [Int32]
    private var columnLoss: [Double]
    private var predicted: [Int32]

    /// Floats that the loss takes out of a workspace.
    static func workspaceSize(_ problem: borrowing CellProblem) -> Int {
        Workspace.padded(problem.targets?.values.count ?? 0)
            + Workspace.size(rows: problem.outputs, columns: problem.examples.count)
    }

    /// The loss of a problem over as many columns as it has examples.
    init(_ problem: borrowing CellProblem, workspace: Workspace) {
        let loss = problem.configuration.loss
        kind = loss.kind
        nearest = loss.kind == .mse && loss.targets != .oneHot
        classes = problem.examples.classCount
        outputs = problem.outputs
        labels = problem.examples.labels
        let values = problem.targets?.values ?? []
        targets = workspace.take(values.count)
        for (place, value) in values.enumerated() { targets[place] = value }
        expected = workspace.matrix(rows: outputs, columns: problem.examples.count)
        columnLabels = [Int32](repeating: 0, count: labels.count)
        columnLoss = [Double](repeating: 0, count: labels.count)
        predicted = [Int32](repeating: -1, count: labels.count)
    }

    /// Evaluates every column and fills the gradient of the batch's columns.
    func evaluate(
        _ kernels: borrowing KernelSet, _ batch: borrowing Batch, output: Matrix, gradient: Matrix
    ) -> Evaluation {
        if batch.isReordered { arrange(batch) }
        let columns = output.columns
        switch kind {
        case .mse:
            let scale = 2 / (Float(batch.batchCount) * Float(outputs))
            kernels.table.squared_error(
                outputs, columns, output.base, output.stride, expected.base, expected.stride,
                &columnLoss, batch.batchCount, scale, gradient.base, gradient.stride)
            if nearest {
                kernels.table.nearest_target(
                    outputs, columns, output.base, output.stride, classes, targets, &predicted)
            } else {
                kernels.table.largest_row(
                    outputs, columns, output.base, output.stride, &predicted)
            }
        case .crossEntropy:
            kernels.table.cross_entropy(
                classes, columns, output.base, output.stride, columnLabels, &columnLoss,
                &predicted, batch.batchCount, 1 / Float(batch.batchCount), gradient.base,
                gradient.stride)
        }
        return summary(batch)
    }

    private func arrange(_ batch: borrowing Batch) {
        for place in columnLabels.indices {
            let label = labels[Int(batch.order[place])]
            columnLabels[place] = label
            guard kind == .mse else { continue }
            for o in 0..<outputs {
                expected.base[o * expected.stride + place] = targets[Int(label) * outputs + o]
            }
        }
    }

    private func summary(_ batch: borrowing Batch) -> Evaluation {
        let train = mean(0..<batch.trainCount)
        let validation = mean(batch.trainCount..<columnLabels.count)
        return Evaluation(
            trainLoss: train.loss, trainAccuracy: train.accuracy,
            validationLoss: validation.loss, validationAccuracy: validation.accuracy)
    }

    private func mean(_ places: Range<Int>) -> (loss: Double, accuracy: Double) {
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
