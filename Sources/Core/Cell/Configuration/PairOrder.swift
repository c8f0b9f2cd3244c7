/// The pairs of symbols that are a task's examples, numbered in lexicographic order.
package struct PairOrder: Sendable, Hashable {
    /// Which pairs there are.
    package enum Choice: Sendable, Hashable {
        /// All (x, y).
        case all
        /// x ≤ y only.
        case ascending
        /// y ≠ 0 only.
        case invertible
    }

    /// Number of symbols.
    package let symbols: Int
    /// Which pairs there are.
    package let choice: Choice

    /// The pairs of so many symbols.
    package init(symbols: Int, _ choice: Choice) {
        self.symbols = symbols
        self.choice = choice
    }

    /// Number of pairs.
    package var count: Int {
        switch choice {
        case .all: symbols * symbols
        case .ascending: symbols * (symbols + 1) / 2
        case .invertible: symbols * (symbols - 1)
        }
    }

    /// The second symbols that go with a first one.
    package func partners(of first: Int) -> Range<Int> {
        switch choice {
        case .all: 0..<symbols
        case .ascending: first..<symbols
        case .invertible: 1..<symbols
        }
    }

    /// The number of a pair; nil when it is none of them.
    package func number(of first: Int, _ second: Int) -> Int? {
        guard (0..<symbols).contains(first), partners(of: first).contains(second) else {
            return nil
        }
        let before =
            switch choice {
            case .all: first * symbols
            case .ascending: first * symbols - first * (first - 1) / 2
            case .invertible: first * (symbols - 1)
            }
        return before + second - partners(of: first).lowerBound
    }
}
