import Testing

@testable import Core

@Suite("PairOrder")
struct PairOrderTests {
    @Test(
        "pairs are numbered in lexicographic order without gaps",
        arguments: [PairOrder.Choice.all, .ascending, .invertible], [2, 3, 7])
    func numbers(_ choice: PairOrder.Choice, _ symbols: Int) {
        let order = PairOrder(symbols: symbols, choice)
        var next = 0
        for x in 0..<symbols {
            for y in 0..<symbols {
                let isThere = choice == .all || (choice == .ascending ? x <= y : y != 0)
                #expect(order.partners(of: x).contains(y) == isThere)
                #expect(order.number(of: x, y) == (isThere ? next : nil))
                if isThere { next += 1 }
            }
        }
        #expect(order.count == next)
        #expect(order.number(of: symbols, 1) == nil && order.number(of: -1, 1) == nil)
        #expect(order.number(of: 1, symbols) == nil && order.number(of: 1, -1) == nil)
    }
}
