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
    private let rotary: RotaryPositions?
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
    /// In the place of values, output and up-projection, where they are folded into a table.
    private let folded: FoldedValues?
    /// Keys and values for the stack behind, and their gradients from there, summed up over its blocks; nil where there
    /// is none.
    private let later: Later?

    /// What a stack behind takes from a layer.
    private struct Later {
        let keys, values, keySlope, valueSlope: ColumnTable
    }

    /// A layer on these states (width × the stack's positions side by side).
    init(
        _ weights: TransformerWeights, _ model: TransformerConfiguration, _ dropouts: LayerDropouts,
        positions: Int, own: Range<Int>, asking: Range<Int>, source: Source, states: Matrix,
        hasLater: Bool, folded: FoldedValues?, _ kernels: KernelSet, _ space: Workspace
    ) {
        (self.kernels, self.folded) = (kernels, folded)
        (self.own, self.asking, self.source, self.states) = (own, asking, source, states)
        let columns = states.columns / own.count
        func room(_ rows: Int, _ positions: Int) -> Matrix {
            space.matrix(rows: rows, columns: positions * columns)
        }
        rotary = RotaryPositions(model, positions: positions)
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
        func table(_ matrix: Matrix) -> ColumnTable { ColumnTable(matrix, space) }
        later =
            hasLater
            ? Later(
                keys: table(keys), values: table(values),
                keySlope: table(room(model.width, own.upperBound)),
                valueSlope: table(room(model.width, own.upperBound))) : nil
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
            turn(queries, keys, views, block)
        }
        later?.keys.turn(kernels)
        later?.values.turn(kernels)
        guard !asking.isEmpty else { return }
        let (outputs, middle) = (outputs.columns(views.asking), middle.columns(views.asking))
        attention.weigh(
            kernels, queries: queries, keys: keys, weights: attentionWeights, block)
        if let folded {
            folded.forward(
                attention: attentionWeights, argument: mlp.argument(middle.columns),
                states: middle, block)
            mlp.forwardFromArgument(kernels, output: output, block, scratch)
            return
        }
        attention.mix(
            kernels, values: values, weights: attentionWeights, outputs: outputs, block, scratch)
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
        later?.keySlope.turnBack(kernels)
        later?.valueSlope.turnBack(kernels)
        let keySlope = later?.keySlope.matrix ?? scratch.keys
        let valueSlope = later?.valueSlope.matrix ?? scratch.values
        if let folded {
            let asked = slope.columns(views.askingOfOwn)
            let argument = mlp.backwardToArgument(
                kernels, slope: asked, block, scratch, accumulates: accumulates)
            folded.backward(argument: argument, states: asked, block)
            attention.backward(
                kernels, queries: queries, keys: keys, weights: attentionWeights, values: folded,
                querySlope: scratch.queries, keySlope: keySlope, block, scratch)
        } else if !asking.isEmpty {
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
            turn(scratch.queries, keySlope, views, block, back: true)
            inputs.backward(
                kernels, queries: scratch.queries.columns(views.asking),
                keys: keySlope.columns(views.own), values: valueSlope.columns(views.own),
                slope: slope, room: scratch.branch, scratch: scratch.transposed,
                accumulates: accumulates)
        }
    }

    /// The hidden layer at the last position.
    func lastHidden(_ segment: Int) -> Matrix {
        mlp.active.columns((asking.count - 1) * segment..<asking.count * segment)
    }

    /// Sets what the stack behind adds up to 0.
    func clearLater() {
        later?.keySlope.clear()
        later?.valueSlope.clear()
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

    /// Turns queries and keys, or what comes back to them, where positions are rotations; nothing is shared then.
    private func turn(
        _ queries: Matrix, _ keys: Matrix, _ views: Views, _ block: PositionBlock,
        back: Bool = false
    ) {
        guard let rotary else { return }
        rotary.turn(
            queries.columns(views.asking), positions: asking, segment: block.segment, back: back)
        rotary.turn(keys.columns(views.own), positions: own, segment: block.segment, back: back)
    }

    private func gather(_ table: TokenTable, _ block: PositionBlock) {
        for position in 0..<own.upperBound {
            let columns = block.columns(position)
            table.keys.gather(kernels, block.tokens(position), into: keys.columns(columns))
            guard folded == nil else { continue }
            table.values.gather(kernels, block.tokens(position), into: values.columns(columns))
        }
        for position in asking {
            table.queries.gather(
                kernels, block.tokens(position),
                into: queries.columns(block.columns(position - asking.lowerBound)))
        }
    }

    private func gather(_ before: TransformerLayer, _ block: PositionBlock) {
        guard let given = before.later else { return }
        for position in before.own {
            let columns = block.columns(position)
            let from = position * block.segmentBefore
            given.keys.gather(kernels, block.first, from: from, into: keys.columns(columns))
            given.values.gather(kernels, block.first, from: from, into: values.columns(columns))
        }
    }

    private func scatter(
        _ table: TokenTable, _ keySlope: Matrix, _ valueSlope: Matrix, _ block: PositionBlock,
        _ scratch: TransformerScratch
    ) {
        for position in 0..<own.upperBound {
            let (index, columns) = (block.tokens(position), block.columns(position))
            table.keySlope.add(kernels, keySlope.columns(columns), to: index)
            guard folded == nil else { continue }
            table.valueSlope.add(kernels, valueSlope.columns(columns), to: index)
        }
        for position in asking {
            let columns = block.columns(position - asking.lowerBound)
            table.querySlope.add(
                kernels, scratch.queries.columns(columns), to: block.tokens(position))
        }
    }

    /// Takes in the gradients that a block of the stack behind has for this layer's keys and values.
    private func addLater(_ keySlope: Matrix, _ valueSlope: Matrix, _ block: PositionBlock) {
        guard let later else { return }
        for position in own {
            let columns = block.columns(position)
            let into = position * block.segmentBefore
            later.keySlope.add(kernels, keySlope.columns(columns), to: block.first, from: into)
            later.valueSlope.add(kernels, valueSlope.columns(columns), to: block.first, from: into)
        }
    }
}
