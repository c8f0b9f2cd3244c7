import CKernels
import Core

/// The first layer on one-hot symbols side by side: Z[·, n] = W[·, iₙ] + W[·, p + jₙ] + … + b.
///
/// W is outputs × inputs as in PyTorch, Z is outputs × examples. Columns of W are picked once per example and summed up once
/// per example, so both happen in a turned copy, inputs × outputs, where they are contiguous; one in which b is added to the
/// first p already.
struct OneHotLayer: InputStage {
    private let kernels: KernelSet
    private let weight: Parameters.Tensor
    private let bias: Parameters.Tensor?
    private let inputs: Int
    /// Symbols that the first place may hold.
    private let firstSymbols: Int
    private let symbols: SymbolRows
    private let workspace: Workspace
    /// Inputs × outputs, and its gradient.
    private let table: UnsafeMutablePointer<Float>
    private let gradient: UnsafeMutablePointer<Float>

    let features: Int
    let isLayer = true

    /// A layer with these parameters on the symbols of these examples, two or more each, in blocks of at most so many.
    init(
        weight: Parameters.Tensor, bias: Parameters.Tensor?, _ examples: Examples, columns: Int,
        _ kernels: KernelSet
    ) {
        self.kernels = kernels
        self.weight = weight
        self.bias = bias
        (features, inputs) = (weight.shape[0], weight.shape[1])
        firstSymbols = examples.symbolCount
        symbols = SymbolRows(
            examples, firstRows: examples.symbols?.unitVectorRows ?? [], columns: columns)
        workspace = Workspace(capacity: 2 * Workspace.padded(weight.count))
        table = workspace.take(weight.count)
        gradient = workspace.take(weight.count)
    }

    func begin() {
        kernels.table.transpose(features, inputs, weight.value, inputs, table, features)
        guard let bias else { return }
        for symbol in 0..<firstSymbols {
            kernels.table.axpy(features, 1, bias.value, table + symbol * features)
        }
    }

    func forward(_ examples: UnsafeBufferPointer<Int32>, output: Matrix, _ pass: Pass) {
        symbols.select(examples)
        kernels.table.gather_pair_sums(
            output.columns, features, symbols.rows(at: 0), symbols.rows(at: 1), table,
            output.base, output.stride)
        for place in 2..<symbols.places {
            kernels.table.gather_rows_transposed(
                output.columns, features, symbols.rows(at: place), table, output.base,
                output.stride, 1)
        }
    }

    func backward(
        _ examples: UnsafeBufferPointer<Int32>, outputGradient: Matrix, accumulates: Bool
    ) {
        if !accumulates { gradient.update(repeating: 0, count: weight.count) }
        kernels.table.scatter_add_pairs(
            outputGradient.columns, features, symbols.rows(at: 0), symbols.rows(at: 1),
            outputGradient.base, outputGradient.stride, gradient)
        for place in 2..<symbols.places {
            kernels.table.scatter_add_rows(
                outputGradient.columns, features, symbols.rows(at: place), outputGradient.base,
                outputGradient.stride, gradient)
        }
    }

    func finish() {
        kernels.table.transpose(inputs, features, gradient, features, weight.gradient, inputs)
        guard let bias else { return }
        bias.gradient.update(repeating: 0, count: features)
        for symbol in 0..<firstSymbols {
            kernels.table.axpy(features, 1, gradient + symbol * features, bias.gradient)
        }
    }
}
