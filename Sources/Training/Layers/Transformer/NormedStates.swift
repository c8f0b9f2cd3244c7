import CKernels

/// States X with what a branch works on: X̂ = norm(X), or X itself where no normalisation stands before the branch.
struct NormedStates {
    /// X; filled before `forward`.
    let states: Matrix
    private let norm: LayerNorm?
    private let normed: Matrix
    private let statistics: Matrix

    /// Room for the normalised form of these states.
    init(_ states: Matrix, _ norm: LayerNorm?, _ space: Workspace) {
        self.states = states
        self.norm = norm
        let columns = norm == nil ? 0 : states.columns
        normed = norm == nil ? states : space.matrix(rows: states.rows, columns: columns)
        statistics = space.matrix(rows: 2, columns: columns)
    }

    /// X̂ of the first columns.
    func output(_ columns: Int) -> Matrix { normed.columns(0..<columns) }

    /// Computes X̂ of the first columns.
    func forward(_ kernels: borrowing KernelSet, columns: Int) -> Matrix {
        let output = output(columns)
        norm?.forward(
            kernels, input: states.columns(0..<columns), output: output, statistics: statistics)
        return output
    }

    /// Where the gradient of X̂ belongs: that of X, to be added to, or `room` where a normalisation lies between, to be
    /// filled.
    func slope(_ slope: Matrix, room: Matrix) -> (matrix: Matrix, adds: Bool) {
        norm == nil ? (slope, true) : (room.columns(0..<slope.columns), false)
    }

    /// Takes the gradient of X̂ in `room` through the normalisation, where there is one, and adds it to `slope`.
    func backward(
        _ kernels: borrowing KernelSet, slope: Matrix, room: Matrix, accumulates: Bool
    ) {
        guard let norm else { return }
        let branch = room.columns(0..<slope.columns)
        norm.backward(
            kernels, input: states, statistics: statistics, slope: branch,
            accumulates: accumulates)
        kernels.table.add_rows(
            slope.rows, slope.columns, branch.base, branch.stride, slope.base, slope.stride)
    }
}
