/// The kernels as obvious loops, generic over the float type: what the vector kernels are compared with.
///
/// Shapes and names are those of `ckernels.h`; matrices are row-major without padding.
enum Reference {
    /// C (m × n) = bias per row + Σₖ A(m, k) · B(k, n), with A(m, k) = a[m · aRow + k · aStep].
    static func product<T: BinaryFloatingPoint>(
        m: Int, n: Int, k: Int, a: [T], aRow: Int, aStep: Int, b: [T], bias: [T]? = nil
    ) -> [T] {
        var c = [T](repeating: 0, count: m * n)
        for row in 0..<m {
            for column in 0..<n {
                var sum = bias?[row] ?? 0
                for inner in 0..<k {
                    sum += a[row * aRow + inner * aStep] * b[inner * n + column]
                }
                c[row * n + column] = sum
            }
        }
        return c
    }

    /// out[r] = Σₙ A[r, n] · b[n].
    static func rowProducts<T: BinaryFloatingPoint>(
        rows: Int, columns: Int, a: [T], b: [T]
    ) -> [T] {
        product(m: rows, n: 1, k: columns, a: a, aRow: columns, aStep: 1, b: b)
    }

    /// The transpose of rows × columns.
    static func transpose<T>(rows: Int, columns: Int, _ values: [T]) -> [T] {
        (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
    }
}
