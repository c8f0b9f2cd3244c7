/// Whether a matrix product computes what plain loops do, bit for bit.
///
/// The entries are whole numbers small enough that every partial sum is exact in single precision, so that the order of
/// summation does not count, and long enough in bits that a product in a shorter format shows. A product C = A B + C₀ is
/// compared through C x = A (B x) + C₀ x in exact arithmetic for a random x (Freivalds 1977), which costs matrix-vector
/// products instead of the plain twin's loops and misses a wrong row with a chance below 10⁻⁶.
package struct ProductCheck {
    /// A product as `OpenBLAS.sgemm` takes it.
    package typealias Product = (
        _ shape: Shape, _ a: UnsafePointer<Float>, _ lda: Int, _ b: UnsafePointer<Float>,
        _ ldb: Int, _ c: UnsafeMutablePointer<Float>, _ ldc: Int
    ) -> Void

    /// One product's extents and how its operands are stored.
    package struct Shape: Sendable, Hashable {
        /// Rows of C.
        package var m: Int
        /// Columns of C.
        package var n: Int
        /// Terms of each sum.
        package var k: Int
        /// Whether A is stored k × m.
        package var transposedA: Bool
        /// Whether B is stored n × k.
        package var transposedB: Bool
        /// Whether C₀ is added.
        package var adds: Bool
    }

    /// Shapes around the block sizes and the small-matrix paths of the library's cores, with remainders on every side.
    package static var shapes: [Shape] {
        let extents = [
            (1, 1, 1), (3, 5, 7), (17, 33, 65), (64, 64, 64), (130, 121, 111), (33, 70, 1030),
            (1030, 33, 40), (31, 1030, 47),
        ]
        return extents.flatMap { m, n, k in
            [(false, false), (false, true), (true, false), (true, true)].map { a, b in
                Shape(m: m, n: n, k: k, transposedA: a, transposedB: b, adds: a == b)
            }
        }
    }

    /// Elements between the end of a stored row and the next.
    private static let padding = 3
    /// Entries of one operand have 12 bits, those of the other are −1, 0 and 1: sums stay below 2²⁴ up to k = 4,000.
    private static let large = 4095

    /// Whether OpenBLAS, as this process loaded it, passes on every shape.
    package static func openBLASIsRight() -> Bool {
        OpenBLAS.useOneThread()
        return isRight(shapes) { shape, a, lda, b, ldb, c, ldc in
            OpenBLAS.sgemm(
                m: shape.m, n: shape.n, k: shape.k, a: a, lda: lda, transposedA: shape.transposedA,
                b: b, ldb: ldb, transposedB: shape.transposedB, beta: shape.adds ? 1 : 0, c: c,
                ldc: ldc)
        }
    }

    /// Whether a product passes on every one of these shapes.
    package static func isRight(_ shapes: [Shape], _ product: Product) -> Bool {
        var bits = Bits()
        return shapes.enumerated().allSatisfy { index, shape in
            isRight(shape, isLargeLeft: index.isMultiple(of: 2), &bits, product)
        }
    }

    private static func isRight(
        _ shape: Shape, isLargeLeft: Bool, _ bits: inout Bits, _ product: Product
    ) -> Bool {
        let (m, n, k) = (shape.m, shape.n, shape.k)
        let a = Operand(
            rows: m, columns: k, isTransposed: shape.transposedA, most: isLargeLeft ? large : 1,
            &bits)
        let b = Operand(
            rows: k, columns: n, isTransposed: shape.transposedB, most: isLargeLeft ? 1 : large,
            &bits)
        var c = Operand(rows: m, columns: n, isTransposed: false, most: large, &bits)
        let x = (0..<n).map { _ in bits.next(most: 1 << 20) }
        var wanted = a.times(b.times(x))
        if shape.adds {
            for (row, term) in c.times(x).enumerated() { wanted[row] += term }
        }
        let before = c.values
        product(shape, a.values, a.stride, b.values, b.stride, &c.values, c.stride)
        return c.isWhole && c.times(x) == wanted && c.keepsPadding(of: before)
    }

    /// A matrix of small whole numbers, its rows or columns padded.
    private struct Operand {
        let rows: Int
        let columns: Int
        let isTransposed: Bool
        let stride: Int
        var values: [Float]

        init(rows: Int, columns: Int, isTransposed: Bool, most: Int, _ bits: inout Bits) {
            self.rows = rows
            self.columns = columns
            self.isTransposed = isTransposed
            stride = (isTransposed ? rows : columns) + padding
            values = []
            for _ in 0..<(isTransposed ? columns : rows) * stride {
                values.append(Float(bits.next(most: most)))
            }
        }

        /// The product with a vector, exactly.
        func times(_ vector: [Int]) -> [Int] {
            var result = [Int](repeating: 0, count: rows)
            for outer in 0..<(isTransposed ? columns : rows) {
                for inner in 0..<(isTransposed ? rows : columns) {
                    let value = Int(values[outer * stride + inner])
                    if isTransposed {
                        result[inner] += value * vector[outer]
                    } else {
                        result[outer] += value * vector[inner]
                    }
                }
            }
            return result
        }

        /// Whether every number is one that a sum of this kind can be; NaN is not.
        var isWhole: Bool { values.allSatisfy { abs($0) < 0x1p24 && $0 == $0.rounded() } }

        /// Whether nothing was written between the rows.
        func keepsPadding(of before: [Float]) -> Bool {
            (0..<rows).allSatisfy { row in
                (columns..<stride).allSatisfy {
                    values[row * stride + $0] == before[row * stride + $0]
                }
            }
        }
    }

    /// Numbers that are the same at each check (splitmix64).
    private struct Bits {
        private var state: UInt64 = 0x5eed

        mutating func next(most: Int) -> Int {
            state &+= 0x9e37_79b9_7f4a_7c15
            var bits = state
            bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
            bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
            return Int((bits ^ (bits >> 31)) % UInt64(2 * most + 1)) - most
        }
    }
}
