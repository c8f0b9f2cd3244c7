import CKernels

/// A matrix (features × columns) whose columns are picked by an index, or are sums over the examples that an index picks.
///
/// Both work on a turned copy, columns × features, where a column lies in one piece: half the time of picking numbers
/// one by one. The matrix is turned once for all blocks of a step.
struct ColumnTable {
    /// Features × columns.
    let matrix: Matrix
    /// Columns × features.
    let turned: UnsafeMutablePointer<Float>

    /// A table over this matrix.
    init(_ matrix: Matrix, _ space: Workspace) {
        self.matrix = matrix
        turned = space.take(matrix.rows * matrix.columns)
    }

    /// Takes over what has been written to the matrix.
    func turn(_ kernels: borrowing KernelSet) {
        kernels.table.transpose(
            matrix.rows, matrix.columns, matrix.base, matrix.stride, turned, matrix.rows)
    }

    /// Fills the matrix with what has been added up.
    func turnBack(_ kernels: borrowing KernelSet) {
        kernels.table.transpose(
            matrix.columns, matrix.rows, turned, matrix.rows, matrix.base, matrix.stride)
    }

    /// Sets what is added up to 0.
    func clear() { turned.update(repeating: 0, count: matrix.rows * matrix.columns) }

    /// Fills `output` with columns, counted from `first` on.
    func gather(
        _ kernels: borrowing KernelSet, _ index: UnsafePointer<Int32>, from first: Int = 0,
        into output: Matrix
    ) {
        kernels.table.gather_rows_transposed(
            output.columns, matrix.rows, index, turned + first * matrix.rows, output.base,
            output.stride, 0)
    }

    /// Adds the columns of `slope` to columns, counted from `first` on.
    func add(
        _ kernels: borrowing KernelSet, _ slope: Matrix, to index: UnsafePointer<Int32>,
        from first: Int = 0
    ) {
        kernels.table.scatter_add_rows(
            slope.columns, matrix.rows, index, slope.base, slope.stride,
            turned + first * matrix.rows)
    }
}
