import Testing
import Theory

@Suite("Eigenvalues")
struct SymmetricMatrixTests {
    private func expect(_ rows: [[Double]], _ expected: [Double]) {
        let values = SymmetricMatrix(rows: rows).eigenvalues()
        #expect(values.count == expected.count)
        for (value, wanted) in zip(values, expected) { #expect(abs(value - wanted) < 1e-13) }
    }

    @Test("eigenvalues of small matrices are the known ones, ascending")
    func small() {
        expect([], [])
        expect([[-4]], [-4])
        expect([[2, 1], [1, 2]], [1, 3])
        expect([[0, 1], [1, 0]], [-1, 1])
        expect(
            [[2, -1, 0], [-1, 2, -1], [0, -1, 2]], [2 - 2.0.squareRoot(), 2, 2 + 2.0.squareRoot()])
        expect([[3, 0, 0], [0, -1, 0], [0, 0, 7]], [-1, 3, 7])
        expect([[1, 1, 1], [1, 1, 1], [1, 1, 1]], [0, 0, 3])
    }

    @Test("the sum and the sum of squares of eigenvalues are trace and norm")
    func invariants() {
        let order = 9
        var rows = [[Double]](repeating: Array(repeating: 0, count: order), count: order)
        var trace = 0.0
        var norm = 0.0
        for i in 0..<order {
            for j in 0..<order {
                let value = Double((i * j + i + j) % 7) - 3
                rows[i][j] = value
                norm += value * value
                if i == j { trace += value }
            }
        }
        let values = SymmetricMatrix(rows: rows).eigenvalues()
        let squares = values.map { $0 * $0 }.reduce(0, +)
        #expect(abs(values.reduce(0, +) - trace) < 1e-12)
        #expect(abs(squares - norm) < 1e-11)
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test("only the upper triangle is read")
    func upper() {
        let matrix = SymmetricMatrix(rows: [[1, 2], [99, 1]])
        #expect(matrix[1, 0] == 2)
        #expect(matrix.eigenvalues().map { ($0 * 1e9).rounded() / 1e9 } == [-1, 3])
    }
}
