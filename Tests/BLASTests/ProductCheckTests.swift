import Testing

@testable import BLAS

@Suite struct ProductCheckTests {
    private typealias Pointer = UnsafePointer<Float>

    /// The plain twin of a product.
    private static func plain(
        _ shape: ProductCheck.Shape, _ a: Pointer, _ lda: Int, _ b: Pointer, _ ldb: Int,
        _ c: UnsafeMutablePointer<Float>, _ ldc: Int
    ) {
        for row in 0..<shape.m {
            for column in 0..<shape.n {
                var sum: Float = shape.adds ? c[row * ldc + column] : 0
                for term in 0..<shape.k {
                    let left = shape.transposedA ? a[term * lda + row] : a[row * lda + term]
                    let right = shape.transposedB ? b[column * ldb + term] : b[term * ldb + column]
                    sum += left * right
                }
                c[row * ldc + column] = sum
            }
        }
    }

    /// What plain loops get through in a moment, with the square in it.
    private static let small = ProductCheck.shapes.filter { $0.m * $0.n * $0.k < 300_000 }

    @Test("plain loops pass, and OpenBLAS as it was loaded here passes")
    func right() {
        #expect(Self.small.count == 16)
        #expect(ProductCheck.isRight(Self.small, Self.plain))
        #expect(ProductCheck.openBLASIsRight())
    }

    @Test(
        "one wrong element, a NaN, a short format, a missing last term, a transposed operand and a stray write fail",
        arguments: 0..<6)
    func wrong(_ fault: Int) {
        #expect(
            !ProductCheck.isRight(Self.small) { shape, a, lda, b, ldb, c, ldc in
                var shape = shape
                if fault == 3, shape.k > 1 { shape.k -= 1 }
                if fault == 4, shape.m == shape.k, shape.m > 1 { shape.transposedA.toggle() }
                let last = (shape.m - 1) * ldc + shape.n - 1
                Self.plain(shape, a, lda, b, ldb, c, ldc)
                switch fault {
                case 0: c[last] += 1
                case 1: c[last] = .nan
                case 2:
                    // Rounded to the eleven bits of TF32.
                    for row in 0..<shape.m {
                        for column in 0..<shape.n {
                            let bits = c[row * ldc + column].bitPattern
                            c[row * ldc + column] = Float(bitPattern: (bits + 0x1000) & ~0x1fff)
                        }
                    }
                case 5: c[last + 1] += 1
                default: break
                }
            })
    }
}
