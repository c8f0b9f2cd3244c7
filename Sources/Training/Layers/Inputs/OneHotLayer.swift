import CKernels

/// The first layer on two one-hot symbols side by side: Z[·, n] = W[·, iₙ] + W[·, p + jₙ] + b.
///
/// W is outputs × 2p as in PyTorch, Z is outputs × examples. Columns of W are picked once per example and summed up once
/// per example, so both happen in a turned copy, 2p × outputs, where they are contiguous; one in which b is added to the
/// first p already.
struct OneHotLayer: InputStage {
    private let kernels: KernelSet
    private let weight: Parameters.Tensor
    private let bias: Parameters.Tensor?
    private let symbols: Int
    private let pairs: SymbolPairs
    private let workspace: Workspace
    /// 2p × outputs, and its gradient.
    private let table: UnsafeMutablePointer<Float>
    private let gradient: UnsafeMutablePointer<Float>

    let features: Int
    let isLayer = true

    /// A layer with these parameters on pairs of symbols, two per example, in blocks of at most so many.
    init(
        weight: Parameters.Tensor, bias: Parameters.Tensor?, pairs: [Int32], columns: Int,
        _ kernels: KernelSet
    ) {
        self.kernels = kernels
        self.weight = weight
        self.bias = bias
        features = weight.shape[0]
        symbols = weight.shape[1] / 2
        self.pairs = SymbolPairs(pairs, offset: symbols, columns: columns)
        workspace = Workspace(capacity: 2 * Workspace.padded(weight.count))
        table = workspace.take(weight.count)
        gradient = workspace.take(weight.count)
    }

    func begin() {
        kernels.table.transpose(
            features, 2 * symbols, weight.value, 2 * symbols, table, features)
        guard let bias else { return }
        for symbol in 0..<symbols {
            kernels.table.axpy(features, 1, bias.value, table + symbol * features)
        }
    }

    func forward(_ examples: UnsafeBufferPointer<Int32>, output: Matrix, _ pass: Pass) {
        pairs.select(examples)
        kernels.table.gather_pair_sums(
            output.columns, features, pairs.first, pairs.second, table, output.base,
            output.stride)
    }

    func backward(
        _ examples: UnsafeBufferPointer<Int32>, outputGradient: Matrix, accumulates: Bool
    ) {
        if !accumulates { gradient.update(repeating: 0, count: weight.count) }
        kernels.table.scatter_add_pairs(
            outputGradient.columns, features, pairs.first, pairs.second, outputGradient.base,
            outputGradient.stride, gradient)
    }

    func finish() {
        kernels.table.transpose(
            2 * symbols, features, gradient, features, weight.gradient, 2 * symbols)
        guard let bias else { return }
        bias.gradient.update(repeating: 0, count: features)
        for symbol in 0..<symbols {
            kernels.table.axpy(features, 1, gradient + symbol * features, bias.gradient)
        }
    }
}
