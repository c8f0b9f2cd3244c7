import CKernels
import Core

/// The embeddings of an example's symbols side by side, feature-major: X[t·d + c, n] = E[row of the symbol at place t, c].
///
/// E is (symbols, then operations) × d, X is places·d × examples; dE accumulates over the examples.
struct EmbeddingConcatenation: InputStage {
    private let kernels: KernelSet
    private let embeddings: Parameters.Tensor
    private let dimensions: Int
    private let symbols: SymbolRows

    var features: Int { symbols.places * dimensions }

    /// These embeddings (rows × dimensions) for the symbols of these examples, in blocks of at most so many.
    init(
        _ embeddings: Parameters.Tensor, _ examples: Examples, columns: Int, _ kernels: KernelSet
    ) {
        self.kernels = kernels
        self.embeddings = embeddings
        dimensions = embeddings.shape[1]
        symbols = SymbolRows(
            examples, firstRows: examples.symbols?.embeddingRows ?? [], columns: columns)
    }

    func forward(_ examples: UnsafeBufferPointer<Int32>, output: Matrix, _ pass: Pass) {
        symbols.select(examples)
        for place in 0..<symbols.places {
            kernels.table.gather_rows_transposed(
                output.columns, dimensions, symbols.rows(at: place), embeddings.value,
                output.row(place * dimensions), output.stride, 0)
        }
    }

    func backward(
        _ examples: UnsafeBufferPointer<Int32>, outputGradient: Matrix, accumulates: Bool
    ) {
        if !accumulates { embeddings.gradient.update(repeating: 0, count: embeddings.count) }
        for place in 0..<symbols.places {
            kernels.table.scatter_add_rows(
                outputGradient.columns, dimensions, symbols.rows(at: place),
                outputGradient.row(place * dimensions), outputGradient.stride,
                embeddings.gradient)
        }
    }
}
