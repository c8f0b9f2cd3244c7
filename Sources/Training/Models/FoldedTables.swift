import CKernels

/// The tables of a `FoldedTransformerNetwork`, made from the parameters before a step and taken apart again after it.
///
/// x' is a token's embedding with its position minus that of the last token, x₌. Row-major shapes in brackets;
/// d width, e head width, L = hidden + outputs (padded), R table rows:
/// V' = X'·W_Vᵀ (R × d), Z = [W_up; W_U] (L × d), ZO = Z·W_O (L × d), T_h = V'_h·ZO_hᵀ (R × L);
/// scores s_h = X'·W_K,hᵀ·q_h with q = W_Q·x₌/√e; base = Z·(x₌ + W_O·W_V·x₌) + [b_up; W_U·b_down]; read-out F = W_U·W_down.
final class FoldedTables {
    private let shape: FoldedShape
    private let weights: FoldedWeights
    private let kernels: KernelSet
    private let workspace: Workspace

    /// Table rows (R × heads × L) and their gradient.
    let rows: UnsafeMutablePointer<Float>
    let rowGradients: UnsafeMutablePointer<Float>
    /// Attention scores relative to the last token's (R × heads) and their gradient.
    let scores: UnsafeMutablePointer<Float>
    let scoreGradients: UnsafeMutablePointer<Float>
    /// What every example begins with (L) and its gradient.
    let base: UnsafeMutablePointer<Float>
    let baseGradient: UnsafeMutablePointer<Float>
    /// W_U·W_down (outputs × hidden), its transpose (hidden × padded outputs), and its gradient.
    let readOut: UnsafeMutablePointer<Float>
    let readOutTransposed: UnsafeMutablePointer<Float>
    let readOutGradient: UnsafeMutablePointer<Float>

    // Intermediate results that unfolding needs again.
    private let tokens: UnsafeMutablePointer<Float>
    private let values: UnsafeMutablePointer<Float>
    private let projection: UnsafeMutablePointer<Float>
    private let projectionTransposed: UnsafeMutablePointer<Float>
    private let outputsTransposed: UnsafeMutablePointer<Float>
    private let query: UnsafeMutablePointer<Float>
    private let keyed: UnsafeMutablePointer<Float>
    private let last: UnsafeMutablePointer<Float>
    private let lastValue: UnsafeMutablePointer<Float>
    private let stream: UnsafeMutablePointer<Float>
    private let scratch: UnsafeMutablePointer<Float>
    private let tokenGradients: UnsafeMutablePointer<Float>
    private let valueGradients: UnsafeMutablePointer<Float>
    private let vectors: UnsafeMutablePointer<Float>

    init(_ shape: FoldedShape, _ weights: FoldedWeights, _ kernels: KernelSet) {
        self.shape = shape
        self.weights = weights
        self.kernels = kernels
        let (d, length) = (shape.width, shape.length)
        let tableSize = shape.tokens * shape.heads * length
        let scratchSize = max(length * d, d * d, shape.hidden * d)
        let sizes =
            [tableSize, tableSize, shape.tokens * shape.heads, shape.tokens * shape.heads]
            + [length, length, shape.outputs * shape.hidden]
            + [shape.hidden * shape.paddedOutputs, shape.outputs * shape.hidden]
            + [shape.tokens * d, shape.tokens * d, length * d, length * d, length * d]
            + [d, shape.heads * d, d, d, d, 2 * scratchSize, shape.tokens * d, shape.tokens * d]
            + [4 * Workspace.padded(max(d, shape.heads * d))]
        let space = Workspace(capacity: sizes.reduce(0) { $0 + Workspace.padded($1) })
        workspace = space
        rows = space.take(tableSize)
        rowGradients = space.take(tableSize)
        scores = space.take(shape.tokens * shape.heads)
        scoreGradients = space.take(shape.tokens * shape.heads)
        base = space.take(length)
        baseGradient = space.take(length)
        readOut = space.take(shape.outputs * shape.hidden)
        readOutTransposed = space.take(shape.hidden * shape.paddedOutputs)
        readOutGradient = space.take(shape.outputs * shape.hidden)
        tokens = space.take(shape.tokens * d)
        values = space.take(shape.tokens * d)
        projection = space.take(length * d)
        projectionTransposed = space.take(length * d)
        outputsTransposed = space.take(length * d)
        query = space.take(d)
        keyed = space.take(shape.heads * d)
        last = space.take(d)
        lastValue = space.take(d)
        stream = space.take(d)
        scratch = space.take(2 * scratchSize)
        tokenGradients = space.take(shape.tokens * d)
        valueGradients = space.take(shape.tokens * d)
        vectors = space.take(4 * Workspace.padded(max(d, shape.heads * d)))
    }

    /// Bytes of all tables and what is kept to make them.
    var byteCount: Int { workspace.byteCount }

    /// Gradients of the tables begin at 0.
    func clearGradients() {
        rowGradients.update(repeating: 0, count: shape.tokens * shape.heads * shape.length)
        scoreGradients.update(repeating: 0, count: shape.tokens * shape.heads)
        baseGradient.update(repeating: 0, count: shape.length)
    }

    // MARK: Folding

    /// Makes the tables from the present parameters.
    func fold() {
        gatherTokens()
        foldValues()
        foldScores()
        foldBase()
        foldReadOut()
    }

    private func gatherTokens() {
        let d = shape.width
        let embeddings = weights.embeddings.value
        let positions = weights.positions.value
        let lastToken = embeddings + (weights.embeddings.shape[0] - 1) * d
        let lastPosition = positions + (weights.positions.shape[0] - 1) * d
        for c in 0..<d { last[c] = lastToken[c] + lastPosition[c] }
        for row in 0..<shape.tokens {
            let (token, position) = place(of: row)
            let embedding = embeddings + token * d
            let offset = positions + position * d
            for c in 0..<d { tokens[row * d + c] = embedding[c] + offset[c] - last[c] }
        }
    }

    /// Rows of embeddings and positions that a table row is made of.
    private func place(of row: Int) -> (token: Int, position: Int) {
        if row < shape.symbols { return (row, 0) }
        if row < 2 * shape.symbols {
            return (weights.secondRow + row - shape.symbols, weights.secondPosition)
        }
        return (weights.embeddings.shape[0] - 2, 1)
    }

    private func foldValues() {
        let (d, e, length) = (shape.width, shape.headWidth, shape.length)
        // V' = X'·W_Vᵀ.
        kernels.table.transpose(d, d, weights.value.value, d, scratch, d)
        kernels.product(shape.tokens, d, d, tokens, d, 1, scratch, d, values, d)
        // Zᵀ (d × L), then ZOᵀ = W_Oᵀ·Zᵀ and ZO.
        kernels.table.transpose(
            shape.hidden, d, weights.up.value, d, outputsTransposed, length)
        kernels.table.transpose(
            shape.outputs, d, weights.unembedding.value, d,
            outputsTransposed + shape.paddedHidden, length)
        kernels.product(
            d, length, d, weights.output.value, 1, d, outputsTransposed, length,
            projectionTransposed, length)
        kernels.table.transpose(d, length, projectionTransposed, length, projection, d)
        for head in 0..<shape.heads {
            kernels.product(
                shape.tokens, length, e, values + head * e, d, 1,
                projectionTransposed + head * e * length, length, rows + head * length,
                shape.heads * length)
        }
    }

    private func foldScores() {
        let (d, e) = (shape.width, shape.headWidth)
        let scale = 1 / Float(e).squareRoot()
        rowProducts(d, d, weights.query.value, last, query)
        for c in 0..<d { query[c] *= scale }
        for head in 0..<shape.heads {
            kernels.product(
                1, d, e, query + head * e, e, 1, weights.key.value + head * e * d, d,
                keyed + head * d, d)
            kernels.table.row_products(
                shape.tokens, d, tokens, d, keyed + head * d, scores + head, shape.heads, 0)
        }
    }

    private func foldBase() {
        let d = shape.width
        rowProducts(d, d, weights.value.value, last, lastValue)
        rowProducts(d, d, weights.output.value, lastValue, stream)
        for c in 0..<d { stream[c] += last[c] }
        rowProducts(shape.hidden, d, weights.up.value, stream, base)
        for m in 0..<shape.hidden { base[m] += weights.upBias.value[m] }
        for c in 0..<d { vectors[c] = stream[c] + weights.downBias.value[c] }
        rowProducts(
            shape.outputs, d, weights.unembedding.value, vectors, base + shape.paddedHidden)
    }

    private func foldReadOut() {
        let (d, hidden, outputs) = (shape.width, shape.hidden, shape.outputs)
        kernels.product(
            outputs, hidden, d, weights.unembedding.value, d, 1, weights.down.value, hidden,
            readOut, hidden)
        kernels.table.transpose(
            outputs, hidden, readOut, hidden, readOutTransposed, shape.paddedOutputs)
    }

    // MARK: Unfolding

    /// Turns the gradients of the tables into those of the parameters, overwriting these.
    func unfold() {
        let d = shape.width
        weights.embeddings.gradient.update(repeating: 0, count: weights.embeddings.count)
        weights.positions.gradient.update(repeating: 0, count: weights.positions.count)
        unfoldReadOut()
        let streamGradient = vectors
        unfoldBase(streamGradient)
        unfoldValues()
        unfoldScores()
        unfoldLast(streamGradient)
        for row in 0..<shape.tokens {
            let (token, position) = place(of: row)
            let slope = tokenGradients + row * d
            add(slope, to: weights.embeddings.gradient + token * d)
            add(slope, to: weights.positions.gradient + position * d)
        }
    }

    /// Gradients of W_U and W_down by F; they are written first, the others add to W_U's.
    private func unfoldReadOut() {
        let (d, hidden, outputs) = (shape.width, shape.hidden, shape.outputs)
        kernels.table.transpose(d, hidden, weights.down.value, hidden, scratch, d)
        kernels.product(
            outputs, d, hidden, readOutGradient, hidden, 1, scratch, d,
            weights.unembedding.gradient, d, accumulate: weights.isTied)
        kernels.product(
            d, hidden, outputs, weights.unembedding.value, 1, d, readOutGradient, hidden,
            weights.down.gradient, hidden)
    }

    /// Gradients by what all examples begin with; leaves that of the stream at the last token.
    private func unfoldBase(_ streamGradient: UnsafeMutablePointer<Float>) {
        let (d, hidden, outputs) = (shape.width, shape.hidden, shape.outputs)
        let scoresGradient = baseGradient + shape.paddedHidden
        weights.upBias.gradient.update(from: baseGradient, count: hidden)
        kernels.product(
            1, d, outputs, scoresGradient, outputs, 1, weights.unembedding.value, d,
            weights.downBias.gradient, d)
        kernels.product(
            1, d, hidden, baseGradient, hidden, 1, weights.up.value, d, streamGradient, d)
        add(weights.downBias.gradient, to: streamGradient)
        // W_up ← dbase ⊗ r, W_U ← dbase ⊗ (r + b_down).
        kernels.product(hidden, d, 1, baseGradient, 1, 1, stream, d, weights.up.gradient, d)
        let biased = vectors + Workspace.padded(d)
        for c in 0..<d { biased[c] = stream[c] + weights.downBias.value[c] }
        kernels.product(
            outputs, d, 1, scoresGradient, 1, 1, biased, d, weights.unembedding.gradient, d,
            accumulate: true)
    }

    /// Gradients of W_O, W_up, W_U and W_V, and of the tokens, by the table rows.
    private func unfoldValues() {
        let (d, e, length) = (shape.width, shape.headWidth, shape.length)
        let projectionGradient = scratch
        for head in 0..<shape.heads {
            let slopes = rowGradients + head * length
            kernels.product(
                shape.tokens, e, length, slopes, shape.heads * length, 1, projection + head * e,
                d, valueGradients + head * e, d)
            kernels.product(
                e, length, shape.tokens, values + head * e, 1, d, slopes, shape.heads * length,
                projectionGradient + head * e * length, length)
        }
        // dZᵀ = W_O·dZOᵀ; projectionTransposed is not needed any more.
        kernels.product(
            d, length, d, weights.output.value, d, 1, projectionGradient, length,
            projectionTransposed, length)
        let turned = scratch + length * d
        kernels.table.transpose(d, length, projectionTransposed, length, turned, d)
        add(turned, to: weights.up.gradient, count: shape.hidden * d)
        add(
            turned + shape.paddedHidden * d, to: weights.unembedding.gradient,
            count: shape.outputs * d)
        // dW_O = Zᵀ·dZO.
        kernels.table.transpose(d, length, projectionGradient, length, turned, d)
        kernels.product(
            d, d, length, outputsTransposed, length, 1, turned, d, weights.output.gradient, d)
        kernels.product(
            d, d, shape.tokens, valueGradients, 1, d, tokens, d, weights.value.gradient, d)
        kernels.product(
            shape.tokens, d, d, valueGradients, d, 1, weights.value.value, d, tokenGradients, d)
    }

    /// Gradients of W_K and W_Q, and of the tokens, by the scores; leaves the gradient of q in `query`.
    private func unfoldScores() {
        let (d, e) = (shape.width, shape.headWidth)
        let keyedGradient = vectors + 2 * Workspace.padded(max(d, shape.heads * d))
        kernels.product(
            shape.heads, d, shape.tokens, scoreGradients, 1, shape.heads, tokens, d,
            keyedGradient, d)
        kernels.product(
            shape.tokens, d, shape.heads, scoreGradients, shape.heads, 1, keyed, d,
            tokenGradients, d, accumulate: true)
        for head in 0..<shape.heads {
            let slope = keyedGradient + head * d
            kernels.product(
                e, d, 1, query + head * e, 1, 1, slope, d,
                weights.key.gradient + head * e * d, d)
            rowProducts(
                e, d, weights.key.value + head * e * d, slope, query + head * e)
        }
        let scale = 1 / Float(e).squareRoot()
        for c in 0..<d { query[c] *= scale }
        kernels.product(d, d, 1, query, 1, 1, last, d, weights.query.gradient, d)
    }

    /// Gradients by the last token: of its stream, its query, its value, and as what all others are relative to.
    private func unfoldLast(_ streamGradient: UnsafeMutablePointer<Float>) {
        let d = shape.width
        let valueGradient = vectors + Workspace.padded(d)
        kernels.product(
            d, d, 1, streamGradient, 1, 1, lastValue, d, weights.output.gradient, d,
            accumulate: true)
        kernels.product(
            1, d, d, streamGradient, d, 1, weights.output.value, d, valueGradient, d)
        kernels.product(
            d, d, 1, valueGradient, 1, 1, last, d, weights.value.gradient, d, accumulate: true)
        let lastGradient = streamGradient
        kernels.product(
            1, d, d, valueGradient, d, 1, weights.value.value, d, lastGradient, d,
            accumulate: true)
        kernels.product(
            1, d, d, query, d, 1, weights.query.value, d, lastGradient, d, accumulate: true)
        for row in 0..<shape.tokens {
            for c in 0..<d { lastGradient[c] -= tokenGradients[row * d + c] }
        }
        let token = weights.embeddings.shape[0] - 1
        let position = weights.positions.shape[0] - 1
        add(lastGradient, to: weights.embeddings.gradient + token * d)
        add(lastGradient, to: weights.positions.gradient + position * d)
    }

    // MARK: Shorthands

    /// out = A·b.
    private func rowProducts(
        _ rows: Int, _ columns: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        _ out: UnsafeMutablePointer<Float>
    ) {
        kernels.table.row_products(rows, columns, a, columns, b, out, 1, 0)
    }

    private func add(
        _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int? = nil
    ) {
        for place in 0..<(count ?? shape.width) { y[place] += x[place] }
    }
}
