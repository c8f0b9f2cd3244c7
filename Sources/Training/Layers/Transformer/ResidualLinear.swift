import CKernels
import Core

/// The end of a branch: Y = X + dropout(W·H + b), normalised where normalisation comes after.
struct ResidualLinear {
    private let linear: Linear
    private let norm: LayerNorm?
    private let dropout: PositionDropout?
    private let sum: Matrix
    private let statistics: Matrix

    /// The end of a branch with room for so many columns.
    init(
        _ linear: Linear, norm: LayerNorm?, dropout: PositionDropout?, columns: Int,
        _ space: Workspace
    ) {
        self.linear = linear
        self.norm = norm
        self.dropout = dropout
        sum = space.matrix(rows: linear.outputs, columns: norm == nil ? 0 : columns)
        statistics = space.matrix(rows: 2, columns: norm == nil ? 0 : columns)
    }

    /// Fills `output` (Y) from `states` (X) and `input` (H), which have as many columns.
    func forward(
        _ kernels: borrowing KernelSet, states: Matrix, input: Matrix, output: Matrix,
        _ block: PositionBlock, _ scratch: TransformerScratch
    ) {
        let total = norm == nil ? output : sum.columns(0..<output.columns)
        total.copy(states)
        if let dropout, block.pass.isTraining {
            let added = scratch.added.columns(0..<output.columns)
            linear.forward(kernels, input: input, output: added)
            dropout.apply(kernels, added, block, scratch)
            kernels.table.add_rows(
                added.rows, added.columns, added.base, added.stride, total.base, total.stride)
        } else {
            linear.forward(kernels, input: input, output: total, adds: true)
        }
        norm?.forward(kernels, input: total, output: output, statistics: statistics)
    }

    /// Turns the gradient of Y into that of X, as far as it goes around the branch; fills that of H.
    func backward(
        _ kernels: borrowing KernelSet, input: Matrix, slope: Matrix, inputSlope: Matrix,
        _ block: PositionBlock, _ scratch: TransformerScratch, accumulates: Bool
    ) {
        norm?.backward(
            kernels, input: sum, statistics: statistics, slope: slope, accumulates: accumulates)
        var added = slope
        if let dropout, block.pass.isTraining {
            added = scratch.added.columns(0..<slope.columns)
            added.copy(slope)
            dropout.apply(kernels, added, block, scratch)
        }
        linear.backward(
            kernels, input: input, outputGradient: added, inputGradient: inputSlope,
            scratch: scratch.transposed, accumulates: accumulates)
    }
}
