import CKernels
import Core

/// The nonlinearity between two layers, element by element over feature-major matrices (features × examples).
///
/// H = f(Z); dZ = dH · f′(Z). tanh and relu know f′ from H, so H may take Z's place; the others need Z itself.
struct Activation {
    /// Which function it is.
    let kind: ModelConfiguration.Activation

    /// Whether `backward` needs Z, so that H must not be written over it.
    var keepsInput: Bool {
        switch kind {
        case .tanh, .relu: false
        case .gelu, .silu, .geluTanh, .quadratic: true
        }
    }

    /// Fills `output` from `input`: two matrices of one shape, or one and the same where the input is not kept.
    func forward(_ kernels: borrowing KernelSet, input: Matrix, output: Matrix) {
        precondition(keepsInput != (input.base == output.base))
        let (rows, columns) = (output.rows, output.columns)
        switch kind {
        case .tanh: kernels.table.tanh_forward(rows, columns, output.base, output.stride)
        case .relu: kernels.table.relu_forward(rows, columns, output.base, output.stride)
        case .gelu:
            kernels.table.gelu_forward(
                rows, columns, input.base, input.stride, output.base, output.stride)
        case .silu:
            kernels.table.silu_forward(
                rows, columns, input.base, input.stride, output.base, output.stride)
        case .geluTanh:
            kernels.table.gelu_tanh_forward(
                rows, columns, input.base, input.stride, output.base, output.stride)
        case .quadratic:
            kernels.table.quadratic_forward(
                rows, columns, input.base, input.stride, output.base, output.stride)
        }
    }

    /// Turns the gradient of the output into that of the input, in the columns that `slope` has; `kept` is the input
    /// where it is kept, else the output.
    func backward(_ kernels: borrowing KernelSet, kept: Matrix, slope: Matrix) {
        let (rows, columns) = (slope.rows, slope.columns)
        switch kind {
        case .tanh:
            kernels.table.tanh_backward(
                rows, columns, kept.base, kept.stride, slope.base, slope.stride)
        case .relu:
            kernels.table.relu_backward(
                rows, columns, kept.base, kept.stride, slope.base, slope.stride)
        case .gelu:
            kernels.table.gelu_backward(
                rows, columns, kept.base, kept.stride, slope.base, slope.stride)
        case .silu:
            kernels.table.silu_backward(
                rows, columns, kept.base, kept.stride, slope.base, slope.stride)
        case .geluTanh:
            kernels.table.gelu_tanh_backward(
                rows, columns, kept.base, kept.stride, slope.base, slope.stride)
        case .quadratic:
            kernels.table.quadratic_backward(
                rows, columns, kept.base, kept.stride, slope.base, slope.stride)
        }
    }
}
