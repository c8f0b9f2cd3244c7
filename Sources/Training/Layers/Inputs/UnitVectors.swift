import Core

/// The unit vectors of an example's symbols side by side, feature-major: what a one-hot input looks like before noise is added
/// to it.
struct UnitVectors: InputStage {
    private let symbols: SymbolRows
    let features: Int
    let isTrained = false

    /// Those of these examples, in blocks of at most so many.
    init(_ examples: Examples, columns: Int) {
        symbols = SymbolRows(
            examples, firstRows: examples.symbols?.unitVectorRows ?? [], columns: columns)
        features = examples.symbols?.choices.reduce(0, +) ?? 0
    }

    func forward(_ examples: UnsafeBufferPointer<Int32>, output: Matrix, _ pass: Pass) {
        symbols.select(examples)
        for row in 0..<features { output.row(row).update(repeating: 0, count: output.columns) }
        for place in 0..<symbols.places {
            let rows = symbols.rows(at: place)
            for column in 0..<output.columns { output.row(Int(rows[column]))[column] = 1 }
        }
    }

    func backward(
        _ examples: UnsafeBufferPointer<Int32>, outputGradient: Matrix, accumulates: Bool
    ) {}
}
