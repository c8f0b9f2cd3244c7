import Core

extension Examples {
    /// Normal rows times the scale, example by example, all of class 0.
    init(_ task: ConstantTask, seed: UInt64) {
        self.init()
        var stream = RandomStream(seed: seed, purpose: .examples)
        let count = task.samples + task.validationSamples
        (featureCount, classCount) = (task.inputs, 2)
        features = (0..<count * task.inputs).map { _ in Float(task.scale * stream.normal()) }
        labels = [Int32](repeating: 0, count: count)
    }
}
