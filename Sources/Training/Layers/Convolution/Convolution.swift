import CKernels
import Core

/// A convolution over pictures (places × channels, a place's channels side by side) of a block of examples.
///
/// Y[p] = Σ W[·, d] · X[p·stride + d − kernel/2] over the kernel's places d that lie inside the picture; W is
/// channels × kernel rows × kernel columns × input channels, X and Y are features × examples. The kernel's columns of
/// one row meet places side by side, whose channels are rows in one piece: each place and kernel row is one product, and
/// nothing is copied. dW = Σ dY[p] · X[…]ᵀ, for which X is turned once; dX[…] += Wᵀ · dY[p].
struct Convolution {
    private let shape: ResidualPlan.Convolution
    private let weight: Parameters.Tensor
    private let meetings: [Meeting]

    /// Where one kernel row meets the picture at one place.
    private struct Meeting {
        /// First row of what leaves, and of what enters.
        let output, input: Int
        /// First weight of a channel, and how many in one piece.
        let weight, width: Int
        /// Whether it is the first at its place.
        let isFirst: Bool
    }

    /// The convolution of a plan on its parameters.
    init(_ shape: ResidualPlan.Convolution, _ parameters: Parameters) {
        self.shape = shape
        weight = parameters[TensorName.convolution(shape.name).weight]
        meetings = Convolution.meetings(shape)
    }

    /// All meetings, place by place.
    private static func meetings(_ shape: ResidualPlan.Convolution) -> [Meeting] {
        let (side, channels) = (shape.input.side, shape.input.channels)
        let (kernel, reach) = (shape.kernel, shape.kernel / 2)
        var meetings: [Meeting] = []
        for place in 0..<shape.output.pixels {
            let top = place / shape.output.side * shape.stride - reach
            let left = place % shape.output.side * shape.stride - reach
            let columns = max(0, -left)..<min(kernel, side - left)
            let rows = max(0, -top)..<min(kernel, side - top)
            for row in rows {
                meetings.append(
                    Meeting(
                        output: place * shape.channels,
                        input: ((top + row) * side + left + columns.lowerBound) * channels,
                        weight: (row * kernel + columns.lowerBound) * channels,
                        width: columns.count * channels, isFirst: row == rows.lowerBound))
            }
        }
        return meetings
    }

    /// Floats of scratch that `backward` needs for so many examples.
    static func scratchSize(_ shape: ResidualPlan.Convolution, examples: Int) -> Int {
        Workspace.size(rows: examples, columns: shape.input.pixels * shape.input.channels)
    }

    /// Fills `output` from `input`.
    func forward(_ kernels: borrowing KernelSet, input: Matrix, output: Matrix) {
        let columns = kernels.wholeVectors(input.columns)
        let (weights, step) = (weight.value, shape.fanIn)
        // By index: unoptimised, an array's iterator takes memory for every element.
        for number in meetings.indices {
            let meeting = meetings[number]
            kernels.multiply(
                m: shape.channels, n: columns, k: meeting.width, a: weights + meeting.weight,
                aRow: step, aStep: 1, b: input.row(meeting.input), ldb: input.stride,
                c: output.row(meeting.output), ldc: output.stride, accumulate: !meeting.isFirst)
        }
    }

    /// Fills the weights' gradient, or adds to it; adds to `inputGradient` where there is one.
    func backward(
        _ kernels: borrowing KernelSet, input: Matrix, outputGradient: Matrix,
        inputGradient: Matrix?, scratch: UnsafeMutablePointer<Float>, accumulates: Bool
    ) {
        let examples = outputGradient.columns
        let columns = kernels.wholeVectors(examples)
        let (weights, slopes, step) = (weight.value, weight.gradient, shape.fanIn)
        let stride = Workspace.padded(input.rows)
        kernels.table.transpose(input.rows, examples, input.base, input.stride, scratch, stride)
        if !accumulates { slopes.update(repeating: 0, count: weight.count) }
        for number in meetings.indices {
            let meeting = meetings[number]
            let above = outputGradient.row(meeting.output)
            kernels.multiply(
                m: shape.channels, n: meeting.width, k: examples, a: above,
                aRow: outputGradient.stride, aStep: 1, b: scratch + meeting.input, ldb: stride,
                c: slopes + meeting.weight, ldc: step, accumulate: true)
            guard let inputGradient else { continue }
            kernels.multiply(
                m: meeting.width, n: columns, k: shape.channels, a: weights + meeting.weight,
                aRow: 1, aStep: step, b: above, ldb: outputGradient.stride,
                c: inputGradient.row(meeting.input), ldc: inputGradient.stride, accumulate: true)
        }
    }
}
