import COpenBLAS

/// The orthogonal polar factor of matrices of one shape, with the room that it takes: a call takes no memory.
///
/// Of G = U Σ Vᵀ it is U Vᵀ = (G Gᵀ)^(−1/2) G, the inverse being Moore and Penrose's: singular values that single precision
/// cannot tell from zero beside the largest one are left out. In double precision, by divide and conquer (`dgesdd`).
package final class PolarFactor {
    /// A singular value counts where it exceeds the largest one times the longer side times this.
    package static let tolerance = 0x1p-23

    private let rows: Int
    private let columns: Int
    private let values: UnsafeMutablePointer<Double>
    private let singular: UnsafeMutablePointer<Double>
    private let left: UnsafeMutablePointer<Double>
    private let right: UnsafeMutablePointer<Double>
    private var work: UnsafeMutablePointer<Double>
    private var workCount: blasint = -1
    private let indices: UnsafeMutablePointer<blasint>

    private var rank: Int { min(rows, columns) }

    /// Room for matrices of so many rows and columns.
    package init(rows: Int, columns: Int) {
        precondition(rows > 0 && columns > 0, "a matrix has elements")
        self.rows = rows
        self.columns = columns
        let rank = min(rows, columns)
        values = .allocate(capacity: rows * columns)
        values.initialize(repeating: 0, count: rows * columns)
        singular = .allocate(capacity: rank)
        left = .allocate(capacity: columns * rank)
        right = .allocate(capacity: rank * rows)
        indices = .allocate(capacity: 8 * rank)
        work = .allocate(capacity: 1)
        _ = decompose()
        let count = Int(work[0])
        work.deallocate()
        work = .allocate(capacity: count)
        workCount = blasint(count)
    }

    deinit {
        for room in [values, singular, left, right, work] { room.deallocate() }
        indices.deallocate()
    }

    /// Puts the factor in a row-major matrix's place; NaN where that is not finite, or the iteration fails to converge.
    package func replace(_ matrix: UnsafeMutablePointer<Float>) {
        let count = rows * columns
        var isFinite = true
        for place in 0..<count {
            values[place] = Double(matrix[place])
            isFinite = isFinite && matrix[place].isFinite
        }
        // LAPACK's behaviour on NaN is undefined.
        guard isFinite, decompose() == 0 else {
            matrix.update(repeating: .nan, count: count)
            return
        }
        let least = singular[0] * Double(max(rows, columns)) * PolarFactor.tolerance
        var kept = 0
        while kept < rank, singular[kept] > least { kept += 1 }
        // A row-major matrix is its own transpose read column by column, and so is its factor.
        cblas_dgemm(
            CblasColMajor, CblasNoTrans, CblasNoTrans, blasint(columns), blasint(rows),
            blasint(kept), 1, left, blasint(columns), right, blasint(rank), 0, values,
            blasint(columns))
        for place in 0..<count { matrix[place] = Float(values[place]) }
    }

    /// The thin decomposition of what is in `values`, or where there is no room yet how much it takes; LAPACK's `info`.
    private func decompose() -> blasint {
        var job = CChar(UInt8(ascii: "S"))
        var (m, n) = (blasint(columns), blasint(rows))
        var (leading, leadingLeft, leadingRight) = (m, m, blasint(rank))
        var count = workCount
        var info: blasint = 0
        dgesdd_(
            &job, &m, &n, values, &leading, singular, left, &leadingLeft, right, &leadingRight,
            work, &count, indices, &info, 1)
        return info
    }
}
