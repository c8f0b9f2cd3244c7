import CKernels
import Core

/// Group normalisation (Wu & He 2018) as `torch.nn.GroupNorm`: of each example the channels of a group less their mean over
/// all places, over √(variance + ε), times gain, plus bias.
final class GroupNorm: ChannelNorm {
    private let channels, groups: Int
    private let gain, bias: Parameters.Tensor
    private let workspace: Workspace
    /// Groups × examples.
    private let mean, inverse: Matrix

    /// A normalisation with these parameters.
    init(_ parameters: Parameters, _ name: TensorName.Norm, groups: Int, columns: Int) {
        gain = parameters[name.gain]
        bias = parameters[name.bias]
        (channels, self.groups) = (gain.count, groups)
        workspace = Workspace(capacity: 2 * Workspace.size(rows: groups, columns: columns))
        mean = workspace.matrix(rows: groups, columns: columns)
        inverse = workspace.matrix(rows: groups, columns: columns)
    }

    func forward(
        _ kernels: borrowing KernelSet, input: Matrix, output: Matrix, isTraining: Bool
    ) {
        kernels.table.group_norm_forward(
            input.rows / channels, channels, groups, input.columns, input.base, input.stride,
            gain.value, bias.value, LayerNorm.epsilon, output.base, output.stride, mean.base,
            inverse.base, mean.stride)
    }

    func backward(
        _ kernels: borrowing KernelSet, input: Matrix, slope: Matrix, accumulates: Bool
    ) {
        kernels.table.group_norm_backward(
            slope.rows / channels, channels, groups, slope.columns, input.base, input.stride,
            mean.base, inverse.base, mean.stride, gain.value, slope.base, slope.stride,
            gain.gradient, bias.gradient, accumulates ? 1 : 0)
    }
}
