import CKernels
import Core

/// Fully connected layers after an input stage, on the vector kernels: pair decoders (Liu et al. 2022, §2) and MLPs.
final class DecoderNetwork: Network {
    private let kernels: KernelSet
    private let input: any InputStage
    private let layers: [Linear]
    private let activation: Activation
    private let workspace: Workspace
    /// `values[l]` goes into layer l; the last one is the output.
    private var values: [Matrix]
    /// What the gradient of the nonlinearity before layer l needs, where that is not `values[l]` itself: what it was
    /// applied to, or its result before dropout.
    private var kept: [Matrix]
    private var slopes: [Matrix]
    private let scratch: UnsafeMutablePointer<Float>
    /// What drops out of `values[l]`, which is then a copy of the nonlinearity's output; nil where nothing does.
    private let dropouts: [Dropout?]
    /// A float per column.
    private let mask: UnsafeMutablePointer<Float>
    private var pass = Pass.evaluation

    let blockColumns: Int
    let isStochastic: Bool
    var output: Matrix { values[layers.count] }
    var outputGradient: Matrix { slopes[layers.count] }
    var workspaceBytes: Int { workspace.byteCount }
    /// A product forwards; backwards one by the input and, but for inputs that have no gradient, one by the weights.
    var work: NetworkWork {
        let weights = layers.map { Double($0.inputs * $0.outputs) }
        let all = weights.reduce(0, +)
        return NetworkWork(
            forward: 2 * (all + input.products),
            backward: 4 * all + 2 * input.products - (input.isTrained ? 0 : 2 * weights[0]))
    }

    /// Most examples per block: what they take of the second-level cache leaves room for a layer's weights.
    static let mostColumns = 256

    /// An input stage, then every `decoder` layer among the parameters that the stage has not taken for itself; dropout
    /// after every nonlinearity.
    init(
        _ problem: CellProblem, _ input: any InputStage, activation: Activation,
        dropout: Double = 0, _ parameters: Parameters, columns: Int, _ kernels: KernelSet
    ) {
        self.kernels = kernels
        self.input = input
        self.activation = activation
        blockColumns = columns
        layers = Linear.decoder(parameters, from: input.isLayer ? 1 : 0)
        let widths = [input.features] + layers.map(\.outputs)
        let last = layers.count
        let keeps = (0...last).map {
            (activation.keepsInput || dropout > 0)
                && DecoderNetwork.isActivated($0, of: last, input)
        }
        isStochastic = problem.configuration.isStochastic
        dropouts = (0...last).map {
            // Sites are the hidden layers from the first on.
            DecoderNetwork.isActivated($0, of: last, input)
                ? Dropout(dropout, seed: problem.seed(.noise), site: $0 - (input.isLayer ? 0 : 1))
                : nil
        }
        let hasSlope = (0...last).map { $0 > 0 || input.isTrained }
        let scratchSize =
            layers.map { Linear.scratchSize(inputs: $0.inputs, examples: columns) }.max() ?? 0
        let matrices = (0...last).map { 1 + (keeps[$0] ? 1 : 0) + (hasSlope[$0] ? 1 : 0) }
        let space = Workspace(
            capacity: Workspace.padded(scratchSize) + Workspace.padded(columns)
                + zip(widths, matrices).reduce(0) {
                    $0 + $1.1 * Workspace.size(rows: $1.0, columns: columns)
                })
        workspace = space
        let values = widths.map { space.matrix(rows: $0, columns: columns) }
        self.values = values
        kept = values.indices.map {
            keeps[$0] ? space.matrix(rows: widths[$0], columns: columns) : values[$0]
        }
        slopes = values.indices.map {
            hasSlope[$0] ? space.matrix(rows: widths[$0], columns: columns) : values[$0]
        }
        scratch = space.take(scratchSize)
        mask = space.take(columns)
    }

    /// Whether the nonlinearity comes between what fills place l of `values` and layer l.
    private static func isActivated(_ place: Int, of layers: Int, _ input: any InputStage) -> Bool {
        place < layers && (place > 0 || input.isLayer)
    }

    private func isActivated(_ place: Int) -> Bool {
        DecoderNetwork.isActivated(place, of: layers.count, input)
    }

    func begin() { input.begin() }

    func forward(_ examples: UnsafeBufferPointer<Int32>, _ pass: Pass) {
        for place in values.indices {
            values[place].columns = examples.count
            kept[place].columns = examples.count
        }
        self.pass = pass
        input.forward(examples, output: kept[0], pass)
        for layer in layers.indices {
            if isActivated(layer) { activate(layer) }
            layers[layer].forward(kernels, input: values[layer], output: kept[layer + 1])
        }
    }

    /// Fills what goes into a layer from the sums before it.
    private func activate(_ place: Int) {
        activation.forward(
            kernels, input: kept[place],
            output: activation.keepsInput ? values[place] : kept[place])
        guard let dropout = dropouts[place] else { return }
        if !activation.keepsInput { values[place].copy(kept[place]) }
        guard pass.isTraining else { return }
        dropout.apply(kernels, values[place], pass, mask: mask)
    }

    func backward(_ examples: UnsafeBufferPointer<Int32>, graded: Int, isFirst: Bool) {
        for place in slopes.indices { slopes[place].columns = graded }
        for layer in stride(from: layers.count - 1, through: 0, by: -1) {
            layers[layer].backward(
                kernels, input: values[layer], outputGradient: slopes[layer + 1],
                inputGradient: layer > 0 || input.isTrained ? slopes[layer] : nil,
                scratch: scratch, accumulates: !isFirst)
            if isActivated(layer) {
                if pass.isTraining {
                    dropouts[layer]?.apply(kernels, slopes[layer], pass, mask: mask)
                }
                activation.backward(kernels, kept: kept[layer], slope: slopes[layer])
            }
        }
        if input.isTrained {
            input.backward(examples, outputGradient: slopes[0], accumulates: !isFirst)
        }
    }

    func finish() { input.finish() }

    func inner(_ place: InnerPlace) -> [Matrix] {
        switch place {
        case .inputs: [(input as? PairCombination)?.pairs ?? values[0]]
        case .hidden: layers.count > 1 ? [values[1]] : []
        case .features: layers.isEmpty ? [] : [values[layers.count - 1]]
        }
    }
}
