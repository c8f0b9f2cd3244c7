import Testing

@testable import BLAS

@Suite struct LAPACKTests {
    /// The second difference, whose eigenvalues are 2 − 2 cos(πk/(n+1)).
    private func chain(_ order: Int) -> [Double] {
        (0..<order * order).map { place in
            let (row, column) = (place / order, place % order)
            return row == column ? 2 : abs(row - column) == 1 ? -1 : 0
        }
    }

    @Test(
        "eigenvalues ascend, and eigenvectors are orthonormal solutions", arguments: [1, 2, 7, 60])
    func eigensystem(_ order: Int) throws {
        let matrix = chain(order)
        let system = try #require(LAPACK.eigensystem(order: order, matrix))
        #expect(system.values == system.values.sorted())
        #expect(abs(system.values.reduce(0, +) - 2 * Double(order)) < 1e-11)
        let values = try #require(LAPACK.eigenvalues(order: order, matrix))
        for (one, other) in zip(values, system.values) { #expect(abs(one - other) < 1e-12) }
        let gram = LAPACK.gram(rows: order, columns: order, system.vectors)
        let images = LAPACK.product(m: order, n: order, k: order, system.vectors, matrix)
        for row in 0..<order {
            for column in 0..<order {
                let place = row * order + column
                #expect(abs(gram[place] - (row == column ? 1 : 0)) < 1e-12)
                #expect(abs(images[place] - system.values[row] * system.vectors[place]) < 1e-12)
            }
        }
    }

    @Test("what is not finite has no eigenvalues, and no matrix has none")
    func refused() {
        #expect(LAPACK.eigenvalues(order: 2, [1, .nan, .nan, 1]) == nil)
        #expect(LAPACK.eigenvalues(order: 1, [.infinity]) == nil)
        #expect(LAPACK.eigenvalues(order: 0, []) == [])
    }

    @Test("products of unlike sides, transposed or not")
    func products() {
        let (a, b) = ([1.0, 2, 3, 4, 5, 6], [1.0, 0, 2, -1, 3, 1])
        #expect(LAPACK.product(m: 2, n: 2, k: 3, a, b) == [14, 1, 32, 1])
        #expect(
            LAPACK.product(m: 2, n: 2, k: 3, a, [1, 2, 3, 0, -1, 1], transposedB: true)
                == [14, 1, 32, 1])
        #expect(LAPACK.gram(rows: 2, columns: 3, a) == [14, 32, 32, 77])
        #expect(LAPACK.product(m: 2, n: 2, k: 0, [], []) == [0, 0, 0, 0])
    }
}
