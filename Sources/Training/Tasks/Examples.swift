import Core

/// Every example of a task: the symbols that go in and the class that should come out.
package struct Examples: Sendable, Equatable {
    /// Examples × symbols per example, row-major.
    package var inputs: [Int32]
    /// Symbols per example.
    package var symbolsPerExample: Int
    /// One class per example.
    package var labels: [Int32]
    /// Number of symbols.
    package var symbolCount: Int
    /// Number of classes.
    package var classCount: Int

    /// Number of examples.
    package var count: Int { labels.count }

    /// All examples of a configured task.
    init(_ task: TaskConfiguration) {
        switch task {
        case .addition(let symbols): self.init(additionOf: symbols)
        case .modular, .permutation, .parity, .teacher, .images:
            preconditionFailure("not a task yet")
        }
    }

    /// Plain addition of p symbols: the pairs i ≤ j in lexicographic order, labelled i + j (Liu et al. 2022, §2).
    init(additionOf symbols: Int) {
        inputs = []
        labels = []
        for i in 0..<symbols {
            for j in i..<symbols {
                inputs += [Int32(i), Int32(j)]
                labels.append(Int32(i + j))
            }
        }
        symbolsPerExample = 2
        symbolCount = symbols
        classCount = 2 * symbols - 1
    }

    /// A random split: the first `trainCount` of a random order are trained on; both parts are kept in ascending order.
    func split(trainCount: Int, seed: UInt64) -> ExampleSplit {
        var stream = RandomStream(seed: seed, purpose: .split)
        let order = stream.permutation(count)
        return ExampleSplit(
            inputs: inputs, symbolsPerExample: symbolsPerExample, labels: labels,
            train: order[..<trainCount].sorted().map(Int32.init),
            validation: order[trainCount...].sorted().map(Int32.init))
    }
}
