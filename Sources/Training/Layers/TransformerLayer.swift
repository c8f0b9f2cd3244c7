import CKernels
import Core

/// One layer at the positions of one stack: attention, then the MLP, each added to what goes into it.
final class TransformerLayer {
    /// Where queries, keys and values come from.
    enum Source {
        /// All from the table of tokens: the first layer of what is shared.
        case table(TokenTable)
        /// From the states; keys and values of the positions before from that stack's layer, where there is one.
        case states(AttentionInputs, before: TransformerLayer?)
    }

    private let kernels: KernelSet
    private let attention: Attention
    /// The stack's positions, and the last ones of them, which the layer computes new states of.
    private let own, asking: Range<Int>
    private let source: Source
    /// What goes in, at the stack's positions.
    let states: Matrix
    /// Keys and values of the positions from the first one on.
    private let keys, values: Matrix
    private let queries, attentionWeights, outputs: Matrix
    private let end: ResidualLinear
    /// States between attention and MLP, at the asking positions.
    private let middle: Matrix
    private let mlp: MLPBranch
    /// Gradients of the keys and values from the stack behind, summed up over its blocks; nil where there is none.
    private let later: (keys: Matrix, values: Matrix)?

    /// A layer on these states (width × the stack's positions side by side).
    init(
        _ weights: TransformerWeights, _ model: TransformerConfiguration, _ dropouts: LayerDropouts,
        own: Range<Int>, asking: Range<Int>, source: Source, states: Matrix, hasLater: Bool,
        _ kernels: KernelSet, _ space: Workspace
    ) {
        self.kernels = kernels
        (self.own, self.asking, self.source, self.states) = (own, asking, source, states)
        let columns = states.columns / own.count
        func room(_ rows: Int, _ positions: Int) -> Matrix {
            space.matrix(rows: rows, columns: positions * columns)
        }
        attention = Attention(
            heads: model.heads, headWidth: model.headWidth, positions: own.upperBound,
            asking: asking, dropout: dropouts.attention)
        (keys, values) = (room(model.width, own.upperBound), room(model.width, own.upperBound))
        queries = room(model.width, asking.count)
        attentionWeights = room(attention.weightRows, asking.count)
        outputs = room(model.width, asking.count)
        middle = room(model.width, asking.count)
        end = ResidualLinear(
            weights.output, norm: weights.normalisesFirst ? nil : weights.firstNorm,
            dropout: dropouts.afterAttention, columns: middle.columns, space)
        mlp = MLPBranch(weights, model, middle, dropouts, space)
        later =
            hasLater
            ? (room(model.width, own.upperBound), room(model.width, own.upperBound)) : nil
    }

    /// Fills keys and values, and `output` with the new states of the asking positions.
    func forward(output: Matrix, _ block: PositionBlock, _ scratch: TransformerScratch) {
        let views = Views(self, block)
        switch source {
        case .table(let table): gather(table, block)
        case .states(let inputs, let before):
            if let before { gather(before, block) }
            inputs.forward(
                kernels, queries: queries.columns(views.asking), keys: keys.columns(views.own),
                values: values.columns(views.own))
        }
        guard !asking.isEmpty else { return }
        let (outputs, middle) = (outputs.columns(views.asking), middle.columns(views.asking))
        attention.forward(
            kernels, queries: queries, keys: keys, values: values, weights: attentionWeights,
            outputs: outputs, block, scratch)
        end.forward(
            kernels, states: states.columns(views.askingOfOwn), input: outputs, output: middle,
            block, scratch)
        mlp.forward(kernels, output: output, block, scratch)
    }

    /// Turns the gradient of the new states, at the asking positions of `slope`, into that of all states that went in, and
    /// leaves that of keys and values where they came from.
    func backward(
        slope: Matrix, _ block: PositionBlock, _ scratch: TransformerScratch, accumulates: Bool
    ) {
        let views = Views(self, block)
        let (keySlope, valueSlope) = later ?? (scratch.keys, scratch.values)
        if !asking.isEmpty {
            let asked = slope.columns(views.askingOfOwn)
            mlp.backward(kernels, slope: asked, block, scratch, accumulates: accumulates)
            end.backward(
                kernels, input: outputs.columns(views.asking), slope: asked,
                inputSlope: scratch.outputs.columns(views.asking), block, scratch,
                accumulates: accumulates)
            attention.backward(
                kernels, queries: queries, keys: keys, values: values, weights: attentionWeights,
                outputSlope: scratch.outputs, querySlope: scratch.queries, keySlope: keySlope,
                valueSlope: valueSlope, begun: later != nil, block, scratch)
        }
        slope.columns(0..<views.askingOfOwn.lowerBound).clear()
        switch source {
        case .table(let table): scatter(table, keySlope, valueSlope, block, scratch)
        case .states(let inputs, let before):
            if let before { before.addLater(keySlope, valueSlope, block) }
            inputs.backward(
                kernels, queries: scratch.queries.columns(views.asking),
                keys: keySlope.columns(views.own), values: valueSlope.columns(views.own),
                slope: slope, room: scratch.branch, scratch: scratch.transposed,
                accumulates: accumulates)
        }
    }

    /// Sets what the stack behind adds up to 0.
    func clearLater() {
        later?.keys.clear()
        later?.values.clear()
    }
}

extension TransformerLayer {
    /// Columns of a block in the layer's matrices.
    private struct Views {
        /// The asking positions where they stand alone.
        let asking: Range<Int>
        /// The asking positions among the stack's.
        let askingOfOwn: Range<Int>
        /// The stack's positions among all.
        let own: Range<Int>

        init(_ layer: TransformerLayer, _ block: PositionBlock) {
            let segment = block.segment
            asking = 0..<layer.asking.count * segment
            let before = layer.own.count - layer.asking.count
            askingOfOwn = before * segment..<layer.own.count * segment
            own = layer.own.lowerBound * segment..<layer.own.upperBound * segment
        }
    }

    private func gather(_ table: TokenTable, _ block: PositionBlock) {
        for position in 0..<own.upperBound {
            let (index, place) = (block.tokens(position), position * block.segment)
            gather(table.keys, index, into: keys, place, block)
            gather(table.values, index, into: values, place, block)
        }
        for position in asking {
            let place = (position - asking.lowerBound) * block.segment
            gather(table.queries, block.tokens(position), into: queries, place, block)
        }
    }

    private func gather(_ before: TransformerLayer, _ block: PositionBlock) {
        for position in before.own {
            let place = position * block.segment
            let from = position * block.segmentBefore
            gather(before.keys.from(from), block.first, into: keys, place, block)
            gather(before.values.from(from), block.first, into: values, place, block)
        }
    }

    private func gather(
        _ table: Matrix, _ index: UnsafePointer<Int32>, into matrix: Matrix, _ column: Int,
        _ block: PositionBlock
    ) {
        kernels.table.gather_columns(
            table.rows, block.segment, index, table.base, table.stride, matrix.base + column,
            matrix.stride, 0)
    }

    private func scatter(
        _ table: TokenTable, _ keySlope: Matrix, _ valueSlope: Matrix, _ block: PositionBlock,
        _ scratch: TransformerScratch
    ) {
        for position in 0..<own.upperBound {
            let (index, place) = (block.tokens(position), position * block.segment)
            scatter(keySlope, place, into: table.keySlope, index, block)
            scatter(valueSlope, place, into: table.valueSlope, index, block)
        }
        for position in asking {
            let place = (position - asking.lowerBound) * block.segment
            scatter(
                scratch.queries, place, into: table.querySlope, block.tokens(position), block)
        }
    }

    /// Takes in the gradients that a block of the stack behind has for this layer's keys and values.
    private func addLater(_ keySlope: Matrix, _ valueSlope: Matrix, _ block: PositionBlock) {
        guard let later else { return }
        for position in own {
            let place = position * block.segment
            let into = position * block.segmentBefore
            scatter(keySlope, place, into: later.keys.from(into), block.first, block)
            scatter(valueSlope, place, into: later.values.from(into), block.first, block)
        }
    }

    private func scatter(
        _ slope: Matrix, _ column: Int, into table: Matrix, _ index: UnsafePointer<Int32>,
        _ block: PositionBlock
    ) {
        kernels.table.scatter_add_columns(
            table.rows, block.segment, index, slope.base + column, slope.stride, table.base,
            table.stride)
    }
}
