import BLAS
import Core

/// Matrix entropy of the sample's outputs, and what it has in common with that of the inputs (Tan & Huang 2023, α = 1 and 2).
struct MatrixEntropy: MeasureProbe {
    static let measures: [Measure] = [
        .matrixEntropy, .mutualInformation, .collisionEntropy, .collisionInformation,
    ]

    private let isMutual: Bool
    /// The entropy of a Gram matrix of some order.
    private let entropyOf: ([Double], Int) -> Double
    private let sample: MeasureSample
    private let inputs: [Int32]
    private let vectors: SymbolVectors?
    /// Gram matrix of inputs that training leaves as they are; empty where they are embeddings.
    private let fixedInputs: [Double]

    init(_ measure: Measure, _ problem: borrowing CellProblem) {
        isMutual = measure == .mutualInformation || measure == .collisionInformation
        switch measure {
        case .collisionEntropy, .collisionInformation:
            entropyOf = MatrixEntropy.collisionEntropy(_:order:)
        default: entropyOf = MatrixEntropy.entropy(_:order:)
        }
        sample = MeasureSample(problem)
        let examples = problem.examples
        inputs = sample.examples.flatMap { examples.symbols(of: Int($0)) }
        let isEmbedded = problem.configuration.model.hasRepresentation
        vectors = isEmbedded ? SymbolVectors(problem) : nil
        guard isMutual, !isEmbedded else {
            fixedInputs = []
            return
        }
        var rows: [Double] = []
        if examples.symbolCount > 0 {
            rows = [Double](repeating: 0, count: inputs.count * examples.symbolCount)
            for (place, symbol) in inputs.enumerated() {
                rows[place * examples.symbolCount + Int(symbol)] = 1
            }
        } else {
            rows = sample.examples.flatMap { examples.row(Int($0)).map { Double($0) } }
        }
        fixedInputs = MatrixEntropy.gram(rows, rows: sample.examples.count)
    }

    func values(_ model: some Model) -> [Double] {
        let count = sample.examples.count
        let outputs = MatrixEntropy.gram(model.outputs(of: sample.examples), rows: count)
        guard isMutual else { return [entropyOf(outputs, count)] }
        var inputs = fixedInputs
        if let vectors {
            let (embeddings, width) = (vectors.rows(model), vectors.dimensions)
            inputs = MatrixEntropy.gram(
                self.inputs.flatMap { embeddings[Int($0) * width..<(Int($0) + 1) * width] },
                rows: count)
        }
        return [MatrixEntropy.mutualInformation(inputs, outputs, order: count, entropyOf)]
    }

    /// Inner products of the rows, each divided by its norm.
    static func gram(_ values: [Double], rows: Int) -> [Double] {
        let width = values.count / rows
        return LAPACK.gram(
            rows: rows, columns: width, MeasureSample.normalised(values, width: width))
    }

    /// −tr(R/n · ln(R/n)); NaN where there are no eigenvalues.
    static func entropy(_ gram: [Double], order: Int) -> Double {
        guard let values = LAPACK.eigenvalues(order: order, gram) else { return .nan }
        return values.reduce(0) { sum, value in
            let share = value / Double(order)
            return share > 0 ? sum - share * logarithm(share) : sum
        }
    }

    /// −ln tr((R/n)²), which needs no eigenvalues.
    static func collisionEntropy(_ gram: [Double], order: Int) -> Double {
        2 * logarithm(Double(order)) - logarithm(gram.reduce(0) { $0 + $1 * $1 })
    }

    /// H(K) + H(R) − H(K ∘ R).
    static func mutualInformation(
        _ left: [Double], _ right: [Double], order: Int,
        _ entropy: ([Double], Int) -> Double = MatrixEntropy.entropy(_:order:)
    ) -> Double {
        entropy(left, order) + entropy(right, order)
            - entropy(zip(left, right).map { $0 * $1 }, order)
    }
}
