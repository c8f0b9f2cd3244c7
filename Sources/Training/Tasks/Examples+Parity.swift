import Core

extension Examples {
    /// Random bits, each −1 or 1, example by example; the class is 1 where an odd number of the relevant ones, which come
    /// first, are −1 (Prieto et al. 2025).
    init(_ task: ParityTask, seed: UInt64) {
        self.init()
        var stream = RandomStream(seed: seed, purpose: .examples)
        featureCount = task.relevant + task.irrelevant
        classCount = 2
        features.reserveCapacity(task.samples * featureCount)
        for _ in 0..<task.samples {
            var parity: Int32 = 0
            for place in 0..<featureCount {
                let bit = stream.index(below: 2)
                features.append(bit == 0 ? -1 : 1)
                if bit == 0, place < task.relevant { parity = 1 - parity }
            }
            labels.append(parity)
        }
    }
}
