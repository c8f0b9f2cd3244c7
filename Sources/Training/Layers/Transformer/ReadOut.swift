import CKernels
import Core

/// Outputs from the last layer's states: the sum over the positions read of U_position·X̂, X̂ being normalised where
/// normalisation comes first.
struct ReadOut {
    private let weight: Parameters.Tensor
    private let outputs, width: Int
    /// Elements between two outputs' weights.
    private let rowStride: Int
    private let isTied: Bool
    private let norm: LayerNorm?
    /// The positions that have states.
    private let positions: Range<Int>
    /// The positions read among them.
    let read: Range<Int>
    /// Position whose weights come first.
    private let firstColumn: Int
    /// X, at `positions`.
    let states: Matrix
    private let normed, statistics: Matrix

    /// The read-out of the states at these positions.
    init(
        _ plan: TransformerPlan, positions: Range<Int>, columns: Int, _ space: Workspace
    ) {
        let model = plan.model
        isTied = model.unembedding == .tied
        weight = plan.parameters[isTied ? .representation : .unembedding]
        (outputs, width) = (plan.outputs, model.width)
        rowStride = weight.shape[1]
        norm = model.normalisation == .pre ? LayerNorm(plan.parameters, TensorName.lastNorm) : nil
        self.positions = positions
        firstColumn = model.readOut == .all ? 0 : plan.layout.count - 1
        read = max(positions.lowerBound, firstColumn)..<max(positions.upperBound, firstColumn)
        let count = positions.count * columns
        states = space.matrix(rows: width, columns: count)
        normed = norm == nil ? states : space.matrix(rows: width, columns: count)
        statistics = space.matrix(rows: 2, columns: norm == nil ? 0 : count)
    }

    /// Adds what the positions read contribute to the outputs, or begins the outputs with it.
    func forward(
        _ kernels: borrowing KernelSet, output: Matrix, segment: Int, begins: Bool
    ) {
        let columns = positions.count * segment
        norm?.forward(
            kernels, input: states.columns(0..<columns), output: normed.columns(0..<columns),
            statistics: statistics)
        for position in read {
            kernels.multiply(
                m: outputs, n: segment, k: width, a: weight.value + offset(position),
                aRow: rowStride, aStep: 1, b: normed.base + column(position) * segment,
                ldb: normed.stride, c: output.base, ldc: output.stride,
                accumulate: !begins || position > read.lowerBound)
        }
    }

    /// Fills the gradient of the states; fills those of the parameters or adds to them. A tied unembedding always adds;
    /// weights that no other stack has a part in are always overwritten.
    func backward(
        _ kernels: borrowing KernelSet, outputSlope: Matrix, slope: Matrix, segment: Int,
        scratch: UnsafeMutablePointer<Float>, accumulates: Bool, hasOwnWeights: Bool
    ) {
        let slope = slope.columns(0..<positions.count * segment)
        slope.columns(0..<column(read.lowerBound) * segment).clear()
        for position in read {
            let place = column(position) * segment
            kernels.table.transpose(
                width, segment, normed.base + place, normed.stride, scratch, width)
            kernels.multiply(
                m: outputs, n: width, k: segment, a: outputSlope.base, aRow: outputSlope.stride,
                aStep: 1, b: scratch, ldb: width, c: weight.gradient + offset(position),
                ldc: rowStride, accumulate: isTied || (accumulates && !hasOwnWeights))
            kernels.multiply(
                m: width, n: segment, k: outputs, a: weight.value + offset(position), aRow: 1,
                aStep: rowStride, b: outputSlope.base, ldb: outputSlope.stride,
                c: slope.base + place, ldc: slope.stride)
        }
        norm?.backward(
            kernels, input: states, statistics: statistics, slope: slope,
            accumulates: accumulates)
    }

    /// What is multiplied with the weights, a matrix for each position read.
    func inputs(_ segment: Int) -> [Matrix] {
        read.map { normed.columns(column($0) * segment..<(column($0) + 1) * segment) }
    }

    /// Where a position's weights begin in a row.
    private func offset(_ position: Int) -> Int { (position - firstColumn) * width }

    /// A position's place among those that have states.
    private func column(_ position: Int) -> Int { position - positions.lowerBound }
}
