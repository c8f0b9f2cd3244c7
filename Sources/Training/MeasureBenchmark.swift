import CKernels
package import Core

/// What a measure costs beside the training of one kind of cell.
package struct MeasureBenchmark: Sendable {
    /// The measure.
    package let measure: Measure
    /// Seconds of one evaluation, the median of several.
    package let seconds: Double
    /// Evaluations in a run of `steps` steps, where the sweep file gives no interval.
    package let evaluations: Int
    /// Seconds of all of them, as a share of what the run's steps take.
    package let share: Double

    /// Steps of the run that shares are of.
    package static let steps = 10_000
    /// Most evaluations that are timed.
    private static let most = 15

    /// All measures that a cell can have, in the order of the registry; no further evaluation of one is begun after so many
    /// seconds.
    package static func all(
        _ cell: CellBenchmark.Cell, modulus: Int? = nil, patience: Double = 0.3,
        kernels: KernelSet = .best
    ) throws(SweepError) -> [MeasureBenchmark] {
        let configuration = try CellBenchmark.configuration(cell, steps: 30, modulus: modulus)
        let images = cell == .mnistMLP ? CellBenchmark.images() : nil
        let problem = CellProblem(configuration, seed: 0, images: images)
        let speed = try CellBenchmark(
            cell, modulus: modulus, steps: 30, repetitions: 3, kernels: kernels
        ).stepsPerSecond
        let model = FastModel(problem, kernels: kernels)
        var batch = Batch(split: problem.split, size: configuration.batch, seed: 0)
        for step in 0..<5 {
            batch.advance()
            _ = model.differentiate(batch, step: step, evaluating: false)
            model.update()
        }
        batch.advance()
        _ = model.differentiate(batch, step: 5, evaluating: true)
        let before = kernel_flush_denormals()
        defer { kernel_restore_denormals(before) }
        return Measure.all.filter { $0.obstacle(in: configuration) == nil }.map { measure in
            let seconds = time(MeasureProbes.probe(of: measure, problem), model, patience)
            let evaluations = evaluations(of: measure)
            return MeasureBenchmark(
                measure: measure, seconds: seconds, evaluations: evaluations,
                share: seconds * Double(evaluations) * speed / Double(steps))
        }
    }

    private static func time(
        _ probe: any MeasureProbe, _ model: FastModel, _ patience: Double
    ) -> Double {
        var probe = probe
        let clock = ContinuousClock()
        // The first one warms up.
        _ = probe.values(model)
        let start = clock.now
        var times: [Duration] = []
        while times.count < most,
            times.isEmpty || start.duration(to: clock.now) < .seconds(patience)
        {
            times.append(clock.measure { _ = probe.values(model) })
        }
        return times.sorted()[times.count / 2] / .seconds(1)
    }

    /// Steps of the curve, without those that only a new maximum asks for, or steps of the measure's own.
    static func evaluations(of measure: Measure) -> Int {
        let request = MeasureRequest(measure)
        var (step, count) = (0, 0)
        while step <= steps {
            count += 1
            step =
                request.followsCurve
                ? CurveRecorder.scheduled(after: step) : request.step(after: step)
        }
        return count
    }
}
