package import Core

/// Every example of a task: what goes in, symbols or a row of numbers, and what should come out, a class or numbers.
package struct Examples: Sendable, Equatable {
    /// Examples × symbols per example, row-major; empty where an example is a row of numbers.
    package var inputs: [Int32] = []
    /// What an example's symbols are; nil where it is a row of numbers.
    package var symbols: ExampleSymbols?
    /// Examples × numbers per example, row-major; empty where an example is symbols or a mosaic.
    package var features: [Float] = []
    /// Pictures put together from tiles, in the place of `features`; nil where there are none.
    package var mosaic: Mosaic?
    /// Numbers per example; 0 where there are none.
    package var featureCount = 0
    /// One class per example; empty where numbers are predicted.
    package var labels: [Int32] = []
    /// Number of classes; 0 where there are none.
    package var classCount = 0
    /// Examples × numbers to predict, row-major; empty where there are classes.
    package var values: [Float] = []
    /// Numbers to predict per example; 0 where there are none.
    package var valueCount = 0
    /// An example whose mean squared error is below this is right, where numbers are predicted.
    package var tolerance = 0.0

    /// Symbols per example; 0 where there are none.
    package var symbolsPerExample: Int { symbols?.places ?? 0 }

    /// Number of symbols that an operand may be; 0 where there are none.
    package var symbolCount: Int { symbols?.count ?? 0 }

    /// Number of examples.
    package var count: Int { labels.isEmpty ? values.count / max(valueCount, 1) : labels.count }

    /// The symbols of one example.
    package func symbols(of example: Int) -> ArraySlice<Int32> {
        inputs[example * symbolsPerExample..<(example + 1) * symbolsPerExample]
    }

    /// The numbers of one example.
    package func row(_ example: Int) -> [Float] {
        mosaic?.row(example)
            ?? Array(features[example * featureCount..<(example + 1) * featureCount])
    }

    /// The numbers of all examples, row-major, with those of a mosaic put together.
    package var rows: [Float] { mosaic == nil ? features : (0..<count).flatMap { row($0) } }

    /// No examples yet.
    init() {}

    /// All examples of a cell's task, as its model takes them; those that are random are fixed by the seed, images were
    /// read before.
    package init(_ configuration: CellConfiguration, seed: UInt64, images: Images? = nil) {
        switch configuration.task {
        case .addition(let symbols):
            self.init(PairOrder(symbols: symbols, .ascending), classes: 2 * symbols - 1) { $0 + $1 }
        case .modular(let task):
            self.init(task)
        case .permutation(let task):
            let group = PermutationGroup(degree: task.degree)
            self.init(PairOrder(symbols: group.count, .all), classes: group.count) {
                group.label(task.operation, $0, $1)
            }
        case .table(let task):
            self.init(task.pairOrder, classes: task.classes) { task.table[$0][$1] }
        case .modularSum(let task):
            if configuration.symbols == nil {
                self.init(unitVectorsOf: task)
            } else {
                self.init(task)
            }
        case .parity(let task): self.init(task, seed: seed)
        case .teacher(let task): self.init(task, seed: seed)
        case .rule(let task): self.init(task, seed: seed)
        case .constant(let task): self.init(task, seed: seed)
        case .polygons(let task): self.init(task)
        case .images(let task):
            guard let images else {
                preconditionFailure("images are read before a problem is made")
            }
            self.init(task, images)
        }
    }

    /// Pairs of symbols in their order, each with its class.
    init(_ pairs: PairOrder, classes: Int, label: (Int, Int) -> Int) {
        symbols = ExampleSymbols(count: pairs.symbols)
        classCount = classes
        add(pairs, label: label)
    }

    /// Adds pairs of symbols in their order, each with what else belongs to it and its class.
    mutating func add(_ pairs: PairOrder, beside others: [Int32] = [], label: (Int, Int) -> Int) {
        inputs.reserveCapacity(inputs.count + (2 + others.count) * pairs.count)
        labels.reserveCapacity(labels.count + pairs.count)
        for first in 0..<pairs.symbols {
            for second in pairs.partners(of: first) {
                inputs.append(Int32(first))
                inputs.append(Int32(second))
                inputs += others
                labels.append(Int32(label(first, second)))
            }
        }
    }
}
