import Testing

@testable import Theory

@Suite("Exact ranks")
struct IntegerEchelonTests {
    private func rank(_ rows: [[Int]]) -> Int {
        let lengths = rows.map { $0.reduce(0) { $0 + $1 * $1 } }
        var echelon = IntegerEchelon(
            columns: rows[0].count, squaredLength: lengths.max() ?? 0)
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

    @Test("a minor that one of the primes divides is no 0: another prime shows it")
    func divisibleMinor() {
        let prime = ModularEchelon.largestPrime
        #expect(rank([[prime, 0], [0, 1]]) == 2)
        #expect(rank([[1, 1], [1, 1 + prime]]) == 2)
        #expect(rank([[1, 1], [prime, prime]]) == 1)
    }

    @Test("primes are primes, as many as were asked for")
    func primes() {
        let found = IntegerEchelon.primes(4)
        #expect(found == [2_147_483_647, 2_147_483_629, 2_147_483_587, 2_147_483_579])
    }

    @Test("a combination is known as one, whatever the order of the rows")
    func combinations() {
        let rows = [[1, 1, -1, -1, 0], [0, 2, -1, 0, -1], [0, 0, 1, -2, 1]]
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            var echelon = IntegerEchelon(columns: 5, squaredLength: 600)
            for (number, place) in order.enumerated() {
                #expect(!echelon.spans(rows[place]))
                echelon.insert(rows[place])
                #expect(echelon.rank == number + 1)
            }
            let combination = (0..<5).map { 3 * rows[0][$0] - 7 * rows[1][$0] + rows[2][$0] }
            #expect(echelon.spans(combination))
            echelon.insert(combination)
            #expect(echelon.rank == 3)
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
