import Core

/// Losses along a direction through the parameters whose every row has the norm of the parameters' (Notsawo et al. 2023, §4;
/// Li et al. 2018): a random one, or towards where the run began.
struct LossLandscape: MeasureProbe {
    static let measures: [Measure] = [
        .randomSliceTrain, .randomSliceValidation, .startSliceTrain, .startSliceValidation,
    ]

    private let isValidation: Bool
    /// A model of its own, so that the one in training is left alone.
    private let model: FastModel
    private var batch: Batch
    /// Shape of each tensor.
    private let shapes: [[Int]]
    /// A random direction, or where the run began.
    private let goal: [Double]
    private let isRandom: Bool

    /// Places to each side, a quarter of the direction apart.
    static let reach = 12

    init(_ measure: Measure, _ problem: borrowing CellProblem) {
        isValidation = measure == .randomSliceValidation || measure == .startSliceValidation
        isRandom = measure == .randomSliceTrain || measure == .randomSliceValidation
        let observed = problem.observed(noisy: false)
        model = FastModel(observed, kernels: .best)
        batch = Batch(split: problem.split, size: 0, seed: problem.seed)
        shapes = problem.parameters.map(\.tensor.shape)
        let start = problem.parameters.flatMap { $0.tensor.values.map { Double($0) } }
        var stream = RandomStream(seed: problem.seed, purpose: .measures)
        goal = isRandom ? start.map { _ in stream.normal() } : start
    }

    var width: Int { 2 * LossLandscape.reach + 1 }

    mutating func values(_ model: some Model) -> [Double] {
        let here = model.parameters.flatMap { $0.values.map { Double($0) } }
        let way = isRandom ? goal : zip(goal, here).map { $0 - $1 }
        let direction = LossLandscape.normalised(way, like: here, shapes: shapes)
        return (-LossLandscape.reach...LossLandscape.reach).map { quarters in
            self.model.setParameters(
                zip(here, direction).map { $0 + Double(quarters) / 4 * $1 })
            batch.advance()
            let result = self.model.differentiate(batch, step: 0, evaluating: true).evaluation
            let loss = isValidation ? result?.validationLoss : result?.trainLoss
            return loss.flatMap { $0.isFinite ? $0 : nil } ?? .nan
        }
    }

    /// A direction whose every matrix row, and every single number of a vector, has the size of the parameters' there.
    static func normalised(
        _ direction: [Double], like parameters: [Double], shapes: [[Int]]
    ) -> [Double] {
        var result = direction
        var start = 0
        for shape in shapes {
            let count = shape.reduce(1, *)
            let width = shape.count > 1 ? count / shape[0] : 1
            for row in stride(from: start, to: start + count, by: max(width, 1)) {
                let places = row..<row + width
                let size = places.reduce(0) { $0 + direction[$1] * direction[$1] }.squareRoot()
                guard size > 0 else { continue }
                let wanted = places.reduce(0) { $0 + parameters[$1] * parameters[$1] }.squareRoot()
                for place in places { result[place] *= wanted / size }
            }
            start += count
        }
        return result
    }
}
