import CKernels

/// The task's own numbers, feature-major: X[c, n] = row[c] of example n.
///
/// Rows are turned afresh in every step: 784 numbers take a twentieth of the time that a layer of 200 spends on them, and
/// a copy that is ready in every order would be as large as the data.
struct NumberRows: InputStage {
    private let kernels: KernelSet
    /// Examples × features, row-major.
    private let rows: [Float]
    let features: Int
    let isTrained = false

    /// These rows, all of one length.
    init(_ rows: [Float], features: Int, _ kernels: KernelSet) {
        self.kernels = kernels
        self.rows = rows
        self.features = features
    }

    func forward(_ examples: UnsafeBufferPointer<Int32>, output: Matrix, _ pass: Pass) {
        rows.withUnsafeBufferPointer { rows in
            kernels.table.gather_rows_transposed(
                output.columns, features, examples.baseAddress, rows.baseAddress, output.base,
                output.stride, 0)
        }
    }

    func backward(
        _ examples: UnsafeBufferPointer<Int32>, outputGradient: Matrix, accumulates: Bool
    ) {}
}
