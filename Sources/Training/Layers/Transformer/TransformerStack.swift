import CKernels
import Core

/// All layers at a range of positions, for a block of columns: examples, or the prefixes that examples share.
///
/// In a causal model the positions before b depend on a alone: a stack of these positions with one column per symbol serves
/// all examples, and the stack behind it takes keys and values from there. What the first layer's attention works on
/// depends on token and position alone, and comes from the table of tokens. A stack of all positions without either
/// computes everything for every example.
final class TransformerStack {
    private let kernels: KernelSet
    private let plan: TransformerPlan
    /// The positions, and the last ones of them that the last layer computes.
    private let own, asking: Range<Int>
    private let before: TransformerStack?
    /// Whether the first layer takes queries, keys and values from the table of tokens.
    let isSharing: Bool
    /// The first layer's folded values, where it has them: it does without its states then.
    private let folded: FoldedValues?
    private let layers: [TransformerLayer]
    private let readOut: ReadOut
    private let scratch: TransformerScratch
    private var block: PositionBlock
    /// Outputs × columns; in a stack before another one, what its positions contribute to them.
    private(set) var output: Matrix
    /// Gradient of `output`.
    private(set) var outputSlope: Matrix

    /// Positions that the last layer computes among these: those read out, or all in the dense form.
    private static func asking(_ plan: TransformerPlan, _ own: Range<Int>) -> Range<Int> {
        let model = plan.model
        if model.computation == .dense || model.readOut == .all { return own }
        return min(plan.layout.count - 1, own.upperBound)..<own.upperBound
    }

    /// A stack of these positions with room for so many columns; `before` is the stack of the positions before these, where
    /// something is taken from it.
    init(
        _ plan: TransformerPlan, positions own: Range<Int>, columns: Int, sharing: Bool,
        before: TransformerStack?, folding: FoldedValueTable? = nil, _ space: Workspace
    ) {
        let model = plan.model
        (kernels, self.plan, self.own, self.before) = (plan.kernels, plan, own, before)
        isSharing = sharing
        asking = TransformerStack.asking(plan, own)
        let capacity = Workspace.padded(columns)
        block = PositionBlock(
            positions: own.upperBound, capacity: capacity,
            segmentBefore: before?.block.capacity ?? 0, space)
        folded = folding.map {
            FoldedValues($0, asking: own, columns: capacity, plan.kernels, space)
        }
        var layers: [TransformerLayer] = []
        for layer in 0..<model.layers {
            let states = space.matrix(rows: model.width, columns: own.count * capacity)
            let source: TransformerLayer.Source =
                sharing && layer == 0
                ? .table(plan.table)
                : .states(
                    AttentionInputs(plan.weights[layer], states, space),
                    before: before?.layers[layer])
            layers.append(
                TransformerLayer(
                    plan.weights[layer], model, plan.dropouts[layer],
                    positions: plan.layout.count, own: own,
                    asking: layer == model.layers - 1 ? asking : own, source: source,
                    states: states, hasLater: own.upperBound < plan.layout.count && layer > 0,
                    folded: layer == 0 ? folded : nil, plan.kernels, space))
        }
        self.layers = layers
        readOut = ReadOut(plan, positions: asking, columns: capacity, space)
        output = space.matrix(rows: plan.outputs, columns: capacity)
        outputSlope = space.matrix(rows: plan.outputs, columns: capacity)
        scratch = TransformerScratch(
            model, positions: plan.layout.count, own: own.count, columns: capacity, space)
    }

    /// Multiply-adds of the products for one column.
    var productsPerColumn: Int {
        let (width, hidden) = (plan.model.width, plan.model.hidden)
        let perLayer = layers.indices.map { layer in
            let asks = layer == layers.count - 1 ? asking.count : own.count
            if layer == 0, let folded {
                return folded.productsPerColumn + asks * width * hidden
            }
            let projections = isSharing && layer == 0 ? 0 : 2 * own.count + asks
            return projections * width * width + asks * (width * width + 2 * width * hidden)
        }
        return perLayer.reduce(0, +) + readOut.read.count * plan.outputs * width
    }

    // MARK: Columns

    /// Makes these examples the columns; `symbols` are those of all examples, row-major.
    func arrange(_ examples: UnsafeBufferPointer<Int32>, symbols: [Int32], _ pass: Pass) {
        begin(examples.count, pass)
        let width = plan.symbols.places
        for column in 0..<block.segment {
            let first = width * Int(examples[min(column, examples.count - 1)])
            block.first[column] = symbols[first]
            fill(column) { Int(symbols[first + $0]) }
        }
    }

    /// Makes all symbols the columns, for positions that see none but the first.
    func arrangeSymbols() {
        let count = plan.symbols.count
        begin(count, .evaluation)
        for column in 0..<block.segment {
            let symbol = min(column, count - 1)
            block.first[column] = Int32(symbol)
            fill(column) { _ in symbol }
        }
    }

    private func begin(_ count: Int, _ pass: Pass) {
        block.segment = Workspace.padded(count)
        block.pass = pass
        (output.columns, outputSlope.columns) = (count, count)
    }

    /// Looks up a column's tokens, given the symbol at each place of its example.
    private func fill(_ column: Int, symbol: (Int) -> Int) {
        for position in 0..<own.upperBound {
            let place = plan.layout.positions[position].place
            block.tokens(position)[column] = plan.table.column(
                position, place.map { symbol($0) } ?? 0)
        }
    }

    // MARK: Passes

    /// Positions whose states go into the first layer.
    private var entering: Range<Int> {
        if folded != nil { return own.upperBound..<own.upperBound }
        return layers.count == 1 && isSharing ? asking : own
    }

    /// Fills the outputs of the columns.
    func forward() {
        let segment = block.segment
        enter()
        for layer in layers.indices {
            let output =
                layer == layers.count - 1
                ? readOut.states.columns(0..<asking.count * segment)
                : layers[layer + 1].states.columns(0..<own.count * segment)
            layers[layer].forward(output: output, block, scratch)
        }
        guard !asking.isEmpty else { return }
        if let before, before.contributes {
            kernels.table.gather_columns(
                output.rows, segment, block.first, before.output.base, before.output.stride,
                output.base, output.stride, 0)
        }
        readOut.forward(
            kernels, output: output, segment: segment, begins: before?.contributes != true)
    }

    /// Whether some of its positions are read out.
    private var contributes: Bool { !asking.isEmpty }

    /// Gathers the states, with their noise, for the first layer.
    private func enter() {
        let segment = block.segment
        let states = layers[0].states
        for position in entering {
            let place = (position - own.lowerBound) * segment
            let entered = states.columns(place..<place + segment)
            plan.table.states.gather(kernels, block.tokens(position), into: entered)
            if let noise = plan.noise, block.pass.isTraining, block.pass.noise > 0 {
                noise.add(
                    kernels, to: entered, row: position * entered.rows, block.pass,
                    room: scratch.mask)
            }
        }
    }

    /// Takes the gradient of the outputs, which becomes 0 from column `graded` on, back to the layers' parameters, which are
    /// overwritten or added to, and to the table and the stack before, which are added to.
    func backward(graded: Int, accumulates: Bool) {
        let segment = block.segment
        let slope = scratch.states.columns(0..<own.count * segment)
        if !asking.isEmpty {
            for row in 0..<outputSlope.rows {
                (outputSlope.row(row) + graded).update(repeating: 0, count: segment - graded)
            }
            if let before, before.contributes {
                kernels.table.scatter_add_columns(
                    outputSlope.rows, segment, block.first, outputSlope.base, outputSlope.stride,
                    before.outputSlope.base, before.outputSlope.stride)
            }
            readOut.backward(
                kernels, outputSlope: outputSlope, slope: slope.last(asking.count * segment),
                segment: segment, scratch: scratch.transposed, accumulates: accumulates,
                hasOwnWeights: own.upperBound < plan.layout.count)
        }
        for layer in stride(from: layers.count - 1, through: 0, by: -1) {
            layers[layer].backward(slope: slope, block, scratch, accumulates: accumulates)
        }
        for position in entering {
            let place = (position - own.lowerBound) * segment
            plan.table.stateSlope.add(
                kernels, slope.columns(place..<place + segment), to: block.tokens(position))
        }
    }

    /// What stands inside a stack that shares nothing.
    func inner(_ place: InnerPlace) -> [Matrix] {
        guard !isSharing else { return [] }
        let segment = block.segment
        return switch place {
        case .inputs:
            own.indices.map { layers[0].states.columns($0 * segment..<($0 + 1) * segment) }
        case .hidden: [layers[0].lastHidden(segment)]
        case .features: readOut.inputs(segment)
        }
    }

    /// Sets what the stack behind adds up to 0.
    func clearLater() {
        outputSlope.columns(0..<block.segment).clear()
        for layer in layers.indices { layers[layer].clearLater() }
    }
}
