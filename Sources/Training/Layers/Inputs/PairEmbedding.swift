import CKernels
import Core

/// The sum of two symbols' embeddings, feature-major: X[c, n] = E[iₙ, c] + E[jₙ, c] (Liu et al. 2022, §2).
///
/// E is symbols × dimensions, X is dimensions × examples; dE accumulates over the examples.
struct PairEmbedding: InputStage {
    private let kernels: KernelSet
    private let embeddings: Parameters.Tensor
    private let pairs: SymbolRows
    let features: Int

    /// The sums of these embeddings (symbols × dimensions) for pairs of symbols, in blocks of at most so many.
    init(
        _ embeddings: Parameters.Tensor, _ examples: Examples, columns: Int, _ kernels: KernelSet
    ) {
        self.kernels = kernels
        self.embeddings = embeddings
        pairs = SymbolRows(examples, firstRows: [0, 0], columns: columns)
        features = embeddings.shape[1]
    }

    func forward(_ examples: UnsafeBufferPointer<Int32>, output: Matrix, _ pass: Pass) {
        pairs.select(examples)
        kernels.table.gather_pair_sums(
            output.columns, features, pairs.rows(at: 0), pairs.rows(at: 1), embeddings.value,
            output.base, output.stride)
    }

    func backward(
        _ examples: UnsafeBufferPointer<Int32>, outputGradient: Matrix, accumulates: Bool
    ) {
        if !accumulates { embeddings.gradient.update(repeating: 0, count: embeddings.count) }
        kernels.table.scatter_add_pairs(
            outputGradient.columns, features, pairs.rows(at: 0), pairs.rows(at: 1),
            outputGradient.base, outputGradient.stride, embeddings.gradient)
    }
}
