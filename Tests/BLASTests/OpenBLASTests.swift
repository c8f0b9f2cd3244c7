import Testing

@testable import BLAS

@Suite struct OpenBLASTests {
    @Test("products agree with plain loops, transposed or not", arguments: [false, true])
    func products(_ transposed: Bool) {
        OpenBLAS.useOneThread()
        let (m, n, k) = (5, 7, 3)
        func a(_ row: Int, _ column: Int) -> Float { Float(row * 3 - column) }
        func b(_ row: Int, _ column: Int) -> Float { Float(column - 2 * row) }
        var left: [Float] = []
        var right: [Float] = []
        if transposed {
            for inner in 0..<k { for row in 0..<m { left.append(a(row, inner)) } }
            for column in 0..<n { for inner in 0..<k { right.append(b(inner, column)) } }
        } else {
            for row in 0..<m { for inner in 0..<k { left.append(a(row, inner)) } }
            for inner in 0..<k { for column in 0..<n { right.append(b(inner, column)) } }
        }
        var c = [Float](repeating: 1, count: m * n)
        OpenBLAS.sgemm(
            m: m, n: n, k: k, a: left, lda: transposed ? m : k, transposedA: transposed, b: right,
            ldb: transposed ? k : n, transposedB: transposed, beta: 2, c: &c, ldc: n)
        for row in 0..<m {
            for column in 0..<n {
                // Small whole numbers: exact in any order.
                let wanted = (0..<k).reduce(Float(2)) { $0 + a(row, $1) * b($1, column) }
                #expect(c[row * n + column] == wanted)
            }
        }
    }

    @Test("the library names its core and build")
    func names() {
        #expect(!OpenBLAS.coreName.isEmpty && OpenBLAS.coreName != "unknown")
        #expect(OpenBLAS.configuration.contains("OpenBLAS"))
    }

    @Test("a rate is measured")
    func rate() {
        #expect(OpenBLAS.sgemmRate(size: 64, repetitions: 2) > 0)
    }
}
