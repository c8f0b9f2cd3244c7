import CKernels

/// The embeddings of two symbols side by side, feature-major: X[c, n] = E[iₙ, c], X[d + c, n] = E[jₙ, c].
///
/// E is symbols × d, X is 2d × examples; dE accumulates over the examples.
struct PairConcatenation: InputStage {
    private let kernels: KernelSet
    private let table: UnsafeMutablePointer<Float>
    private let gradient: UnsafeMutablePointer<Float>?
    private let symbols: Int
    private let dimensions: Int
    private let pairs: SymbolPairs
    /// Holds a table that no parameters hold.
    private let workspace: Workspace?

    var features: Int { 2 * dimensions }
    var isTrained: Bool { gradient != nil }

    /// These embeddings (symbols × dimensions) for pairs of symbols, two per example, in blocks of at most so many.
    init(
        _ embeddings: Parameters.Tensor, pairs: [Int32], columns: Int, _ kernels: KernelSet
    ) {
        self.kernels = kernels
        table = embeddings.value
        gradient = embeddings.gradient
        symbols = embeddings.shape[0]
        dimensions = embeddings.shape[1]
        self.pairs = SymbolPairs(pairs, columns: columns)
        workspace = nil
    }

    /// Unit vectors in place of embeddings: what a one-hot input looks like before noise is added to it.
    init(unitVectorsOf symbols: Int, pairs: [Int32], columns: Int, _ kernels: KernelSet) {
        self.kernels = kernels
        let space = Workspace(capacity: Workspace.padded(symbols * symbols))
        workspace = space
        table = space.take(symbols * symbols)
        gradient = nil
        self.symbols = symbols
        dimensions = symbols
        self.pairs = SymbolPairs(pairs, columns: columns)
        for symbol in 0..<symbols { table[symbol * symbols + symbol] = 1 }
    }

    func forward(_ examples: UnsafeBufferPointer<Int32>, output: Matrix, _ pass: Pass) {
        pairs.select(examples)
        kernels.table.gather_rows_transposed(
            output.columns, dimensions, pairs.first, table, output.base, output.stride, 0)
        kernels.table.gather_rows_transposed(
            output.columns, dimensions, pairs.second, table, output.row(dimensions),
            output.stride, 0)
    }

    func backward(
        _ examples: UnsafeBufferPointer<Int32>, outputGradient: Matrix, accumulates: Bool
    ) {
        guard let gradient else { return }
        if !accumulates { gradient.update(repeating: 0, count: symbols * dimensions) }
        kernels.table.scatter_add_rows(
            outputGradient.columns, dimensions, pairs.first, outputGradient.base,
            outputGradient.stride, gradient)
        kernels.table.scatter_add_rows(
            outputGradient.columns, dimensions, pairs.second, outputGradient.row(dimensions),
            outputGradient.stride, gradient)
    }
}
