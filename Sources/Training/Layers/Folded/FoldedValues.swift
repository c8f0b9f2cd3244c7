import CKernels

/// Attention-weighted sums of a `FoldedValueTable`'s rows, for the columns of a block: what takes the place of the products
/// with the first layer's output and up-projections.
final class FoldedValues {
    private let kernels: KernelSet
    private let table: FoldedValueTable
    private let positions: Int
    private let asking: Range<Int>
    /// Columns × L, the asking positions one behind the other: sums and their gradient.
    private let sums, slopes: Matrix
    /// Per asking position: columns × sources × heads.
    private let weights, weightSlopes: UnsafeMutablePointer<Float>
    /// Per asking position: the table rows of each column, columns × sources.
    private let index: UnsafeMutablePointer<Int32>
    /// The columns in the order of each source's rows, sources × columns.
    private let order: UnsafeMutablePointer<Int32>
    private let rowOrder: RowOrder
    private let capacity: Int

    /// Sums at these positions with room for so many columns each.
    init(
        _ table: FoldedValueTable, asking: Range<Int>, columns: Int, _ kernels: KernelSet,
        _ space: Workspace
    ) {
        (self.kernels, self.table, self.asking) = (kernels, table, asking)
        (positions, capacity) = (asking.upperBound, columns)
        sums = space.matrix(rows: asking.count * columns, columns: table.length)
        slopes = space.matrix(rows: asking.count * columns, columns: table.length)
        let weightCount = asking.count * columns * positions * table.heads
        (weights, weightSlopes) = (space.take(weightCount), space.take(weightCount))
        index = space.takeIndices(asking.count * columns * positions)
        order = space.takeIndices(positions * columns)
        rowOrder = RowOrder(rows: table.count, space)
    }

    /// Multiply-adds for one column at all asking positions.
    var productsPerColumn: Int {
        asking.reduce(0) { $0 + ($1 + 1) * table.heads * table.length }
    }

    /// Fills the MLP's argument and the states before it from attention's weights.
    func forward(attention: Matrix, argument: Matrix, states: Matrix, _ block: PositionBlock) {
        let segment = block.segment
        for source in 0..<positions {
            rowOrder.fill(
                order + source * segment, columns: segment, rowOf: block.tokens(source))
        }
        for position in asking {
            take(attention, position, block)
            let first = (position - asking.lowerBound) * segment
            let tokens = block.tokens(position)
            for column in 0..<segment {
                sums.row(first + column).update(
                    from: table.own + Int(tokens[column]) * table.length, count: table.length)
            }
            kernels.table.folded_forward(
                segment, position + 1, table.heads, table.length, index(position), order,
                weights(position), table.rows, nil, sums.row(first), sums.stride)
        }
        kernels.table.transpose(
            argument.columns, argument.rows, sums.base, sums.stride, argument.base,
            argument.stride)
        kernels.table.transpose(
            states.columns, states.rows, sums.base + table.stateOffset, sums.stride, states.base,
            states.stride)
    }

    /// Adds the gradients of argument and states to those of the table's rows, and keeps that of the weights.
    func backward(argument: Matrix, states: Matrix, _ block: PositionBlock) {
        let segment = block.segment
        kernels.table.transpose(
            argument.rows, argument.columns, argument.base, argument.stride, slopes.base,
            slopes.stride)
        kernels.table.transpose(
            states.rows, states.columns, states.base, states.stride,
            slopes.base + table.stateOffset, slopes.stride)
        for position in asking {
            let first = (position - asking.lowerBound) * segment
            let tokens = block.tokens(position)
            for column in 0..<segment {
                kernels.table.axpy(
                    table.length, 1, slopes.row(first + column),
                    table.ownSlopes + Int(tokens[column]) * table.length)
            }
            kernels.table.folded_backward(
                segment, position + 1, table.heads, table.length, index(position), order,
                weights(position), table.rows, slopes.row(first), slopes.stride, table.rowSlopes,
                weightSlopes(position), nil)
        }
    }

    /// Fills `scores`, a row per source, with the scaled gradient of one head's weights at one position.
    func weightSlope(
        _ position: Int, _ head: Int, scale: Float, _ block: PositionBlock, into scores: Matrix
    ) {
        let sources = position + 1
        let slopes = weightSlopes(position) + head
        for source in 0..<sources {
            let row = scores.row(source)
            for column in 0..<block.segment {
                row[column] = scale * slopes[(column * sources + source) * table.heads]
            }
        }
    }

    /// Takes attention's weights at one position, and the table rows that they are for.
    private func take(_ attention: Matrix, _ position: Int, _ block: PositionBlock) {
        let (segment, sources) = (block.segment, position + 1)
        let place = (position - asking.lowerBound) * segment
        let (weights, index) = (weights(position), index(position))
        for source in 0..<sources {
            let tokens = block.tokens(source)
            for column in 0..<segment { index[column * sources + source] = tokens[column] }
            for head in 0..<table.heads {
                let row = attention.row(head * positions + source) + place
                for column in 0..<segment {
                    weights[(column * sources + source) * table.heads + head] = row[column]
                }
            }
        }
    }

    private func weights(_ position: Int) -> UnsafeMutablePointer<Float> {
        weights + (position - asking.lowerBound) * capacity * positions * table.heads
    }

    private func weightSlopes(_ position: Int) -> UnsafeMutablePointer<Float> {
        weightSlopes + (position - asking.lowerBound) * capacity * positions * table.heads
    }

    private func index(_ position: Int) -> UnsafeMutablePointer<Int32> {
        index + (position - asking.lowerBound) * capacity * positions
    }
}
