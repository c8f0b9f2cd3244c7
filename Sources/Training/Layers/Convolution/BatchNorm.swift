import CKernels
import Core

/// Batch normalisation (Ioffe & Szegedy 2015) as `torch.nn.BatchNorm2d`: each channel less its mean over all places of all
/// examples of the batch, over √(variance + ε), times gain, plus bias. Evaluation takes running means in the batch's place:
/// after each update running = 0.9 running + 0.1 batch, with the variance of a sample.
final class BatchNorm: ChannelNorm {
    private let channels: Int
    private let gain, bias: Parameters.Tensor
    private let workspace: Workspace
    /// Of the last training pass.
    private let mean, variance, inverse: UnsafeMutablePointer<Float>
    private let runningMean, runningVariance: UnsafeMutablePointer<Float>
    private let factor, shift: UnsafeMutablePointer<Float>
    /// Numbers per channel in the last training pass.
    private var count = 0

    /// Weight of the latest batch.
    static let momentum: Float = 0.1

    /// A normalisation with these parameters; running means begin at 0, variances at 1.
    init(_ parameters: Parameters, _ name: TensorName.Norm) {
        gain = parameters[name.gain]
        bias = parameters[name.bias]
        let (space, channels) = (Workspace(capacity: 7 * Workspace.padded(gain.count)), gain.count)
        (workspace, self.channels) = (space, channels)
        mean = space.take(channels)
        variance = space.take(channels)
        inverse = space.take(channels)
        runningMean = space.take(channels)
        runningVariance = space.take(channels)
        factor = space.take(channels)
        shift = space.take(channels)
        runningVariance.update(repeating: 1, count: channels)
    }

    func forward(
        _ kernels: borrowing KernelSet, input: Matrix, output: Matrix, isTraining: Bool
    ) {
        let places = input.rows / channels
        if isTraining {
            count = places * input.columns
            kernels.table.channel_moments(
                places, channels, input.columns, input.base, input.stride, mean, variance)
        }
        let (centre, spread) = isTraining ? (mean, variance) : (runningMean, runningVariance)
        for channel in 0..<channels {
            let scale = 1 / (spread[channel] + LayerNorm.epsilon).squareRoot()
            if isTraining { inverse[channel] = scale }
            factor[channel] = gain.value[channel] * scale
            shift[channel] = bias.value[channel] - centre[channel] * factor[channel]
        }
        kernels.table.channel_scale(
            places, channels, input.columns, input.base, input.stride, factor, shift, output.base,
            output.stride)
    }

    func backward(
        _ kernels: borrowing KernelSet, input: Matrix, slope: Matrix, accumulates: Bool
    ) {
        precondition(!accumulates && slope.columns * (slope.rows / channels) == count)
        kernels.table.batch_norm_backward(
            slope.rows / channels, channels, slope.columns, input.base, input.stride, mean,
            inverse, gain.value, slope.base, slope.stride, gain.gradient, bias.gradient)
    }

    func advance() {
        let (old, new) = (1 - BatchNorm.momentum, BatchNorm.momentum)
        let sample = Float(count) / Float(max(count - 1, 1))
        for channel in 0..<channels {
            runningMean[channel] = old * runningMean[channel] + new * mean[channel]
            runningVariance[channel] =
                old * runningVariance[channel] + new * (variance[channel] * sample)
        }
    }

    func save(to state: inout StateWriter) {
        state.write(runningMean, count: channels)
        state.write(runningVariance, count: channels)
    }

    func restore(from state: inout StateReader) throws(StateError) {
        try state.read(into: runningMean, count: channels)
        try state.read(into: runningVariance, count: channels)
    }
}
