import CKernels

/// The sum of two symbols' embeddings, feature-major: X[c, n] = E[iₙ, c] + E[jₙ, c] (Liu et al. 2022, §2).
///
/// E is symbols × dimensions, X is dimensions × examples; dE accumulates over the examples.
struct PairEmbedding: InputStage {
    private let kernels: KernelSet
    private let embeddings: Parameters.Tensor
    private let pairs: SymbolPairs
    let features: Int

    /// The sums of these embeddings (symbols × dimensions) for pairs of symbols, two per example, in blocks of at most so
    /// many.
    init(
        _ embeddings: Parameters.Tensor, pairs: [Int32], columns: Int, _ kernels: KernelSet
    ) {
        self.kernels = kernels
        self.embeddings = embeddings
        self.pairs = SymbolPairs(pairs, columns: columns)
        features = embeddings.shape[1]
    }

    func forward(_ examples: UnsafeBufferPointer<Int32>, output: Matrix, _ pass: Pass) {
        pairs.select(examples)
        kernels.table.gather_pair_sums(
            output.columns, features, pairs.first, pairs.second, embeddings.value, output.base,
            output.stride)
    }

    func backward(
        _ examples: UnsafeBufferPointer<Int32>, outputGradient: Matrix, accumulates: Bool
    ) {
        if !accumulates { embeddings.gradient.update(repeating: 0, count: embeddings.count) }
        kernels.table.scatter_add_pairs(
            outputGradient.columns, features, pairs.first, pairs.second, outputGradient.base,
            outputGradient.stride, embeddings.gradient)
    }
}
