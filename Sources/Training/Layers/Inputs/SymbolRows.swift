import Core

/// For each place of an example's symbols the rows of a table that a block's examples pick there, as the kernels want them.
final class SymbolRows {
    /// Symbols per example.
    let places: Int
    private let examples: [Int32]
    /// The row of the first symbol, for each place.
    private let firstRows: [Int32]
    private let rows: [UnsafeMutablePointer<Int32>]
    private let workspace: Workspace

    /// The symbols of these examples, to be picked in blocks of at most so many; each place's symbols have rows that begin
    /// with the given one.
    init(_ examples: Examples, firstRows: [Int], columns: Int) {
        precondition(firstRows.count == examples.symbolsPerExample)
        places = firstRows.count
        self.examples = examples.inputs
        self.firstRows = firstRows.map { Int32($0) }
        let space = Workspace(capacity: places * Workspace.padded(columns))
        workspace = space
        rows = firstRows.map { _ in space.takeIndices(columns) }
    }

    /// One row per example of the block.
    func rows(at place: Int) -> UnsafeMutablePointer<Int32> { rows[place] }

    /// Picks the symbols of these examples.
    func select(_ examples: UnsafeBufferPointer<Int32>) {
        for place in 0..<places {
            let (rows, first) = (rows[place], firstRows[place])
            for (column, example) in examples.enumerated() {
                rows[column] = first + self.examples[places * Int(example) + place]
            }
        }
    }
}
