import Core

/// A convolution followed by a normalisation.
struct NormedConvolution {
    private let convolution: Convolution
    /// What its sums are normalised by.
    let norm: any ChannelNorm
    /// What the convolution puts out.
    private var sums: Matrix

    /// A convolution of a plan, for blocks of at most so many examples.
    init(
        _ shape: ResidualPlan.Convolution, _ model: ResidualNetworkConfiguration,
        _ parameters: Parameters, columns: Int, _ space: Workspace
    ) {
        convolution = Convolution(shape, parameters)
        let name = TensorName.convolution(shape.name).norm
        norm =
            model.groups.map { GroupNorm(parameters, name, groups: $0, columns: columns) }
            ?? BatchNorm(parameters, name)
        sums = space.matrix(
            rows: shape.output.pixels * shape.channels, columns: columns)
    }

    /// Fills `output` from `input`.
    mutating func forward(
        _ kernels: borrowing KernelSet, input: Matrix, output: Matrix, isTraining: Bool
    ) {
        sums.columns = input.columns
        convolution.forward(kernels, input: input, output: sums)
        norm.forward(kernels, input: sums, output: output, isTraining: isTraining)
    }

    /// Fills the parameters' gradients from that of the output, which is lost, or adds to them; adds to `inputGradient` where
    /// there is one.
    func backward(
        _ kernels: borrowing KernelSet, input: Matrix, slope: Matrix, inputGradient: Matrix?,
        scratch: UnsafeMutablePointer<Float>, accumulates: Bool
    ) {
        norm.backward(kernels, input: sums, slope: slope, accumulates: accumulates)
        convolution.backward(
            kernels, input: input, outputGradient: slope, inputGradient: inputGradient,
            scratch: scratch, accumulates: accumulates)
    }
}
