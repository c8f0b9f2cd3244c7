/// The first and the second symbol of each example of a block, side by side as the kernels want them.
final class SymbolPairs {
    /// One per example of the block.
    let first: UnsafeMutablePointer<Int32>
    /// One per example of the block.
    let second: UnsafeMutablePointer<Int32>
    private let pairs: [Int32]
    private let offset: Int32
    private let workspace: Workspace

    /// Pairs of symbols, two per example, to be picked in blocks of at most so many; `offset` is added to the second.
    init(_ pairs: [Int32], offset: Int = 0, columns: Int) {
        self.pairs = pairs
        self.offset = Int32(offset)
        workspace = Workspace(capacity: 2 * Workspace.padded(columns))
        first = workspace.takeIndices(columns)
        second = workspace.takeIndices(columns)
    }

    /// Picks the pairs of these examples.
    func select(_ examples: UnsafeBufferPointer<Int32>) {
        for (place, example) in examples.enumerated() {
            first[place] = pairs[2 * Int(example)]
            second[place] = pairs[2 * Int(example) + 1] + offset
        }
    }
}
