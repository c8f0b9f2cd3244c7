import Core

/// Mean Euclidean distance of consecutive embeddings, the last followed by the first or not (Gu et al. 2025, Def. 4.2).
struct EmbeddingDistance: MeasureProbe {
    static let measures: [Measure] = [.embeddingDistance, .cyclicDistance]

    private let vectors: SymbolVectors
    private let isCyclic: Bool

    init(_ measure: Measure, _ problem: borrowing CellProblem) {
        vectors = SymbolVectors(problem)
        isCyclic = measure == .cyclicDistance
    }

    func values(_ model: some Model) -> [Double] {
        [EmbeddingDistance.of(vectors.rows(model), symbols: vectors.symbols, isCyclic: isCyclic)]
    }

    /// The distance of these rows.
    static func of(_ rows: [Double], symbols: Int, isCyclic: Bool) -> Double {
        let dimensions = rows.count / symbols
        let count = isCyclic ? symbols : symbols - 1
        var sum = 0.0
        for symbol in 0..<count {
            let next = (symbol + 1) % symbols
            var squares = 0.0
            for dimension in 0..<dimensions {
                let step =
                    rows[next * dimensions + dimension] - rows[symbol * dimensions + dimension]
                squares += step * step
            }
            sum += squares.squareRoot()
        }
        return sum / Double(count)
    }
}
