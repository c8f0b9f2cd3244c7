import Core

/// Mean distance of consecutive symbols in the first hidden layer, each paired with itself (Gu et al. 2025, for inputs that
/// are not learnt).
struct HiddenDistance: MeasureProbe {
    static let measures: [Measure] = [.hiddenDistance, .cyclicHiddenDistance]

    private let isCyclic: Bool
    /// The examples (i, i).
    private let diagonal: [Int32]
    private let twin: NetworkTwin

    init(_ measure: Measure, _ problem: borrowing CellProblem) {
        isCyclic = measure == .cyclicHiddenDistance
        let order = problem.configuration.task.pairs
        diagonal = (0..<(order?.symbols ?? 0)).compactMap { symbol in
            order?.number(of: symbol, symbol).map { Int32($0) }
        }
        twin = NetworkTwin(problem)
    }

    func values(_ model: some Model) -> [Double] {
        twin.take(model)
        return [
            EmbeddingDistance.of(
                twin.rows([.hidden], of: diagonal)[0], symbols: diagonal.count,
                isCyclic: isCyclic)
        ]
    }
}
