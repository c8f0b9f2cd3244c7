import CKernels
import Core

/// A basic block (He et al. 2016): out = relu(second(relu(first(x))) + shortcut(x)), the shortcut being x where there is none.
struct ResidualBlock {
    private var first, second: NormedConvolution
    private var shortcut: NormedConvolution?
    /// After the first convolution's nonlinearity, and its gradient.
    private var hidden, hiddenSlope: Matrix
    /// What comes over the shortcut; the gradient of the second convolution.
    private var aside: Matrix
    /// What leaves, and its gradient.
    private(set) var output, slope: Matrix

    /// A block of a plan, for blocks of at most so many examples.
    init(
        _ plan: ResidualPlan.Block, _ model: ResidualNetworkConfiguration,
        _ parameters: Parameters, columns: Int, _ space: Workspace
    ) {
        first = NormedConvolution(plan.first, model, parameters, columns: columns, space)
        second = NormedConvolution(plan.second, model, parameters, columns: columns, space)
        shortcut = plan.shortcut.map {
            NormedConvolution($0, model, parameters, columns: columns, space)
        }
        let rows = plan.second.output.pixels * plan.second.channels
        hidden = space.matrix(rows: rows, columns: columns)
        hiddenSlope = space.matrix(rows: rows, columns: columns)
        aside = space.matrix(rows: rows, columns: columns)
        output = space.matrix(rows: rows, columns: columns)
        slope = space.matrix(rows: rows, columns: columns)
    }

    /// All normalisations, in the order of their parameters.
    var norms: [any ChannelNorm] {
        [first.norm, second.norm] + (shortcut.map { [$0.norm] } ?? [])
    }

    /// Fills `output` from `input`.
    mutating func forward(_ kernels: borrowing KernelSet, input: Matrix, isTraining: Bool) {
        let columns = input.columns
        (hidden.columns, output.columns, aside.columns) = (columns, columns, columns)
        first.forward(kernels, input: input, output: hidden, isTraining: isTraining)
        kernels.table.relu_forward(hidden.rows, columns, hidden.base, hidden.stride)
        second.forward(kernels, input: hidden, output: output, isTraining: isTraining)
        shortcut?.forward(kernels, input: input, output: aside, isTraining: isTraining)
        let passed = shortcut == nil ? input : aside
        kernels.table.add_rows(
            output.rows, columns, passed.base, passed.stride, output.base, output.stride)
        kernels.table.relu_forward(output.rows, columns, output.base, output.stride)
    }

    /// The gradient of the output is to be filled in for so many examples.
    mutating func setGraded(_ count: Int) {
        (slope.columns, aside.columns, hiddenSlope.columns) = (count, count, count)
    }

    /// Fills the parameters' gradients and `inputGradient` from `slope`.
    func backward(
        _ kernels: borrowing KernelSet, input: Matrix, inputGradient: Matrix,
        scratch: UnsafeMutablePointer<Float>, accumulates: Bool
    ) {
        kernels.table.relu_backward(
            slope.rows, slope.columns, output.base, output.stride, slope.base, slope.stride)
        aside.copy(slope)
        if let shortcut {
            inputGradient.clear()
            shortcut.backward(
                kernels, input: input, slope: slope, inputGradient: inputGradient,
                scratch: scratch, accumulates: accumulates)
        } else {
            inputGradient.copy(slope)
        }
        hiddenSlope.clear()
        second.backward(
            kernels, input: hidden, slope: aside, inputGradient: hiddenSlope, scratch: scratch,
            accumulates: accumulates)
        kernels.table.relu_backward(
            hidden.rows, hiddenSlope.columns, hidden.base, hidden.stride, hiddenSlope.base,
            hiddenSlope.stride)
        first.backward(
            kernels, input: input, slope: hiddenSlope, inputGradient: inputGradient,
            scratch: scratch, accumulates: accumulates)
    }
}
