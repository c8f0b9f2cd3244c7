import CKernels
import Core

/// The pair decoder on the vector kernels: Dec(Eᵢ + Eⱼ), a fully connected network over the sum of two embeddings
/// (Liu et al. 2022, §2). `ReferencePairDecoder` is its plain twin.
///
/// Activations are feature-major, one column per example in the batch's order; gradients have the batch's columns only.
final class FastPairDecoder: Model {
    private let kernels: KernelSet
    private let activation: ModelConfiguration.Activation
    private let workspace: Workspace
    private let embedding: PairEmbedding
    private let layers: [Linear]
    /// `values[l]` goes into layer l; the last one is the output.
    private let values: [Matrix]
    private var slopes: [Matrix]
    private let scratch: UnsafeMutablePointer<Float>
    private let outputLoss: OutputLoss
    private let representationOptimizer: AdamW
    private let decoderOptimizer: AdamW
    private let tensors: [Tensor]

    private struct Tensor {
        let name: String
        let shape: [Int]
        let count: Int
        let value: UnsafeMutablePointer<Float>
        let gradient: UnsafeMutablePointer<Float>
    }

    /// A model with the problem's initial parameters.
    init(_ problem: CellProblem, kernels: KernelSet) {
        self.kernels = kernels
        let configuration = problem.configuration
        activation = configuration.model.activation
        let widths = problem.widths
        let examples = problem.examples.count
        let batch =
            configuration.batch == 0 ? problem.split.train.count : configuration.batch
        let groups = [
            Workspace.padded(problem.initialParameters[0].values.count),
            problem.initialParameters.dropFirst()
                .reduce(0) { $0 + Workspace.padded($1.values.count) },
        ]
        let scratchSize =
            widths.map { Linear.scratchSize(inputs: $0, examples: batch) }.max() ?? 0
        let space = Workspace(
            capacity: 4 * (groups[0] + groups[1]) + Workspace.padded(scratchSize)
                + widths.reduce(0) {
                    $0 + Workspace.size(rows: $1, columns: examples)
                        + Workspace.size(rows: $1, columns: batch)
                } + OutputLoss.workspaceSize(problem))
        workspace = space

        // Four arrays per group, laid out alike: parameters, gradients, first and second moments.
        let blocks = groups.map { count in (0..<4).map { _ in space.take(count) } }
        tensors = FastPairDecoder.place(problem.initialParameters, blocks)
        representationOptimizer = AdamW(
            configuration.optimizer.representation, count: groups[0], parameters: blocks[0][0],
            gradients: blocks[0][1], first: blocks[0][2], second: blocks[0][3])
        decoderOptimizer = AdamW(
            configuration.optimizer.decoder, count: groups[1], parameters: blocks[1][0],
            gradients: blocks[1][1], first: blocks[1][2], second: blocks[1][3])
        embedding = PairEmbedding(
            symbols: problem.examples.symbolCount, dimensions: widths[0],
            table: tensors[0].value, gradient: tensors[0].gradient, pairs: problem.examples.inputs)
        var layers: [Linear] = []
        for layer in 0..<widths.count - 1 {
            let weight = tensors[1 + 2 * layer]
            let bias = tensors[2 + 2 * layer]
            layers.append(
                Linear(
                    inputs: widths[layer], outputs: widths[layer + 1], weight: weight.value,
                    bias: bias.value, weightGradient: weight.gradient, biasGradient: bias.gradient))
        }
        self.layers = layers
        values = widths.map { space.matrix(rows: $0, columns: examples) }
        slopes = widths.map { space.matrix(rows: $0, columns: batch) }
        scratch = space.take(scratchSize)
        outputLoss = OutputLoss(problem, workspace: space)
    }

    private static func place(
        _ initial: [NamedTensor], _ blocks: [[UnsafeMutablePointer<Float>]]
    ) -> [Tensor] {
        var tensors: [Tensor] = []
        var offset = 0
        for (index, tensor) in initial.enumerated() {
            let block = blocks[index == 0 ? 0 : 1]
            if index == 1 { offset = 0 }
            let value = block[0] + offset
            for (place, number) in tensor.values.enumerated() { value[place] = number }
            tensors.append(
                Tensor(
                    name: tensor.name, shape: tensor.shape, count: tensor.values.count,
                    value: value, gradient: block[1] + offset))
            offset += Workspace.padded(tensor.values.count)
        }
        return tensors
    }

    func forward(_ batch: borrowing Batch) {
        embedding.forward(batch.order, output: values[0])
        for layer in layers.indices {
            let output = values[layer + 1]
            layers[layer].forward(kernels, input: values[layer], output: output)
            guard layer < layers.count - 1 else { continue }
            let count = output.rows * output.stride
            switch activation {
            case .tanh: kernels.table.tanh_forward(count, output.base)
            case .relu: kernels.table.relu_forward(count, output.base)
            }
        }
    }

    func loss(_ batch: borrowing Batch) -> Evaluation {
        for place in slopes.indices { slopes[place].columns = batch.batchCount }
        return outputLoss.evaluate(
            kernels, batch, output: values[layers.count], gradient: slopes[layers.count])
    }

    func backward(_ batch: borrowing Batch) {
        for layer in stride(from: layers.count - 1, through: 0, by: -1) {
            let slope = slopes[layer]
            layers[layer].backward(
                kernels, input: values[layer], outputGradient: slopes[layer + 1],
                inputGradient: slope, scratch: scratch)
            guard layer > 0 else { continue }
            let value = values[layer]
            switch activation {
            case .tanh:
                kernels.table.tanh_backward(
                    slope.rows, slope.columns, value.base, value.stride, slope.base, slope.stride)
            case .relu:
                kernels.table.relu_backward(
                    slope.rows, slope.columns, value.base, value.stride, slope.base, slope.stride)
            }
        }
        embedding.backward(batch.order, outputGradient: slopes[0])
    }

    func update() {
        representationOptimizer.update(kernels)
        decoderOptimizer.update(kernels)
    }

    var parameters: [NamedTensor] {
        tensors.map { tensor in
            NamedTensor(
                name: tensor.name, shape: tensor.shape,
                values: (0..<tensor.count).map { tensor.value[$0] })
        }
    }

    var gradients: [NamedTensor] {
        tensors.map { tensor in
            NamedTensor(
                name: tensor.name, shape: tensor.shape,
                values: (0..<tensor.count).map { tensor.gradient[$0] })
        }
    }

    var squaredNorm: Double {
        tensors.reduce(0) { $0 + kernels.table.sum_of_squares($1.count, $1.value) }
    }

    func copyRepresentation(into values: inout [Double]) {
        for place in 0..<tensors[0].count { values[place] = Double(tensors[0].value[place]) }
    }
}
