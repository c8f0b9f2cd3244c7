import Core

/// What the layers of one stack use in turn while they go backwards.
final class TransformerScratch {
    /// Gradient of the states between two layers: width × segments.
    let states: Matrix
    /// Gradient of what goes into attention or MLP, before it joins that of the states.
    let branch: Matrix
    /// What attention or MLP add to the states, where dropout comes between; and its gradient.
    let added: Matrix
    /// Gradients of queries, of the heads' outputs, of the hidden layer.
    let queries, outputs, hidden: Matrix
    /// Gradients of keys and values, where no later position has begun them.
    let keys, values: Matrix
    /// One head's weights or scores at one position, one row per source.
    let scores, droppedWeights: Matrix
    /// One row of a dropout mask or of noise.
    let mask: UnsafeMutablePointer<Float>
    /// A transposed operand.
    let transposed: UnsafeMutablePointer<Float>

    /// Room for so many columns per position, of the stack's own and of all positions.
    init(
        _ model: TransformerConfiguration, positions: Int, own: Int, columns: Int,
        _ space: Workspace
    ) {
        let width = model.width
        func room(_ rows: Int, _ positions: Int) -> Matrix {
            space.matrix(rows: rows, columns: positions * columns)
        }
        states = room(width, own)
        branch = room(width, own)
        added = room(model.residualDropout > 0 ? width : 0, own)
        queries = room(width, own)
        outputs = room(width, own)
        hidden = room(model.hidden, own)
        keys = room(width, positions)
        values = room(width, positions)
        scores = room(positions, 1)
        droppedWeights = room(positions, 1)
        mask = space.take(columns)
        let examples = own * columns
        transposed = space.take(
            max(
                Linear.scratchSize(inputs: width, examples: examples),
                Linear.scratchSize(inputs: model.hidden, examples: examples)))
    }
}

/// The examples that a stack is working on.
struct PositionBlock {
    /// Columns per position: the examples, rounded up to whole cache lines with copies of the last one.
    var segment = 0
    /// How the pass is made.
    var pass = Pass.evaluation
    /// Number of each column's example.
    let examples: UnsafeMutablePointer<Int32>
    /// Each column's first symbol: its column in the stack of the positions before.
    let first: UnsafeMutablePointer<Int32>
    /// Column in the table of tokens, a row of `capacity` per position.
    let tokens: UnsafeMutablePointer<Int32>
    /// Most columns per position.
    let capacity: Int
    /// Columns per position of the stack before.
    let segmentBefore: Int

    /// Room for so many columns per position.
    init(positions: Int, capacity: Int, segmentBefore: Int, _ space: Workspace) {
        (self.capacity, self.segmentBefore) = (capacity, segmentBefore)
        examples = space.takeIndices(capacity)
        first = space.takeIndices(capacity)
        tokens = space.takeIndices(positions * capacity)
    }

    /// Columns of one position in matrices of all.
    func columns(_ position: Int) -> Range<Int> { position * segment..<(position + 1) * segment }

    /// Columns in the table of tokens at one position.
    func tokens(_ position: Int) -> UnsafeMutablePointer<Int32> { tokens + position * capacity }
}
