import CKernels
import Core

/// A one-layer transformer without normalisation, read out at its last token =, computed from tables: exact algebra that
/// leaves three products of pairs × hidden × outputs in a step.
///
/// The last token is the same in every example, and so is its query. What the value, output and up-projections (and the
/// unembedding, for the residual stream) make of a token is therefore one table row per token, position and head:
/// T_h(x) = Z·W_O,h·W_V,h·x with Z = [W_up; W_U]. An example needs the attention-weighted sum of a few rows, the
/// nonlinearity, and W_U·W_down, folded into one matrix. Attention weights sum to 1, so that rows and scores are taken
/// relative to those of the last token, whose own contribution is the same for all.
final class FoldedTransformerNetwork: Network {
    let kernels: KernelSet
    private let activation: Activation
    let shape: FoldedShape
    let weights: FoldedWeights
    let tables: FoldedTables
    private let workspace: Workspace
    private let pairs: [Int32]
    private let index: UnsafeMutablePointer<Int32>
    /// The block's examples by table row, for each source.
    private let order: UnsafeMutablePointer<Int32>
    private let rowOrder: RowOrder
    private let attention: UnsafeMutablePointer<Float>
    private let attentionGradient: UnsafeMutablePointer<Float>
    /// Examples × `length`: the hidden layer's argument, then the residual stream's scores and so the outputs.
    private let arguments: Matrix
    /// Examples × `length`: the hidden layer; the same memory where the argument is not kept.
    private let rows: Matrix
    private let rowGradient: Matrix
    private(set) var output: Matrix
    private(set) var outputGradient: Matrix

    let blockColumns: Int

    /// Most examples per block: their rows and the gradients of these stay in the second-level cache.
    static let mostColumns = 96

    /// Whether a model on such examples can be computed this way.
    static func fits(
        _ model: TransformerConfiguration, _ symbols: ExampleSymbols?, noise: Bool
    ) -> Bool {
        symbols?.isPair == true && model.layers == 1 && model.computation == .shared
            && model.normalisation == .none
            && model.equalsToken && model.readOut == .last && !model.hasDropout && !noise
            && model.positionKind != .rotary
    }

    /// The network of a problem on these parameters.
    init(
        _ problem: CellProblem, _ model: TransformerConfiguration, _ parameters: Parameters,
        _ kernels: KernelSet
    ) {
        self.kernels = kernels
        activation = Activation(kind: model.activation)
        shape = FoldedShape(
            model, symbols: problem.examples.symbolCount, outputs: problem.outputs)
        weights = FoldedWeights(parameters, model)
        tables = FoldedTables(shape, weights, kernels)
        pairs = problem.examples.inputs
        let columns = min(problem.examples.count, FoldedTransformerNetwork.mostColumns)
        blockColumns = columns
        let rowsPerExample = shape.sources * shape.heads
        let space = Workspace(
            capacity: 2 * Workspace.padded(columns * rowsPerExample)
                + 2 * Workspace.padded(columns * shape.sources)
                + Workspace.padded(shape.tokens + 1)
                + 3 * Workspace.size(rows: columns, columns: shape.length)
                + 2 * Workspace.size(rows: shape.outputs, columns: columns))
        workspace = space
        attention = space.take(columns * rowsPerExample)
        attentionGradient = space.take(columns * rowsPerExample)
        index = space.takeIndices(columns * shape.sources)
        order = space.takeIndices(columns * shape.sources)
        rowOrder = RowOrder(rows: shape.tokens, space)
        arguments = space.matrix(rows: columns, columns: shape.length)
        rows =
            activation.keepsInput
            ? space.matrix(rows: columns, columns: shape.length) : arguments
        rowGradient = space.matrix(rows: columns, columns: shape.length)
        output = space.matrix(rows: shape.outputs, columns: columns)
        outputGradient = space.matrix(rows: shape.outputs, columns: columns)
    }

    var workspaceBytes: Int { workspace.byteCount + tables.byteCount }

    /// Folding multiplies tokens by W_V, W_O by Z, heads' values by both, and W_U by W_down; an example needs its weighted
    /// sum of table rows and the read-out of its hidden layer. Going back takes two products for each.
    var work: NetworkWork {
        let (d, length) = (shape.width, shape.hidden + shape.outputs)
        let folding =
            shape.tokens * d * (d + length) + length * d * d + shape.outputs * d * shape.hidden
        let example = shape.sources * shape.heads * length + shape.hidden * shape.outputs
        return NetworkWork(
            shared: 6 * Double(folding), forward: 2 * Double(example),
            backward: 4 * Double(example))
    }

    func begin() { tables.fold() }

    func forward(_ examples: UnsafeBufferPointer<Int32>, _ pass: Pass) {
        let count = examples.count
        output.columns = count
        gather(examples)
        let table = kernels.table
        table.folded_softmax(count, shape.sources, shape.heads, index, tables.scores, attention)
        table.folded_forward(
            count, shape.sources, shape.heads, shape.length, index, order, attention, tables.rows,
            tables.base, arguments.base, arguments.stride)
        activation.forward(kernels, input: hidden(arguments, count), output: hidden(rows, count))
        let scores = arguments.base + shape.paddedHidden
        kernels.multiply(
            m: count, n: shape.outputs, k: shape.hidden, a: rows.base, aRow: rows.stride,
            aStep: 1, b: tables.readOutTransposed, ldb: shape.paddedOutputs, c: scores,
            ldc: arguments.stride, accumulate: true)
        table.transpose(
            count, shape.outputs, scores, arguments.stride, output.base, output.stride)
    }

    /// The hidden layer's part of the first examples' rows.
    private func hidden(_ rows: Matrix, _ count: Int) -> Matrix {
        Matrix(base: rows.base, rows: count, columns: shape.hidden, stride: rows.stride)
    }

    func backward(_ examples: UnsafeBufferPointer<Int32>, graded: Int, isFirst: Bool) {
        outputGradient.columns = graded
        if isFirst { tables.clearGradients() }
        if graded < examples.count { sort(graded) }
        let table = kernels.table
        let slopes = rowGradient.base + shape.paddedHidden
        table.transpose(
            shape.outputs, graded, outputGradient.base, outputGradient.stride, slopes,
            rowGradient.stride)
        kernels.multiply(
            m: shape.outputs, n: shape.hidden, k: graded, a: outputGradient.base,
            aRow: outputGradient.stride, aStep: 1, b: rows.base, ldb: rows.stride,
            c: tables.readOutGradient, ldc: shape.hidden, accumulate: !isFirst)
        kernels.multiply(
            m: graded, n: shape.hidden, k: shape.outputs, a: slopes, aRow: rowGradient.stride,
            aStep: 1, b: tables.readOut, ldb: shape.hidden, c: rowGradient.base,
            ldc: rowGradient.stride)
        activation.backward(
            kernels, kept: hidden(arguments, graded), slope: hidden(rowGradient, graded))
        table.folded_backward(
            graded, shape.sources, shape.heads, shape.length, index, order, attention, tables.rows,
            rowGradient.base, rowGradient.stride, tables.rowGradients, attentionGradient,
            tables.baseGradient)
        table.folded_softmax_backward(
            graded, shape.sources, shape.heads, index, attention, attentionGradient,
            tables.scoreGradients)
    }

    func finish() { tables.unfold() }

    /// Table rows of these examples: a's, b's, and the operator's where there is one.
    private func gather(_ examples: UnsafeBufferPointer<Int32>) {
        for (place, example) in examples.enumerated() {
            let rows = index + place * shape.sources
            rows[0] = pairs[2 * Int(example)]
            rows[1] = Int32(shape.symbols) + pairs[2 * Int(example) + 1]
            if shape.sources == 3 { rows[2] = Int32(2 * shape.symbols) }
        }
        sort(examples.count)
    }

    /// Puts the first examples in the order of each source's rows, by counting.
    private func sort(_ count: Int) {
        for source in 0..<shape.sources {
            rowOrder.fill(
                order + source * count, columns: count, rowOf: index + source,
                stride: shape.sources)
        }
    }
}

/// The sizes that folding needs.
struct FoldedShape {
    /// Number of symbols p.
    let symbols: Int
    /// Tokens that are attended to beside the last: a, b, and the operator where there is one.
    let sources: Int
    /// Dimensions of the residual stream.
    let width: Int
    /// Attention heads.
    let heads: Int
    /// Dimensions of one head.
    let headWidth: Int
    /// Width of the hidden layer.
    let hidden: Int
    /// Number of outputs.
    let outputs: Int

    init(_ model: TransformerConfiguration, symbols: Int, outputs: Int) {
        self.symbols = symbols
        sources = model.operatorToken ? 3 : 2
        width = model.width
        heads = model.heads
        headWidth = model.headWidth
        hidden = model.hidden
        self.outputs = outputs
    }

    /// Rows of the tables: all symbols as a, all as b, the operator.
    var tokens: Int { 2 * symbols + (sources - 2) }
    /// Hidden layer in whole cache lines.
    var paddedHidden: Int { Workspace.padded(hidden) }
    /// Outputs in whole cache lines.
    var paddedOutputs: Int { Workspace.padded(outputs) }
    /// Numbers per table row and head.
    var length: Int { paddedHidden + paddedOutputs }
}

/// The parameters that are folded, with the rows of embeddings and positions that the tokens take.
struct FoldedWeights {
    let embeddings: Parameters.Tensor
    let positions: Parameters.Tensor
    let query: Parameters.Tensor
    let key: Parameters.Tensor
    let value: Parameters.Tensor
    let output: Parameters.Tensor
    let up: Parameters.Tensor
    let upBias: Parameters.Tensor
    let down: Parameters.Tensor
    let downBias: Parameters.Tensor
    /// The matrix of its own, or the embeddings of the first symbols.
    let unembedding: Parameters.Tensor
    /// Whether the unembedding is the embeddings' memory.
    let isTied: Bool
    /// Embedding row of symbol 0 as b.
    let secondRow: Int
    /// Position of b.
    let secondPosition: Int

    init(_ parameters: Parameters, _ model: TransformerConfiguration) {
        embeddings = parameters[.representation]
        positions = parameters[.positions]
        let names = TensorName.layer(0)
        query = parameters[names.query]
        key = parameters[names.key]
        value = parameters[names.value]
        output = parameters[names.output]
        up = parameters[names.up.weight]
        upBias = parameters[names.up.bias]
        down = parameters[names.down.weight]
        downBias = parameters[names.down.bias]
        isTied = model.unembedding == .tied
        unembedding = isTied ? embeddings : parameters[.unembedding]
        let tokens = embeddings.shape[0]
        let special = 1 + (model.operatorToken ? 1 : 0)
        secondRow = model.separateTokens ? (tokens - special) / 2 : 0
        secondPosition = model.operatorToken ? 2 : 1
    }
}
