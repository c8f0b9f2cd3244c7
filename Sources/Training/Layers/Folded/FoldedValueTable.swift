import CKernels
import Core

/// What the first layer of a transformer without normalisation makes of every token at every position before its MLP's
/// nonlinearity: the value, output and up-projections folded into table rows.
///
/// With Z = [W_up; 1], L = hidden + width rows (both padded), a token x at a position has a row per head,
/// T_h(x) = Z·W_O,h·W_V,h·x, and one of its own, o(x) = Z·x + [b_up; 0]. The MLP's argument at a position, and below it the
/// state between attention and MLP, are then o + Σ_h Σ_s w_hs·T_h(x_s): `FoldedValues`. Row-major shapes in brackets;
/// d width, e head width, R columns of the table of tokens.
final class FoldedValueTable {
    /// Numbers per row: the hidden layer and the states, each in whole cache lines.
    let length: Int
    /// Where the states begin in a row.
    let stateOffset: Int
    /// Attention heads.
    let heads: Int
    /// Table rows R.
    let count: Int
    /// T (R × heads × L) and its gradient.
    let rows, rowSlopes: UnsafeMutablePointer<Float>
    /// o (R × L) and its gradient.
    let own, ownSlopes: UnsafeMutablePointer<Float>

    private let kernels: KernelSet
    private let tokens: TokenTable
    private let weights: TransformerWeights
    private let width, headWidth: Int
    /// Zᵀ and ZOᵀ = (Z·W_O)ᵀ (d × L) with their gradients, and room for one of them turned (L × d).
    private let transposed, projected, slope, projectedSlope, turned: UnsafeMutablePointer<Float>

    /// The table of a first layer with these weights over these tokens.
    init(
        _ model: TransformerConfiguration, _ tokens: TokenTable, _ weights: TransformerWeights,
        _ kernels: KernelSet, _ space: Workspace
    ) {
        (self.kernels, self.tokens, self.weights) = (kernels, tokens, weights)
        (width, headWidth, heads) = (model.width, model.headWidth, model.heads)
        stateOffset = Workspace.padded(model.hidden)
        length = stateOffset + Workspace.padded(model.width)
        count = tokens.states.matrix.columns
        (rows, rowSlopes) = (
            space.take(count * heads * length), space.take(count * heads * length)
        )
        (own, ownSlopes) = (space.take(count * length), space.take(count * length))
        let size = model.width * length
        func room() -> UnsafeMutablePointer<Float> { space.take(size) }
        (transposed, projected, slope, projectedSlope, turned) = (
            room(), room(), room(), room(), room()
        )
        for feature in 0..<model.width { transposed[feature * length + stateOffset + feature] = 1 }
    }

    /// Multiply-adds of the products that make the tables.
    var products: Int { length * width * (width + 2 * count) }

    /// Makes the rows from the present parameters and the tokens' values.
    func fold() {
        let (d, states) = (width, tokens.states.turned)
        kernels.table.transpose(
            weights.up.outputs, d, weights.up.weight, d, transposed, length)
        kernels.product(
            d, length, d, weights.output.weight, 1, d, transposed, length, projected, length)
        kernels.product(count, length, d, states, d, 1, transposed, length, own, length)
        if let bias = weights.up.bias {
            for row in 0..<count {
                kernels.table.axpy(weights.up.outputs, 1, bias, own + row * length)
            }
        }
        for head in 0..<heads {
            kernels.product(
                count, length, headWidth, tokens.values.turned + head * headWidth, d, 1,
                projected + head * headWidth * length, length, rows + head * length,
                heads * length)
        }
    }

    /// Sets the gradients of all rows to 0.
    func clearSlopes() {
        rowSlopes.update(repeating: 0, count: count * heads * length)
        ownSlopes.update(repeating: 0, count: count * length)
    }

    /// Turns the gradients of the rows into those of the output and up-projections, which are overwritten, and of the
    /// tokens' states and values, which are added to.
    func unfold() {
        let (d, states, values) = (width, tokens.states.turned, tokens.values.turned)
        kernels.table.transpose(d, length, projected, length, turned, d)
        for head in 0..<heads {
            let slopes = rowSlopes + head * length
            kernels.product(
                count, headWidth, length, slopes, heads * length, 1, turned + head * headWidth, d,
                tokens.valueSlope.turned + head * headWidth, d, accumulate: true)
            kernels.product(
                headWidth, length, count, values + head * headWidth, 1, d, slopes,
                heads * length, projectedSlope + head * headWidth * length, length)
        }
        // dZᵀ = W_O·dZOᵀ + Xᵀ·do, of which the part of W_up counts.
        kernels.product(
            d, length, d, weights.output.weight, d, 1, projectedSlope, length, slope, length)
        kernels.product(
            d, length, count, states, 1, d, ownSlopes, length, slope, length, accumulate: true)
        kernels.table.transpose(
            d, weights.up.outputs, slope, length, weights.up.weightGradient, d)
        // dW_O = Zᵀ·dZO.
        kernels.table.transpose(d, length, projectedSlope, length, turned, d)
        kernels.product(
            d, d, length, transposed, length, 1, turned, d, weights.output.weightGradient, d)
        kernels.product(
            count, d, weights.up.outputs, ownSlopes, length, 1, weights.up.weight, d,
            tokens.stateSlope.turned, d, accumulate: true)
        if let bias = weights.up.biasGradient {
            bias.update(repeating: 0, count: weights.up.outputs)
            for row in 0..<count {
                kernels.table.axpy(weights.up.outputs, 1, ownSlopes + row * length, bias)
            }
        }
        for row in 0..<count {
            kernels.table.axpy(
                d, 1, ownSlopes + row * length + stateOffset, tokens.stateSlope.turned + row * d)
        }
    }
}
