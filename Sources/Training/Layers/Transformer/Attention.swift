import CKernels

/// Causal attention of several heads between the positions of each example.
///
/// Head h of position t: w = softmax over s ≤ t of q_t·k_s/√headWidth, o_t = Σ_s w_s v_s. Matrices are width × columns,
/// head h has the rows from h·headWidth on; the columns are segments of equal length, one per position. Queries, outputs
/// and weights have the segments of the positions `asking` alone, keys and values those of all positions.
struct Attention {
    /// Number of heads.
    let heads: Int
    /// Rows of each.
    let headWidth: Int
    /// Number of all positions.
    let positions: Int
    /// The positions, up to the last one, that take from the others.
    let asking: Range<Int>
    /// Dropout on the weights: a row per asking position, head and source.
    let dropout: Dropout?

    /// What scores are multiplied with.
    private var scale: Float { 1 / Float(headWidth).squareRoot() }

    /// Rows of the matrix of weights: one per head and key position.
    var weightRows: Int { heads * positions }

    /// Where one head's numbers at one position stand: its first row, the position's first column among those asking, how
    /// many positions it sees, and their weights.
    private func view(
        _ position: Int, _ head: Int, _ weights: Matrix, _ segment: Int
    ) -> (row: Int, place: Int, sources: Int, weight: UnsafeMutablePointer<Float>) {
        let place = (position - asking.lowerBound) * segment
        return (head * headWidth, place, position + 1, weights.row(head * positions) + place)
    }

    /// Fills the weights.
    func weigh(
        _ kernels: borrowing KernelSet, queries: Matrix, keys: Matrix, weights: Matrix,
        _ block: PositionBlock
    ) {
        let segment = block.segment
        for position in asking {
            for head in 0..<heads {
                let (row, place, sources, weight) = view(position, head, weights, segment)
                kernels.table.columns_dots(
                    headWidth, segment, sources, queries.row(row) + place, queries.stride,
                    keys.row(row), keys.stride, segment, scale, weight, weights.stride)
                kernels.table.softmax_rows_forward(sources, segment, weight, weights.stride)
            }
        }
    }

    /// Fills the outputs: the weighted sums of the values.
    func mix(
        _ kernels: borrowing KernelSet, values: Matrix, weights: Matrix, outputs: Matrix,
        _ block: PositionBlock, _ scratch: TransformerScratch
    ) {
        let segment = block.segment
        for position in asking {
            for head in 0..<heads {
                let (row, place, sources, weight) = view(position, head, weights, segment)
                let used = used(kernels, weight, weights.stride, position, head, block, scratch)
                kernels.table.columns_mix(
                    headWidth, segment, sources, used.base, used.stride, values.row(row),
                    values.stride, segment, outputs.row(row) + place, outputs.stride)
            }
        }
    }

    /// Fills the gradients of queries, keys and values; adds to those of keys and values where they are `begun`.
    func backward(
        _ kernels: borrowing KernelSet, queries: Matrix, keys: Matrix, values: Matrix,
        weights: Matrix, outputSlope: Matrix, querySlope: Matrix, keySlope: Matrix,
        valueSlope: Matrix, begun: Bool, _ block: PositionBlock, _ scratch: TransformerScratch
    ) {
        let segment = block.segment
        let scores = scratch.scores
        for position in lastFirst {
            let adds = adds(position, begun)
            for head in 0..<heads {
                let (row, place, sources, weight) = view(position, head, weights, segment)
                let slope = outputSlope.row(row) + place
                let used = used(kernels, weight, weights.stride, position, head, block, scratch)
                kernels.table.columns_spread(
                    headWidth, segment, sources, used.base, used.stride, slope, outputSlope.stride,
                    valueSlope.row(row), valueSlope.stride, segment, adds)
                kernels.table.columns_dots(
                    headWidth, segment, sources, slope, outputSlope.stride, values.row(row),
                    values.stride, segment, scale, scores.base, scores.stride)
                drop(kernels, scores, sources, position, head, block, scratch)
                spread(
                    kernels, position, head, queries: queries, keys: keys, weights: weights,
                    querySlope: querySlope, keySlope: keySlope, adds: adds, segment, scores)
            }
        }
    }

    /// Fills the gradients of queries and keys from that of the weights, which the folded values have.
    func backward(
        _ kernels: borrowing KernelSet, queries: Matrix, keys: Matrix, weights: Matrix,
        values: FoldedValues, querySlope: Matrix, keySlope: Matrix, _ block: PositionBlock,
        _ scratch: TransformerScratch
    ) {
        for position in lastFirst {
            for head in 0..<heads {
                values.weightSlope(
                    position, head, scale: scale, block, into: scratch.scores)
                spread(
                    kernels, position, head, queries: queries, keys: keys, weights: weights,
                    querySlope: querySlope, keySlope: keySlope, adds: adds(position, false),
                    block.segment, scratch.scores)
            }
        }
    }

    /// The last position sees all others, so that its gradients may be the first ones everywhere.
    private var lastFirst: StrideThrough<Int> {
        stride(from: asking.upperBound - 1, through: asking.lowerBound, by: -1)
    }

    private func adds(_ position: Int, _ begun: Bool) -> Int32 {
        begun || position < asking.upperBound - 1 ? 1 : 0
    }

    /// Takes the gradient of one head's weights at one position, in `scores`, to queries and keys.
    private func spread(
        _ kernels: borrowing KernelSet, _ position: Int, _ head: Int, queries: Matrix,
        keys: Matrix, weights: Matrix, querySlope: Matrix, keySlope: Matrix, adds: Int32,
        _ segment: Int, _ scores: Matrix
    ) {
        let (row, place, sources, weight) = view(position, head, weights, segment)
        kernels.table.softmax_rows_backward(
            sources, segment, weight, weights.stride, scores.base, scores.stride)
        kernels.table.columns_mix(
            headWidth, segment, sources, scores.base, scores.stride, keys.row(row),
            keys.stride, segment, querySlope.row(row) + place, querySlope.stride)
        kernels.table.columns_spread(
            headWidth, segment, sources, scores.base, scores.stride,
            queries.row(row) + place, queries.stride, keySlope.row(row), keySlope.stride,
            segment, adds)
    }

    /// The weights that values are summed up with: what dropout leaves of them in a training pass.
    private func used(
        _ kernels: borrowing KernelSet, _ weight: UnsafeMutablePointer<Float>, _ stride: Int,
        _ position: Int, _ head: Int, _ block: PositionBlock, _ scratch: TransformerScratch
    ) -> (base: UnsafeMutablePointer<Float>, stride: Int) {
        guard dropout != nil, block.pass.isTraining else { return (weight, stride) }
        let (sources, kept) = (position + 1, scratch.droppedWeights)
        for source in 0..<sources {
            kept.row(source).update(from: weight + source * stride, count: block.segment)
        }
        drop(kernels, kept, sources, position, head, block, scratch)
        return (kept.base, kept.stride)
    }

    private func drop(
        _ kernels: borrowing KernelSet, _ matrix: Matrix, _ sources: Int, _ position: Int,
        _ head: Int, _ block: PositionBlock, _ scratch: TransformerScratch
    ) {
        guard let dropout, block.pass.isTraining else { return }
        let rows = Matrix(
            base: matrix.base, rows: sources, columns: block.segment, stride: matrix.stride)
        dropout.apply(
            kernels, rows, row: (position * heads + head) * positions, block.pass,
            mask: scratch.mask)
    }
}
