import Core

/// Cosine of the angle between the last layer's weights and where they began (Thilak et al. 2022).
struct LastLayerCosine: MeasureProbe {
    static let measures: [Measure] = [.lastLayerCosine]

    private let name: String
    private let start: [Double]

    init(_ measure: Measure, _ problem: borrowing CellProblem) {
        let name = WeightNorm.lastLayer(problem.parameters.map(\.tensor.name))
        self.name = name
        let tensor = problem.parameters.first { $0.tensor.name == name }?.tensor
        start = tensor?.values.map { Double($0) } ?? []
    }

    func values(_ model: some Model) -> [Double] {
        var (product, squares, startSquares) = (0.0, 0.0, 0.0)
        for (value, before) in zip(model.copy(name) ?? [], start) {
            product += value * before
            squares += value * value
            startSquares += before * before
        }
        return [product / (squares * startSquares).squareRoot()]
    }
}
