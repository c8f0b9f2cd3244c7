import Core

/// The order in which a step takes the examples: the batch first, then the rest of the training set, then validation.
///
/// One forward pass over this order both trains and evaluates: the first `batchCount` columns carry gradients.
struct Batch {
    /// Rows of the task's examples, training part first.
    private(set) var order: [Int32]
    /// Training examples at the front of `order`.
    let trainCount: Int
    /// Examples at the front of `order` that this step's gradient is taken over.
    private(set) var batchCount: Int
    /// Whether `order` changed since the step before.
    private(set) var isReordered = true

    private let size: Int
    private let train: [Int32]
    private var epoch: [Int]
    private var position: Int
    private var stream: RandomStream

    /// Batches of `size` out of the split's training set, in a fresh random order each epoch; 0 means all of it at once.
    init(split: ExampleSplit, size: Int, seed: UInt64) {
        trainCount = split.train.count
        self.size = size == 0 ? trainCount : size
        train = self.size < trainCount ? split.train : Batch.inBands(split.train, of: split)
        order = train + Batch.inBands(split.validation, of: split)
        batchCount = self.size
        epoch = Array(0..<split.train.count)
        position = split.train.count
        stream = RandomStream(seed: seed, purpose: .batchOrder)
    }

    /// Pairs in bands of second symbols, ascending within each: examples near one another have symbols in common, whose
    /// table rows stay in the first-level cache. The order of these sums is free.
    private static func inBands(_ examples: [Int32], of split: ExampleSplit) -> [Int32] {
        guard split.symbolsPerExample == 2 else { return examples }
        let band = { (example: Int32) in split.inputs[2 * Int(example) + 1] / bandWidth }
        return examples.sorted { (band($0), $0) < (band($1), $1) }
    }

    /// Second symbols of a band.
    private static let bandWidth: Int32 = 16

    /// Moves on to the next step's batch; an epoch's last batch is short where the sizes do not divide.
    mutating func advance() {
        guard size < trainCount else {
            isReordered = position == trainCount
            position = 0
            return
        }
        if position >= trainCount {
            for place in epoch.indices { epoch[place] = place }
            // `RandomStream.permutation` in place, so that a step allocates nothing.
            for place in Swift.stride(from: trainCount - 1, to: 0, by: -1) {
                let other = stream.index(below: place + 1)
                let kept = epoch[place]
                epoch[place] = epoch[other]
                epoch[other] = kept
            }
            position = 0
        }
        batchCount = min(size, trainCount - position)
        for place in 0..<trainCount {
            order[place] = train[epoch[(position + place) % trainCount]]
        }
        position += batchCount
        isReordered = true
    }

    /// Writes where the epoch stands.
    func save(to state: inout StateWriter) {
        state.write(position)
        state.write(epoch)
        for word in stream.state { state.write(word) }
    }

    /// Takes over what `save` wrote.
    mutating func restore(from state: inout StateReader) throws(StateError) {
        position = try state.integer()
        epoch = try state.integers()
        var words: [UInt64] = []
        for _ in 0..<4 { words.append(try state.bits()) }
        stream.state = words
        // The first step after this must find labels and targets arranged again.
        if size >= trainCount { position = trainCount }
        guard (0...trainCount).contains(position), epoch.count == trainCount,
            epoch.sorted().elementsEqual(0..<trainCount)
        else { throw StateError("the batch order is not one of this cell's training set") }
    }
}
