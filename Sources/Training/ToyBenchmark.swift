import BLAS
package import Core

/// The speed of the toy cell: 45 of 55 pairs, 1-200-200-30, two AdamW, with the validation rows as really trained.
package struct ToyBenchmark: Sendable {
    /// Updates per second, best of several stretches.
    package var stepsPerSecond: Double
    /// Floating-point operations of one step: the network's products alone, on the rows in use.
    package var flopsPerStep: Double
    /// The kernel set it ran on.
    package var kernelSet: String

    /// The toy cell's configuration with this budget.
    package static func configuration(steps: Int) throws(SweepError) -> CellConfiguration {
        var record: RecordRequest?
        return try CellDefinition(
            parsing: """
                {task: {symbols: 10}, model: {embedding: 1, hidden: [200, 200]}, loss: {outputs: 30},
                 optimizer: {decoder: {learning_rate: 1.0e-3, weight_decay: 1}},
                 train_fraction: 0.82, steps: \(steps)}
                """, record: &record
        ).configuration
    }

    /// Trains the toy cell in stretches of so many steps and keeps the fastest.
    package init(steps: Int = 10_000, repetitions: Int = 5, kernels: KernelSet = .best)
        throws(SweepError)
    {
        let configuration = try ToyBenchmark.configuration(steps: steps)
        let clock = ContinuousClock()
        var best = Duration.seconds(3600)
        for _ in 0..<max(repetitions, 1) {
            let run = TrainingRun(
                configuration: configuration, seed: 0, stop: .budget, kernels: kernels)
            best = min(best, clock.measure { _ = run.run() })
        }
        stepsPerSecond = Double(steps) / (best / .seconds(1))
        flopsPerStep = ToyBenchmark.flops(CellProblem(configuration, seed: 0))
        kernelSet = kernels.name
    }

    /// Forward over all examples, two backward products over the batch; 2 operations per multiply-add.
    static func flops(_ problem: CellProblem) -> Double {
        guard case .pairDecoder(let model) = problem.configuration.model else { return 0 }
        let widths = [model.embedding] + model.hidden + [problem.outputs]
        let weights = zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
        let graded = problem.configuration.batchSize
        return 2 * Double(weights) * Double(problem.examples.count + 2 * graded)
    }
}
