import Core

extension Examples {
    /// Standard normal rows, example by example, and what a random tanh network makes of them (Liu et al. 2022b, §3).
    ///
    /// The teacher begins as PyTorch's `Linear` does, weights before biases, each uniform in ±1/√fan-in, and is computed
    /// in double precision. `scale` multiplies what it puts out, `offset` is added.
    init(_ task: TeacherTask, seed: UInt64) {
        self.init()
        featureCount = task.inputs
        valueCount = task.outputs
        tolerance = task.tolerance
        var draws = RandomStream(seed: seed, purpose: .examples)
        features = (0..<task.samples * task.inputs).map { _ in Float(draws.normal()) }
        var rows = features.map(Double.init)
        var stream = RandomStream(seed: seed, purpose: .teacher)
        let widths = [task.inputs] + task.hidden + [task.outputs]
        for (layer, (fanIn, fanOut)) in zip(widths, widths.dropFirst()).enumerated() {
            let bound = 1 / Double(fanIn).squareRoot()
            let weights = (0..<fanOut * fanIn).map { _ in stream.uniform(-bound, bound) }
            let biases = (0..<fanOut).map { _ in stream.uniform(-bound, bound) }
            var next: [Double] = []
            next.reserveCapacity(task.samples * fanOut)
            for sample in 0..<task.samples {
                for output in 0..<fanOut {
                    var sum = biases[output]
                    for input in 0..<fanIn {
                        sum += weights[output * fanIn + input] * rows[sample * fanIn + input]
                    }
                    next.append(layer < task.hidden.count ? hyperbolicTangent(sum) : sum)
                }
            }
            rows = next
        }
        values = rows.map { Float(task.scale * $0 + task.offset) }
    }
}
