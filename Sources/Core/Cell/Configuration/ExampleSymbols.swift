/// The symbols that an example consists of: its operands, each one of the same symbols, and behind them the number of its
/// operation where examples differ in that.
package struct ExampleSymbols: Sendable, Hashable {
    /// Number of symbols that an operand may be.
    package let count: Int
    /// Operands of an example.
    package let operands: Int
    /// Operations that examples differ in; 1 where there is but one.
    package let operations: Int

    /// So many operands, each one of `count` symbols, of one or more operations.
    package init(count: Int, operands: Int = 2, operations: Int = 1) {
        self.count = count
        self.operands = operands
        self.operations = operations
    }

    /// Whether an example is a pair of symbols and nothing else.
    package var isPair: Bool { operands == 2 && operations == 1 }

    /// Symbols of an example, the number of its operation among them.
    package var places: Int { operands + (operations > 1 ? 1 : 0) }

    /// The first of the rows of embeddings that each place's symbols have: operands share theirs, operations follow them.
    package var embeddingRows: [Int] {
        [Int](repeating: 0, count: operands) + (operations > 1 ? [count] : [])
    }

    /// Where each place's unit vectors begin where they stand side by side.
    package var unitVectorRows: [Int] { (0..<places).map { $0 * count } }

    /// How many different ones may stand at each place.
    package var choices: [Int] {
        [Int](repeating: count, count: operands) + (operations > 1 ? [operations] : [])
    }
}
