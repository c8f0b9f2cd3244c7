import Core

/// How large the logits of the sample are, and how large for the parameters' norm (Prieto et al. 2025; Varma et al. 2023).
struct LogitScale: MeasureProbe {
    static let measures: [Measure] = [.logitScale, .circuitEfficiency]

    private let measure: Measure
    private let sample: MeasureSample
    private let labels: [Int]

    init(_ measure: Measure, _ problem: borrowing CellProblem) {
        self.measure = measure
        sample = MeasureSample(problem)
        let all = problem.examples.labels
        labels = sample.examples.map { Int(all[Int($0)]) }
    }

    func values(_ model: some Model) -> [Double] {
        let outputs = model.outputs(of: sample.examples)
        guard measure == .circuitEfficiency else {
            return [LogitScale.scale(outputs, width: sample.outputs)]
        }
        let advantage = LogitScale.advantage(outputs, labels: labels, width: sample.outputs)
        return [advantage / model.squaredNorm.squareRoot()]
    }

    /// √ mean (z_c − mean_c z)².
    static func scale(_ logits: [Double], width: Int) -> Double {
        var sum = 0.0
        for start in stride(from: 0, to: logits.count, by: width) {
            let row = logits[start..<start + width]
            let mean = row.reduce(0, +) / Double(width)
            sum += row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        }
        return (sum / Double(logits.count)).squareRoot()
    }

    /// Mean of the label's logit less the mean of the others.
    static func advantage(_ logits: [Double], labels: [Int], width: Int) -> Double {
        var sum = 0.0
        for (row, label) in labels.enumerated() {
            let logit = logits[row * width + label]
            let all = logits[row * width..<(row + 1) * width].reduce(0, +)
            sum += logit - (all - logit) / Double(width - 1)
        }
        return sum / Double(labels.count)
    }
}
