import CKernels

/// The first layer on rows of numbers most of which are 0, such as images: Z[·, n] = Σ W[·, c] · row[c] over the numbers
/// that are not 0, + b.
///
/// W is outputs × inputs as in PyTorch, Z is outputs × examples. Columns of W are summed up once per example, and written
/// to once per example, so both happen in a turned copy, inputs × outputs, where they are contiguous. A weight that meets
/// nothing but zeros plays no part, not even as NaN.
struct SparseLayer: InputStage {
    private let kernels: KernelSet
    private let weight: Parameters.Tensor
    private let bias: Parameters.Tensor?
    private let inputs: Int
    /// Examples × inputs, row-major, and the share of them that are not 0.
    private let rows: [Float]
    private let density: Double
    private let workspace: Workspace
    /// Inputs × outputs, and its gradient.
    private let table, gradient: Matrix
    /// A block's rows (examples × inputs) and the same turned; its sums or their gradients (examples × outputs).
    private let block, turned, sums: Matrix

    let features: Int
    let isLayer = true

    /// Share of numbers other than 0 up to which the zeros are worth leaving out (Zen 4: 200 × 784 × 200 takes 0.3 of
    /// the dense product at 10 %, 0.6 at 30 %, 0.8 at 50 %; turning W costs 0.1).
    static let largestDensity = 0.4

    /// The share of numbers that are not 0.
    static func density(_ rows: [Float]) -> Double {
        Double(rows.count { $0 != 0 }) / Double(max(rows.count, 1))
    }

    /// A layer with these parameters on these rows, in blocks of at most so many.
    init(
        weight: Parameters.Tensor, bias: Parameters.Tensor?, rows: [Float], columns: Int,
        _ kernels: KernelSet
    ) {
        self.kernels = kernels
        self.weight = weight
        self.bias = bias
        self.rows = rows
        density = SparseLayer.density(rows)
        (features, inputs) = (weight.shape[0], weight.shape[1])
        let space = Workspace()
        workspace = space
        table = space.matrix(rows: inputs, columns: features)
        gradient = space.matrix(rows: inputs, columns: features)
        block = space.matrix(rows: columns, columns: inputs)
        turned = space.matrix(rows: inputs, columns: columns)
        sums = space.matrix(rows: columns, columns: features)
    }

    var products: Double { density * Double(inputs * features) }

    func begin() {
        kernels.table.transpose(
            features, inputs, weight.value, inputs, table.base, table.stride)
    }

    func forward(_ examples: UnsafeBufferPointer<Int32>, output: Matrix, _ pass: Pass) {
        rows.withUnsafeBufferPointer { rows in
            guard let first = rows.baseAddress else { return }
            for (place, example) in examples.enumerated() {
                block.row(place).update(from: first + Int(example) * inputs, count: inputs)
            }
        }
        kernels.table.sparse_product(
            examples.count, features, inputs, block.base, block.stride, table.base, table.stride,
            sums.base, sums.stride, 0)
        kernels.table.transpose(
            examples.count, features, sums.base, sums.stride, output.base, output.stride)
        guard let bias else { return }
        kernels.table.add_column_vector(
            features, examples.count, bias.value, output.base, output.stride)
    }

    func backward(
        _ examples: UnsafeBufferPointer<Int32>, outputGradient: Matrix, accumulates: Bool
    ) {
        let graded = outputGradient.columns
        let adds: Int32 = accumulates ? 1 : 0
        if let bias {
            kernels.table.row_products(
                features, graded, outputGradient.base, outputGradient.stride, nil, bias.gradient,
                1, adds)
        }
        kernels.table.transpose(
            features, graded, outputGradient.base, outputGradient.stride, sums.base, sums.stride)
        kernels.table.transpose(
            graded, inputs, block.base, block.stride, turned.base, turned.stride)
        kernels.table.sparse_product(
            inputs, features, graded, turned.base, turned.stride, sums.base, sums.stride,
            gradient.base, gradient.stride, adds)
    }

    func finish() {
        kernels.table.transpose(
            inputs, features, gradient.base, gradient.stride, weight.gradient, inputs)
    }
}
