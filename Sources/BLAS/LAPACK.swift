import COpenBLAS

/// What LAPACK, which OpenBLAS brings along, computes of matrices in double precision; all are row-major.
package enum LAPACK {
    /// Eigenvalues, ascending, of a symmetric matrix and, where asked for, its eigenvectors.
    package struct Eigensystem: Sendable, Hashable {
        /// The eigenvalues, ascending.
        package var values: [Double]
        /// One row per eigenvalue; empty where none were asked for.
        package var vectors: [Double]
    }

    /// Eigenvalues, ascending, of a symmetric matrix order × order; nil when it holds something that is not finite or the
    /// iteration fails to converge.
    package static func eigenvalues(order: Int, _ matrix: [Double]) -> [Double]? {
        eigensystem(order: order, matrix, vectors: false)?.values
    }

    /// The same with eigenvectors, by divide and conquer (`dsyevd`).
    package static func eigensystem(
        order: Int, _ matrix: [Double], vectors: Bool = true
    ) -> Eigensystem? {
        precondition(matrix.count == order * order, "the matrix is square")
        guard order > 0 else { return Eigensystem(values: [], vectors: []) }
        // LAPACK's behaviour on NaN is undefined.
        guard matrix.allSatisfy(\.isFinite) else { return nil }
        let size = blasint(order)
        var (a, values) = (matrix, [Double](repeating: 0, count: order))
        var info: blasint = 0
        func call(_ work: inout [Double], _ indices: inout [blasint], query: Bool) {
            let count = query ? -1 : blasint(work.count)
            let indexCount = query ? -1 : blasint(indices.count)
            withUnsafePointer(to: CChar(UInt8(ascii: vectors ? "V" : "N"))) { job in
                withUnsafePointer(to: CChar(UInt8(ascii: "U"))) { triangle in
                    withUnsafePointer(to: size) { n in
                        withUnsafePointer(to: count) { lwork in
                            withUnsafePointer(to: indexCount) { liwork in
                                dsyevd_(
                                    job, triangle, n, &a, n, &values, &work, lwork, &indices,
                                    liwork, &info, 1, 1)
                            }
                        }
                    }
                }
            }
        }
        var (work, indices) = ([0.0], [blasint(0)])
        call(&work, &indices, query: true)
        guard info == 0 else { return nil }
        work = [Double](repeating: 0, count: Int(work[0]))
        indices = [blasint](repeating: 0, count: Int(indices[0]))
        call(&work, &indices, query: false)
        guard info == 0 else { return nil }
        // Column-major eigenvectors in columns are row-major ones in rows.
        return Eigensystem(values: values, vectors: vectors ? a : [])
    }

    /// A (m × k) · B (k × n), or · Bᵀ with B stored n × k.
    package static func product(
        m: Int, n: Int, k: Int, _ a: [Double], _ b: [Double], transposedB: Bool = false
    ) -> [Double] {
        precondition(a.count == m * k && b.count == k * n, "factors have the sizes given")
        var c = [Double](repeating: 0, count: m * n)
        guard m > 0, n > 0, k > 0 else { return c }
        cblas_dgemm(
            CblasRowMajor, CblasNoTrans, transposedB ? CblasTrans : CblasNoTrans, blasint(m),
            blasint(n), blasint(k), 1, a, blasint(k), b, blasint(transposedB ? k : n), 0, &c,
            blasint(n))
        return c
    }

    /// The symmetric rows × rows matrix of the rows' inner products.
    package static func gram(rows: Int, columns: Int, _ values: [Double]) -> [Double] {
        product(m: rows, n: rows, k: columns, values, values, transposedB: true)
    }
}
