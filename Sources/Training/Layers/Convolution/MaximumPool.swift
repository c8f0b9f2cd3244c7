import CKernels
import Core

/// The largest number among 3 × 3 places around every second place, channel by channel, as `torch.nn.MaxPool2d(3, 2, 1)`;
/// the first of equal ones takes the gradient.
struct MaximumPool {
    private let input: PictureShape
    /// Number of the kernel's place that each maximum was found at.
    private var taken: Matrix
    private let looks: [Look]
    /// What leaves, and its gradient.
    var output, slope: Matrix

    private static let kernel = 3
    private static let stride = 2

    /// A pool between pictures of these sizes, for blocks of at most so many examples.
    init(from input: PictureShape, to pooled: PictureShape, columns: Int, _ space: Workspace) {
        self.input = input
        let rows = pooled.pixels * pooled.channels
        taken = space.matrix(rows: rows, columns: columns)
        output = space.matrix(rows: rows, columns: columns)
        slope = space.matrix(rows: rows, columns: columns)
        looks = MaximumPool.looks(input, pooled)
    }

    /// A place that is looked at for one that leaves: the first rows of both, and its number in the kernel.
    private struct Look {
        let output, input: Int
        let tap: Float
    }

    private static func looks(_ input: PictureShape, _ pooled: PictureShape) -> [Look] {
        (0..<pooled.pixels * kernel * kernel).compactMap { number in
            let (place, tap) = (number / (kernel * kernel), number % (kernel * kernel))
            let y = place / pooled.side * stride - 1 + tap / kernel
            let x = place % pooled.side * stride - 1 + tap % kernel
            guard (0..<input.side).contains(y), (0..<input.side).contains(x) else { return nil }
            return Look(
                output: place * input.channels, input: (y * input.side + x) * input.channels,
                tap: Float(tap))
        }
    }

    /// Fills `output` from `input`.
    mutating func forward(_ kernels: borrowing KernelSet, input matrix: Matrix) {
        (output.columns, taken.columns) = (matrix.columns, matrix.columns)
        for row in 0..<output.rows {
            output.row(row).update(repeating: -.infinity, count: output.columns)
        }
        for number in looks.indices {
            let look = looks[number]
            kernels.table.maximum_update(
                input.channels, matrix.columns, look.tap, matrix.row(look.input), matrix.stride,
                output.row(look.output), output.stride, taken.row(look.output), taken.stride)
        }
    }

    /// Fills `inputGradient` from `slope`.
    func backward(_ kernels: borrowing KernelSet, inputGradient: Matrix) {
        inputGradient.clear()
        for number in looks.indices {
            let look = looks[number]
            kernels.table.maximum_backward(
                input.channels, slope.columns, look.tap, taken.row(look.output), taken.stride,
                slope.row(look.output), slope.stride, inputGradient.row(look.input),
                inputGradient.stride)
        }
    }
}
