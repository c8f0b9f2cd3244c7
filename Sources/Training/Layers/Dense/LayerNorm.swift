import CKernels
import Core

/// Layer normalisation of each column over its features (Ba, Kiros & Hinton 2016), as `torch.nn.LayerNorm`:
/// Y = gain · (X − mean)/√(variance + ε) + bias.
struct LayerNorm {
    private let gain: Parameters.Tensor
    private let bias: Parameters.Tensor

    /// PyTorch's default ε.
    static let epsilon: Float = 1e-5

    /// A normalisation with these parameters.
    init(_ parameters: Parameters, _ name: TensorName.Norm) {
        gain = parameters[name.gain]
        bias = parameters[name.bias]
    }

    /// Fills `output`; keeps means and inverse deviations in the two rows of `statistics`.
    func forward(
        _ kernels: borrowing KernelSet, input: Matrix, output: Matrix, statistics: Matrix
    ) {
        kernels.table.layer_norm_forward(
            input.rows, input.columns, input.base, input.stride, gain.value, bias.value,
            LayerNorm.epsilon, output.base, output.stride, statistics.row(0), statistics.row(1))
    }

    /// Turns the gradient of the output into that of the input; fills the gradients of gain and bias, or adds to them.
    func backward(
        _ kernels: borrowing KernelSet, input: Matrix, statistics: Matrix, slope: Matrix,
        accumulates: Bool
    ) {
        kernels.table.layer_norm_backward(
            slope.rows, slope.columns, input.base, input.stride, statistics.row(0),
            statistics.row(1), gain.value, slope.base, slope.stride, gain.gradient, bias.gradient,
            accumulates ? 1 : 0)
    }
}
