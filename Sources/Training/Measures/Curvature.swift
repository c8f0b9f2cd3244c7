import BLAS
import Core

/// Extreme eigenvalues of the training loss's Hessian, by Lanczos on Hessian–vector products that are central differences of
/// gradients (Notsawo et al. 2023, App. B.1; Ghorbani et al. 2019).
struct Curvature: MeasureProbe {
    static let measures: [Measure] = [
        .largestCurvature, .smallestCurvature, .gradientCurvature,
    ]

    private let measure: Measure
    /// A model of its own, so that the one in training is left alone.
    private let model: FastModel
    private var batch: Batch
    private let start: [Double]

    /// Lanczos steps.
    static let steps = 20

    init(_ measure: Measure, _ problem: borrowing CellProblem) {
        self.measure = measure
        model = FastModel(copy problem, kernels: .best)
        batch = Batch(split: problem.split, size: 0, seed: problem.seed)
        var stream = RandomStream(seed: problem.seed, purpose: .measures)
        let count = problem.parameters.reduce(0) { $0 + $1.tensor.values.count }
        start = (0..<count).map { _ in stream.normal() }
    }

    mutating func values(_ model: some Model) -> [Double] {
        let parameters = model.parameters.flatMap { $0.values.map { Double($0) } }
        let norm = parameters.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard norm.isFinite else { return [.nan] }
        let distance = 0.01 * max(norm, 1) / Double(parameters.count).squareRoot()
        func product(_ direction: [Double]) -> [Double] {
            let ahead = gradient(parameters, distance, direction)
            let behind = gradient(parameters, -distance, direction)
            return zip(ahead, behind).map { ($0 - $1) / (2 * distance) }
        }
        if measure == .gradientCurvature {
            let slope = gradient(parameters, 0, start)
            let size = slope.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let direction = slope.map { $0 / size }
            return [zip(direction, product(direction)).reduce(0) { $0 + $1.0 * $1.1 }]
        }
        let extremes = Curvature.lanczos(start, steps: Curvature.steps, product)
        return [
            (measure == .largestCurvature ? extremes?.largest : extremes?.smallest) ?? .nan
        ]
    }

    private mutating func gradient(
        _ parameters: [Double], _ distance: Double, _ direction: [Double]
    ) -> [Double] {
        model.setParameters(zip(parameters, direction).map { $0 + distance * $1 })
        batch.advance()
        _ = model.differentiate(batch, step: 0, evaluating: false)
        return model.gradients.flatMap { $0.values.map { Double($0) } }
    }

    /// Extreme Ritz values of a symmetric operator (Golub & Van Loan, Matrix Computations, §10.1), every new vector made
    /// orthogonal to all before it twice.
    static func lanczos(
        _ start: [Double], steps: Int, _ product: ([Double]) -> [Double]
    ) -> (smallest: Double, largest: Double)? {
        func dot(_ a: [Double], _ b: [Double]) -> Double {
            zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        }
        func scaled(_ a: [Double], _ factor: Double) -> [Double] { a.map { $0 * factor } }
        let norm = dot(start, start).squareRoot()
        guard norm > 0 else { return nil }
        var basis = [scaled(start, 1 / norm)]
        var (diagonal, beside) = ([Double](), [Double]())
        while let vector = basis.last {
            var next = product(vector)
            diagonal.append(dot(next, vector))
            guard diagonal.count < min(steps, start.count) else { break }
            for _ in 0..<2 {
                for earlier in basis {
                    let share = dot(next, earlier)
                    for place in next.indices { next[place] -= share * earlier[place] }
                }
            }
            let size = dot(next, next).squareRoot()
            // The directions met so far are all that there are.
            guard size > 1e-12 * abs(diagonal[0]) else { break }
            beside.append(size)
            basis.append(scaled(next, 1 / size))
        }
        let order = diagonal.count
        var matrix = [Double](repeating: 0, count: order * order)
        for place in 0..<order {
            matrix[place * order + place] = diagonal[place]
            guard place + 1 < order else { continue }
            matrix[place * order + place + 1] = beside[place]
            matrix[(place + 1) * order + place] = beside[place]
        }
        guard let values = LAPACK.eigenvalues(order: order, matrix), let first = values.first,
            let last = values.last
        else { return nil }
        return (first, last)
    }
}
