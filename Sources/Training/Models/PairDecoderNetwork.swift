import CKernels
import Core

/// The pair decoder on the vector kernels: Dec(Eᵢ + Eⱼ), a fully connected network over the sum of two embeddings
/// (Liu et al. 2022, §2).
final class PairDecoderNetwork: Network {
    private let kernels: KernelSet
    private let activation: Activation
    private let workspace: Workspace
    private let embedding: PairEmbedding
    private let layers: [Linear]
    /// `values[l]` goes into layer l; the last one is the output.
    private var values: [Matrix]
    private var slopes: [Matrix]
    private let scratch: UnsafeMutablePointer<Float>

    let blockColumns: Int
    var output: Matrix { values[layers.count] }
    var outputGradient: Matrix { slopes[layers.count] }

    /// Most examples per block: what they take of the second-level cache leaves room for a layer's weights.
    static let mostColumns = 256

    /// The network of a problem on these parameters.
    init(
        _ problem: CellProblem, _ model: PairDecoderConfiguration, _ parameters: Parameters,
        _ kernels: KernelSet
    ) {
        self.kernels = kernels
        activation = Activation(kind: model.activation)
        let widths = [model.embedding] + model.hidden + [problem.outputs]
        let columns = min(problem.examples.count, PairDecoderNetwork.mostColumns)
        blockColumns = columns
        let scratchSize =
            widths.map { Linear.scratchSize(inputs: $0, examples: columns) }.max() ?? 0
        let space = Workspace(
            capacity: Workspace.padded(scratchSize)
                + widths.reduce(0) { $0 + 2 * Workspace.size(rows: $1, columns: columns) })
        workspace = space
        let table = parameters["representation"]
        embedding = PairEmbedding(
            symbols: problem.examples.symbolCount, dimensions: widths[0],
            table: table.value, gradient: table.gradient, pairs: problem.examples.inputs)
        layers = (0..<widths.count - 1).map { layer in
            let weight = parameters["decoder.\(layer).weight"]
            let bias = parameters["decoder.\(layer).bias"]
            return Linear(
                inputs: widths[layer], outputs: widths[layer + 1], weight: weight.value,
                bias: bias.value, weightGradient: weight.gradient, biasGradient: bias.gradient)
        }
        values = widths.map { space.matrix(rows: $0, columns: columns) }
        slopes = widths.map { space.matrix(rows: $0, columns: columns) }
        scratch = space.take(scratchSize)
    }

    func forward(_ examples: UnsafeBufferPointer<Int32>, _ pass: Pass) {
        for place in values.indices { values[place].columns = examples.count }
        embedding.forward(examples, output: values[0])
        for layer in layers.indices {
            let output = values[layer + 1]
            layers[layer].forward(kernels, input: values[layer], output: output)
            guard layer < layers.count - 1 else { continue }
            activation.forward(kernels, input: output, output: output)
        }
    }

    func backward(_ examples: UnsafeBufferPointer<Int32>, graded: Int, isFirst: Bool) {
        for place in slopes.indices { slopes[place].columns = graded }
        for layer in stride(from: layers.count - 1, through: 0, by: -1) {
            let slope = slopes[layer]
            layers[layer].backward(
                kernels, input: values[layer], outputGradient: slopes[layer + 1],
                inputGradient: slope, scratch: scratch, accumulates: !isFirst)
            guard layer > 0 else { continue }
            activation.backward(kernels, kept: values[layer], slope: slope)
        }
        embedding.backward(
            examples, graded: graded, outputGradient: slopes[0], accumulates: !isFirst)
    }
}
