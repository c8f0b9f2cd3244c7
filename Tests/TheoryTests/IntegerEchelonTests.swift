import Testing

@testable import Theory

@Suite("Exact ranks")
struct IntegerEchelonTests {
    private func rank(_ rows: [[Int]]) throws -> Int {
        var echelon = IntegerEchelon(columns: rows[0].count)
        for row in rows { _ = try echelon.insert(row) }
        return echelon.rank
    }

    @Test("dependent rows add nothing")
    func dependent() throws {
        #expect(try rank([[1, 2, 3], [2, 4, 6], [0, 1, 1], [1, 3, 4]]) == 2)
        #expect(try rank([[0, 0], [0, 0]]) == 0)
        #expect(try rank([[0, 2, 1], [3, 0, 1], [0, 0, 5]]) == 3)
    }

    @Test("rows that a floating-point rank would call dependent are told apart")
    func nearlyDependent() throws {
        let large = 1_000_000_007
        #expect(try rank([[large, large + 1], [large + 1, large + 2]]) == 2)
    }

    @Test("numbers beyond 64 bits are an error that says so")
    func overflow() {
        #expect(throws: TheoryError.self) {
            try rank([[Int.max, 3], [Int.max - 1, 5]])
        }
    }

    @Test("the greatest common divisor takes any signs")
    func divisor() {
        #expect(IntegerEchelon.gcd(-12, 18) == 6)
        #expect(IntegerEchelon.gcd(0, -5) == 5)
        #expect(IntegerEchelon.gcd(0, 0) == 0)
    }
}
