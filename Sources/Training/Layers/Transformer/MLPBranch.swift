import CKernels
import Core

/// A layer's MLP: Y = M + W_down·f(W_up·M̂ + b_up) + b_down.
struct MLPBranch {
    private let inputs: NormedStates
    private let up: Linear
    private let activation: Activation
    private let dropout: PositionDropout?
    private let end: ResidualLinear
    /// W_up·M̂ + b_up where the activation needs it later, and what dropout leaves of f of it.
    private let hidden, kept: Matrix
    /// f(W_up·M̂ + b_up), the hidden layer.
    let active: Matrix

    /// The MLP over these states.
    init(
        _ weights: TransformerWeights, _ model: TransformerConfiguration, _ states: Matrix,
        _ dropouts: LayerDropouts, _ space: Workspace
    ) {
        let columns = states.columns
        inputs = NormedStates(states, weights.normalisesFirst ? weights.secondNorm : nil, space)
        up = weights.up
        activation = Activation(kind: model.activation)
        dropout = dropouts.hidden
        end = ResidualLinear(
            weights.down, norm: weights.normalisesFirst ? nil : weights.secondNorm,
            dropout: dropouts.afterMLP, columns: columns, space)
        func room() -> Matrix { space.matrix(rows: model.hidden, columns: columns) }
        hidden = room()
        active = activation.keepsInput ? room() : hidden
        kept = dropout == nil ? active : room()
    }

    /// Fills `output` from the states.
    func forward(
        _ kernels: borrowing KernelSet, output: Matrix, _ block: PositionBlock,
        _ scratch: TransformerScratch
    ) {
        let columns = output.columns
        up.forward(
            kernels, input: inputs.forward(kernels, columns: columns), output: argument(columns))
        forwardFromArgument(kernels, output: output, block, scratch)
    }

    /// The hidden layer's argument W_up·M̂ + b_up, of so many columns.
    func argument(_ columns: Int) -> Matrix { hidden.columns(0..<columns) }

    /// Fills `output` from the states and the argument.
    func forwardFromArgument(
        _ kernels: borrowing KernelSet, output: Matrix, _ block: PositionBlock,
        _ scratch: TransformerScratch
    ) {
        let columns = output.columns
        let active = active.columns(0..<columns)
        activation.forward(kernels, input: hidden.columns(0..<columns), output: active)
        var used = active
        if let dropout, block.pass.isTraining {
            used = kept.columns(0..<columns)
            used.copy(active)
            dropout.apply(kernels, used, block, scratch)
        }
        end.forward(
            kernels, states: inputs.states.columns(0..<columns), input: used, output: output,
            block, scratch)
    }

    /// Turns the gradient of the output into that of the states.
    func backward(
        _ kernels: borrowing KernelSet, slope: Matrix, _ block: PositionBlock,
        _ scratch: TransformerScratch, accumulates: Bool
    ) {
        let columns = slope.columns
        let hiddenSlope = backwardToArgument(
            kernels, slope: slope, block, scratch, accumulates: accumulates)
        let (target, adds) = inputs.slope(slope, room: scratch.branch)
        up.backward(
            kernels, input: inputs.output(columns), outputGradient: hiddenSlope,
            inputGradient: target, scratch: scratch.transposed, accumulates: accumulates,
            addsToInput: adds)
        inputs.backward(kernels, slope: slope, room: scratch.branch, accumulates: accumulates)
    }

    /// Turns the gradient of the output into that of the states, as far as it goes around the hidden layer; returns that of
    /// the argument.
    func backwardToArgument(
        _ kernels: borrowing KernelSet, slope: Matrix, _ block: PositionBlock,
        _ scratch: TransformerScratch, accumulates: Bool
    ) -> Matrix {
        let columns = slope.columns
        let hiddenSlope = scratch.hidden.columns(0..<columns)
        let isDropping = dropout != nil && block.pass.isTraining
        end.backward(
            kernels, input: (isDropping ? kept : active).columns(0..<columns), slope: slope,
            inputSlope: hiddenSlope, block, scratch, accumulates: accumulates)
        if isDropping { dropout?.apply(kernels, hiddenSlope, block, scratch) }
        activation.backward(
            kernels, kept: hidden.columns(0..<columns), slope: hiddenSlope)
        return hiddenSlope
    }
}
