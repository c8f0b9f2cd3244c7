import Testing
import Theory

@Suite("Parallelogram sets")
struct ParallelogramSetTests {
    @Test("ten symbols have 70 permissible parallelograms, each once")
    func fullTable() throws {
        let set = ParallelogramSet.permissible(symbols: 10)
        #expect(set.count == 70)
        #expect(Set(set.parallelograms).count == 70)
        #expect(set.parallelograms.allSatisfy { $0.left.sum == $0.right.sum })
        #expect(set.degreesOfFreedom() == 2)
    }

    @Test(
        "parallelograms of the full table count pairs of pairs with one sum",
        arguments: [(2, 0), (3, 1), (4, 3), (5, 7), (6, 13)])
    func counts(symbols: Int, expected: Int) {
        #expect(ParallelogramSet.permissible(symbols: symbols).count == expected)
    }

    @Test("a row holds the coefficients of its four symbols, doubled where a symbol stands twice")
    func coefficients() {
        let set = ParallelogramSet(symbols: 4, among: [SymbolPair(2, 0), SymbolPair(1, 1)])
        #expect(set.parallelograms.map { $0.coefficients(symbols: 4) } == [[1, -2, 1, 0]])
    }

    @Test("without parallelograms every symbol is free")
    func free() throws {
        let set = ParallelogramSet(symbols: 7, among: [SymbolPair(0, 1), SymbolPair(3, 3)])
        #expect(set.count == 0)
        #expect(set.degreesOfFreedom() == 7)
    }

    @Test("there are never fewer than two degrees of freedom", arguments: 0..<40)
    func atLeastTwo(seed: UInt64) throws {
        for count in stride(from: 0, through: 55, by: 5) {
            let pairs = SymbolPair.trainingSet(symbols: 10, count: count, seed: seed)
            let set = ParallelogramSet(symbols: 10, among: pairs)
            #expect((2...10).contains(set.degreesOfFreedom()), "\(count) pairs")
        }
    }

    @Test("more training pairs never leave more freedom", arguments: 0..<20)
    func nested(seed: UInt64) throws {
        var last = 10
        for count in 0...55 {
            let pairs = SymbolPair.trainingSet(symbols: 10, count: count, seed: seed)
            let freedom = ParallelogramSet(symbols: 10, among: pairs).degreesOfFreedom()
            #expect(freedom <= last, "\(count) pairs")
            last = freedom
        }
        #expect(last == 2)
    }

    @Test("eight of the 21 pairs of six symbols can fix the line (Liu et al. 2022, App. C)")
    func eightOf21() throws {
        #expect(SymbolPair.all(symbols: 6).count == 21)
        let chosen = [(0, 2), (1, 1), (0, 3), (1, 2), (0, 4), (1, 3), (0, 5), (1, 4)]
        let pairs = chosen.map { SymbolPair($0.0, $0.1) }
        #expect(ParallelogramSet(symbols: 6, among: pairs).fixesTheLine())
        for index in pairs.indices {
            let fewer = pairs.indices.filter { $0 != index }.map { pairs[$0] }
            #expect(!ParallelogramSet(symbols: 6, among: fewer).fixesTheLine())
        }
    }

    @Test("a search over random splits finds eight of 21 pairs that fix the line")
    func search() throws {
        let found = (0..<UInt64(3000)).first { seed in
            let pairs = SymbolPair.trainingSet(symbols: 6, count: 8, seed: seed)
            return ParallelogramSet(symbols: 6, among: pairs).fixesTheLine()
        }
        #expect(found != nil)
    }

    @Test("the split of a seed is the documented one")
    func split() {
        let all = SymbolPair.all(symbols: 10)
        let train = Set(SymbolPair.trainingSet(symbols: 10, count: 45, seed: 0))
        let validation = all.indices.filter { !train.contains(all[$0]) }
        #expect(validation == [10, 20, 22, 31, 34, 37, 38, 42, 43, 50])
    }
}
