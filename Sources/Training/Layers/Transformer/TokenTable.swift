import CKernels
import Core

/// Every token at every position it can stand at, once: what depends on no other position.
///
/// One segment of columns per position: the symbols for an operand, the operators or the only one, a single token for =. The states
/// are E[token] + P[position]; where the first layer works on them as they are, its queries, keys and values too.
final class TokenTable {
    private let kernels: KernelSet
    private let tokens: Parameters.Tensor
    private let places: Parameters.Tensor
    /// Per position: its first token, how many there are, and their first column.
    private let segments: [(token: Int, count: Int, column: Int)]
    /// E[token] + P[position].
    let states: ColumnTable
    private let inputs: AttentionInputs
    /// Queries, keys and values; those of columns of which no queries are asked are not filled.
    let queries, keys, values: ColumnTable
    /// Gradients of all of them, summed up over the examples.
    let stateSlope, querySlope, keySlope, valueSlope: ColumnTable
    private let branch: Matrix
    private let scratch: UnsafeMutablePointer<Float>
    /// Columns of the positions that the first layer has queries at.
    private let asking: Range<Int>

    /// The table of a model's tokens, with the first layer's projections where they are shared.
    init(
        _ model: TransformerConfiguration, _ layout: TokenLayout, _ parameters: Parameters,
        _ weights: TransformerWeights, sharing: Bool, _ kernels: KernelSet, _ space: Workspace
    ) {
        self.kernels = kernels
        tokens = parameters[.representation]
        places = parameters[.positions]
        var segments: [(token: Int, count: Int, column: Int)] = []
        var column = 0
        for position in layout.positions {
            segments.append((position.firstToken, position.tokenCount, column))
            column += Workspace.padded(position.tokenCount)
        }
        self.segments = segments
        // A single layer read out at its last position has no other queries.
        let firstQuery = model.layers == 1 && model.readOut == .last ? layout.count - 1 : 0
        asking = segments[firstQuery].column..<column
        func room(_ isNeeded: Bool) -> Matrix {
            space.matrix(rows: model.width, columns: isNeeded ? column : 0)
        }
        func table(_ isNeeded: Bool) -> ColumnTable { ColumnTable(room(isNeeded), space) }
        states = table(true)
        stateSlope = table(true)
        inputs = AttentionInputs(weights, states.matrix, space)
        (queries, keys, values) = (table(sharing), table(sharing), table(sharing))
        (querySlope, keySlope, valueSlope) = (table(sharing), table(sharing), table(sharing))
        branch = room(sharing)
        scratch = space.take(Workspace.size(rows: max(column, 5), columns: model.width))
    }

    /// The column of a token at a position, counted from the position's first token.
    func column(_ position: Int, _ token: Int) -> Int32 {
        let segment = segments[position]
        return Int32(segment.column + (segment.count == 1 ? 0 : token))
    }

    /// Multiply-adds of the projections.
    var products: Int {
        let states = states.matrix
        return states.rows * states.rows * (2 * states.columns + asking.count)
    }

    /// Fills the states.
    func forward() {
        let (width, stride) = (states.matrix.rows, states.matrix.stride)
        for position in segments.indices {
            let segment = segments[position]
            let base = states.matrix.base + segment.column
            kernels.table.transpose(
                segment.count, width, tokens.value + segment.token * width, width, base, stride)
            kernels.table.add_column_vector(
                width, segment.count, places.value + position * width, base, stride)
        }
        states.turn(kernels)
    }

    /// Fills queries, keys and values.
    func project() {
        inputs.forward(
            kernels, queries: queries.matrix.columns(asking), keys: keys.matrix,
            values: values.matrix)
        queries.turn(kernels)
        keys.turn(kernels)
        values.turn(kernels)
    }

    /// Sets the gradients to 0: those of states and tokens, and of the projections where they are summed up here.
    func clearSlopes(projections: Bool) {
        tokens.gradient.update(repeating: 0, count: tokens.count)
        stateSlope.clear()
        guard projections else { return }
        querySlope.clear()
        keySlope.clear()
        valueSlope.clear()
    }

    /// Takes the gradients to the first layer's projections, which are overwritten, to the positions, which are too, and to
    /// the tokens, which are added to.
    func backward(projections: Bool) {
        stateSlope.turnBack(kernels)
        let slope = stateSlope.matrix
        if projections {
            querySlope.turnBack(kernels)
            keySlope.turnBack(kernels)
            valueSlope.turnBack(kernels)
            inputs.backward(
                kernels, queries: querySlope.matrix.columns(asking), keys: keySlope.matrix,
                values: valueSlope.matrix, slope: slope, room: branch, scratch: scratch,
                accumulates: false)
        }
        let width = slope.rows
        for position in segments.indices {
            let segment = segments[position]
            let base = slope.base + segment.column
            kernels.table.row_products(
                width, segment.count, base, slope.stride, nil,
                places.gradient + position * width, 1, 0)
            kernels.table.transpose(
                width, segment.count, base, slope.stride, scratch, width)
            kernels.table.axpy(
                segment.count * width, 1, scratch, tokens.gradient + segment.token * width)
        }
    }
}
