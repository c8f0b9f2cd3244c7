import BLAS

extension Reference {
    /// U Vᵀ of a row-major matrix U Σ Vᵀ, singular values left out as by `PolarFactor`.
    ///
    /// By one-sided Jacobi rotations (Golub & Van Loan, §8.6.3): columns are turned in pairs until all are orthogonal, A V = U Σ.
    static func polarFactor<Scalar: BinaryFloatingPoint>(
        rows: Int, columns: Int, _ matrix: [Scalar]
    ) -> [Scalar] {
        guard rows >= columns else {
            let turned = transpose(rows: rows, columns: columns, matrix)
            return transpose(
                rows: columns, columns: rows, polarFactor(rows: columns, columns: rows, turned))
        }
        func dot(_ a: [Scalar], _ b: [Scalar]) -> Scalar {
            zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        }
        var images = (0..<columns).map { column in
            (0..<rows).map { matrix[$0 * columns + column] }
        }
        var right = (0..<columns).map { column in
            (0..<columns).map { Scalar($0 == column ? 1 : 0) }
        }
        var isTurned = true
        var sweeps = 0
        while isTurned, sweeps < 60 {
            isTurned = false
            sweeps += 1
            for p in 0..<columns {
                for q in p + 1..<max(p + 1, columns) {
                    let (alpha, beta) = (dot(images[p], images[p]), dot(images[q], images[q]))
                    let gamma = dot(images[p], images[q])
                    guard abs(gamma) > 4 * Scalar.ulpOfOne * (alpha * beta).squareRoot() else {
                        continue
                    }
                    isTurned = true
                    let zeta = (beta - alpha) / (2 * gamma)
                    let tangent = (zeta < 0 ? -1 : 1) / (abs(zeta) + (1 + zeta * zeta).squareRoot())
                    let cosine = 1 / (1 + tangent * tangent).squareRoot()
                    let sine = cosine * tangent
                    func turn(_ a: inout [[Scalar]]) {
                        let (old, other) = (a[p], a[q])
                        a[p] = zip(old, other).map { cosine * $0 - sine * $1 }
                        a[q] = zip(old, other).map { sine * $0 + cosine * $1 }
                    }
                    turn(&images)
                    turn(&right)
                }
            }
        }
        let values = images.map { dot($0, $0).squareRoot() }
        let largest = values.max() ?? 0
        let least = largest * Scalar(rows) * Scalar(PolarFactor.tolerance)
        var factor = [Scalar](repeating: 0, count: rows * columns)
        for column in 0..<columns where !(values[column] <= least) {
            for row in 0..<rows {
                let share = images[column][row] / values[column]
                for place in 0..<columns {
                    factor[row * columns + place] += share * right[column][place]
                }
            }
        }
        return factor
    }
}
