import Testing

@testable import Theory

@Suite("Exact ranks")
struct IntegerEchelonTests {
    private func rank(_ rows: [[Int]]) -> Int {
        var echelon = IntegerEchelon(columns: rows[0].count)
        for row in rows { echelon.insert(row) }
        return echelon.rank
    }

    @Test("dependent rows add nothing")
    func dependent() {
        #expect(rank([[1, 2, 3], [2, 4, 6], [0, 1, 1], [1, 3, 4]]) == 2)
        #expect(rank([[0, 0], [0, 0]]) == 0)
        #expect(rank([[0, 2, 1], [3, 0, 1], [0, 0, 5]]) == 3)
    }

    @Test("rows that a floating-point rank would call dependent are told apart")
    func nearlyDependent() {
        let large = 1_000_000_007
        #expect(rank([[large, large + 1], [large + 1, large + 2]]) == 2)
    }

    @Test("numbers beyond 64 bits are told apart too")
    func large() {
        #expect(rank([[Int.max, 3], [Int.max - 1, 5]]) == 2)
        #expect(rank([[Int.max, Int.max - 1], [Int.max - 1, Int.max - 2], [1, 1]]) == 2)
        #expect(rank([[Int.max, 0, 1], [0, Int.max, 1], [Int.max, Int.max, 2]]) == 2)
    }

    @Test("a combination is known as one, whatever the order of the rows")
    func combinations() {
        let rows = [[1, 1, -1, -1, 0], [0, 2, -1, 0, -1], [0, 0, 1, -2, 1]]
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            var echelon = IntegerEchelon(columns: 5)
            let kept = order.map { echelon.insert(rows[$0]) }
            #expect(kept == [true, true, true])
            let combination = (0..<5).map { 3 * rows[0][$0] - 7 * rows[1][$0] + rows[2][$0] }
            #expect(echelon.spans(combination))
            let isNew = echelon.insert(combination)
            #expect(!isNew)
            #expect(!echelon.spans([1, 0, 0, 0, 0]))
        }
    }

    @Test("of forty symbols, more than elimination in 64 bits could do")
    func manySymbols() {
        let all = SymbolPair.all(symbols: 40)
        let sparse = all.indices.filter { $0 % 5 == 0 }.map { all[$0] }
        let set = ParallelogramSet(symbols: 40, among: sparse)
        var modular = ModularEchelon(columns: 40)
        for parallelogram in set.parallelograms {
            let row = parallelogram.coefficients(symbols: 40)
            modular.insert(row.indices.filter { row[$0] != 0 }.map { ($0, row[$0]) })
        }
        #expect(set.degreesOfFreedom() == 40 - modular.rank)
        #expect(ImpliedSet(symbols: 40, training: all).idealAccuracy == 1)
    }
}
