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

@Suite struct PolarFactorTests {
    /// Numbers between −1 and 1 without a pattern.
    private func numbers(_ count: Int) -> [Float] {
        var state: UInt32 = 1
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return Float(state >> 8) / 0x1p23 - 1
        }
    }

    private func factor(_ rows: Int, _ columns: Int, _ matrix: [Float]) -> [Float] {
        var matrix = matrix
        let room = PolarFactor(rows: rows, columns: columns)
        matrix.withUnsafeMutableBufferPointer { values in
            if let start = values.baseAddress { room.replace(start) }
        }
        return matrix
    }

    private func product(_ m: Int, _ n: Int, _ k: Int, _ a: [Float], _ b: [Float], _ turned: Bool)
        -> [Double]
    {
        LAPACK.product(
            m: m, n: n, k: k, a.map(Double.init), b.map(Double.init), transposedB: turned)
    }

    @Test(
        "the factor is orthogonal, and what is left of the matrix is symmetric and not negative",
        arguments: [(1, 1), (1, 5), (5, 1), (3, 7), (7, 3), (8, 8)])
    func full(_ rows: Int, _ columns: Int) throws {
        let matrix = numbers(rows * columns)
        let polar = factor(rows, columns, matrix)
        // Q Gᵀ = U Σ Uᵀ; of a full row rank Q Qᵀ = 1.
        let rest = product(rows, rows, columns, polar, matrix, true)
        for row in 0..<rows {
            for column in 0..<rows {
                #expect(abs(rest[row * rows + column] - rest[column * rows + row]) < 1e-5)
            }
        }
        #expect(try #require(LAPACK.eigenvalues(order: rows, rest)?.first) > -1e-5)
        let squares = LAPACK.eigenvalues(
            order: rows, product(rows, rows, columns, polar, polar, true))
        let ones = try #require(squares).suffix(min(rows, columns))
        for one in ones { #expect(abs(one - 1) < 1e-5) }
    }

    @Test("a direction without gradient has no step, a matrix without any none at all")
    func deficient() {
        // Rank one: u vᵀ / (|u| |v|).
        let (u, v): ([Float], [Float]) = ([1, -2, 2], [3, 4])
        let polar = factor(3, 2, u.flatMap { a in v.map { a * $0 } })
        for (found, wanted) in zip(polar, u.flatMap { a in v.map { a * $0 / 15 } }) {
            #expect(abs(found - wanted) < 1e-6)
        }
        #expect(factor(2, 2, [0, 0, 0, 0]) == [0, 0, 0, 0])
        for broken in factor(2, 1, [.infinity, 1]) { #expect(broken.isNaN) }
    }
}
