import Core

extension Examples {
    /// Positive and negative examples in turn, each one draw of Exp(1): −ln(1 − u).
    init(_ task: RuleTask, seed: UInt64) {
        self.init()
        var stream = RandomStream(seed: seed, purpose: .examples)
        (featureCount, valueCount) = (1, 1)
        tolerance = RuleTask.reach * RuleTask.reach
        let count = task.samples + task.validationSamples
        features = [Float](repeating: 1, count: count)
        values = (0..<count).map { example in
            let sign = example.isMultiple(of: 2) ? 1.0 : -1
            let x = sign * (task.margin - logarithm(1 - stream.uniform()))
            return Float(x - RuleTask.reach * sign)
        }
    }
}
