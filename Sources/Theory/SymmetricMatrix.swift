/// A real symmetric matrix with its eigenvalues.
package struct SymmetricMatrix: Sendable, Hashable {
    /// Rows, and columns.
    package let order: Int
    /// order × order, row-major.
    private var elements: [Double]

    /// The matrix with these rows; only the upper triangle is read.
    package init(rows: [[Double]]) {
        precondition(rows.allSatisfy { $0.count == rows.count }, "the matrix is square")
        order = rows.count
        elements = rows.indices.flatMap { i in
            rows.indices.map { j in i <= j ? rows[i][j] : rows[j][i] }
        }
    }

    /// The element in a row and a column.
    package subscript(row: Int, column: Int) -> Double { elements[row * order + column] }

    /// All eigenvalues, ascending, by cyclic Jacobi rotations (Golub & Van Loan, Matrix Computations, §8.5).
    package func eigenvalues() -> [Double] {
        var matrix = self
        let size = elements.reduce(0) { $0 + $1 * $1 }
        // Convergence is quadratic: a dozen sweeps reach rounding for any size met here.
        for _ in 0..<50 where matrix.offDiagonal > 1e-30 * size { matrix.sweep() }
        return (0..<order).map { matrix[$0, $0] }.sorted()
    }

    /// Sum of squares beside the diagonal.
    private var offDiagonal: Double {
        var sum = 0.0
        for i in 0..<order {
            for j in 0..<order where i != j { sum += self[i, j] * self[i, j] }
        }
        return sum
    }

    /// Rotates every element of the upper triangle to zero once.
    private mutating func sweep() {
        for p in 0..<order {
            for q in (p + 1)..<max(order, p + 1) where self[p, q] != 0 { rotate(p, q) }
        }
    }

    /// The rotation in the plane of p and q that makes their element zero, by the smaller of the two angles.
    private mutating func rotate(_ p: Int, _ q: Int) {
        let tau = (self[q, q] - self[p, p]) / (2 * self[p, q])
        let t = (tau < 0 ? -1 : 1) / (abs(tau) + (1 + tau * tau).squareRoot())
        let c = 1 / (1 + t * t).squareRoot()
        let s = t * c
        for k in 0..<order {
            let (x, y) = (self[k, p], self[k, q])
            elements[k * order + p] = c * x - s * y
            elements[k * order + q] = s * x + c * y
        }
        for k in 0..<order {
            let (x, y) = (self[p, k], self[q, k])
            elements[p * order + k] = c * x - s * y
            elements[q * order + k] = s * x + c * y
        }
    }
}
