package import Core
import Theory

extension Examples {
    /// Divides the examples as configured: of those that may be trained on, `train_fraction` of all in a random order, or
    /// those that a list names; all others are validated on. Both parts are kept in ascending order.
    func split(_ configuration: CellConfiguration, seed: UInt64) -> ExampleSplit {
        let train = trained(configuration, seed)
        var isTrained = [Bool](repeating: false, count: count)
        for example in train { isTrained[example] = true }
        var split = ExampleSplit(
            inputs: inputs, symbolsPerExample: symbolsPerExample, labels: labels, values: values,
            valuesPerExample: valueCount,
            train: train.map(Int32.init),
            validation: isTrained.indices.filter { !isTrained[$0] }.map(Int32.init))
        if configuration.task.kind != .images, mosaic == nil {
            // Of images a result keeps the digest, not the pixels; of polygons nothing, for they can be drawn again.
            split.features = features
            split.featuresPerExample = featureCount
        }
        corrupt(
            &split, share: configuration.split.corruption,
            seed: configuration.streams.seed(.corruption, of: seed))
        blur(
            &split, deviation: configuration.split.labelNoise,
            seed: configuration.streams.seed(.corruption, of: seed))
        return split
    }

    /// The rows of a split that can be told without the examples, as of images without their files.
    package static func rows(
        _ configuration: CellConfiguration, seed: UInt64
    ) -> (train: [Int32], validation: [Int32]) {
        let train = Examples().trained(configuration, seed)
        let chosen = Set(train)
        return (
            train.map(Int32.init),
            (0..<configuration.task.exampleCount).filter { !chosen.contains($0) }.map(Int32.init)
        )
    }

    /// The examples that are trained on, ascending.
    private func trained(_ configuration: CellConfiguration, _ seed: UInt64) -> [Int] {
        if case .listed(let list) = configuration.split.kind { return list.train }
        let candidates = candidates(configuration)
        var stream = RandomStream(
            seed: configuration.streams.seed(.split, of: seed), purpose: .split)
        let order = stream.permutation(candidates.count).map { candidates[$0] }
        switch configuration.split.kind {
        case .covering(let cover):
            return covering(cover, order, count: configuration.trainCount).sorted()
        case .pairs:
            let operations = symbols?.operations ?? 1
            return (0..<operations).flatMap { operation in
                order[..<(configuration.trainCount / operations)].map {
                    operation * candidates.count + $0
                }
            }.sorted()
        case .random, .square, .strip, .listed:
            return order[..<configuration.trainCount].sorted()
        }
    }

    private func covering(
        _ cover: SplitConfiguration.Cover, _ order: [Int], count: Int
    ) -> ArraySlice<Int> {
        switch cover {
        case .labels:
            var seen: Set<Int32> = []
            return SplitConfiguration.covering(order, count: count) {
                seen.insert(labels[$0]).inserted
            }
        case .implied:
            var implied = ImpliedPairs(symbols: symbolCount)
            return SplitConfiguration.covering(order, count: count) { example in
                implied.insert(
                    SymbolPair(Int(operand(0, of: example)), Int(operand(1, of: example))))
            }
        }
    }

    /// The examples that a random choice is made among, ascending.
    private func candidates(_ configuration: CellConfiguration) -> [Int] {
        let trainable = Array(0..<configuration.task.trainableCount)
        switch configuration.split.kind {
        case .random, .listed, .covering: return trainable
        case .pairs: return Array(trainable.prefix(count / (symbols?.operations ?? 1)))
        case .square(let size):
            return trainable.filter { max(operand(0, of: $0), operand(1, of: $0)) > size }
        case .strip(let size): return trainable.filter { operand(0, of: $0) > size }
        }
    }

    private func operand(_ place: Int, of example: Int) -> Int32 {
        inputs[example * symbolsPerExample + place]
    }

    /// Adds normal noise to the numbers of training examples, example by example.
    private func blur(_ split: inout ExampleSplit, deviation: Double, seed: UInt64) {
        guard deviation > 0 else { return }
        var stream = RandomStream(seed: seed, purpose: .corruption)
        for example in split.train.map(Int.init) {
            for place in example * valueCount..<(example + 1) * valueCount {
                split.values[place] = Float(
                    Double(split.values[place]) + deviation * stream.normal())
            }
        }
    }

    /// Replaces a share of the training labels, rounded to the nearest whole number of them, by other classes; a larger
    /// share replaces the same ones in the same way and more.
    private func corrupt(_ split: inout ExampleSplit, share: Double, seed: UInt64) {
        let wrong = Int((share * Double(split.train.count)).rounded())
        var stream = RandomStream(seed: seed, purpose: .corruption)
        for place in stream.permutation(split.train.count)[..<wrong] {
            let example = Int(split.train[place])
            let other = Int32(stream.index(below: classCount - 1))
            split.labels[example] = other < split.labels[example] ? other : other + 1
        }
    }
}
