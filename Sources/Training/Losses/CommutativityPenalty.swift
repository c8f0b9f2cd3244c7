import CKernels
import Core

/// The penalty on outputs that change when the two symbols of an operation are exchanged (Tan & Huang 2023).
///
/// c/(B·outputs) Σ over the batch of |f(a, b) − f(b, a)|², with gradients through both terms. A block holds some examples
/// of the batch and, behind them in the same order, their mirrors, whose outputs the data loss does not see.
final class CommutativityPenalty {
    private let factor: Double
    private let outputs: Int
    /// The mirror of each example.
    private let mirrors: [Int32]
    private let examples: UnsafeMutableBufferPointer<Int32>
    private let losses: UnsafeMutableBufferPointer<Double>

    /// The penalty of a problem for blocks of so many columns, nil where the problem has none.
    init?(_ problem: CellProblem, blockColumns: Int) {
        factor = problem.configuration.loss.commutativity
        guard factor > 0 else { return nil }
        outputs = problem.outputs
        let (inputs, places) = (problem.examples.inputs, problem.examples.symbolsPerExample)
        let symbols = problem.examples.symbolCount
        /// Where an example, or its mirror, stands in a table of all operations, first and second symbols.
        func place(_ example: Int, mirrored: Bool) -> Int {
            let first = example * places
            let (a, b) = (Int(inputs[first]), Int(inputs[first + 1]))
            let operation = places > 2 ? Int(inputs[first + 2]) : 0
            return (operation * symbols + (mirrored ? b : a)) * symbols + (mirrored ? a : b)
        }
        let operations = problem.examples.symbols?.operations ?? 1
        var table = [Int32](repeating: -1, count: operations * symbols * symbols)
        for example in 0..<problem.examples.count {
            table[place(example, mirrored: false)] = Int32(example)
        }
        mirrors = (0..<problem.examples.count).map { table[place($0, mirrored: true)] }
        precondition(!mirrors.contains(-1) && blockColumns >= 2)
        examples = .allocate(capacity: blockColumns)
        examples.initialize(repeating: 0)
        losses = .allocate(capacity: blockColumns / 2)
        losses.initialize(repeating: 0)
    }

    deinit {
        examples.deallocate()
        losses.deallocate()
    }

    /// Most examples of the batch that a block has room for.
    var blockExamples: Int { losses.count }

    /// The examples and their mirrors.
    func block(_ chosen: UnsafeBufferPointer<Int32>) -> UnsafeBufferPointer<Int32> {
        let count = chosen.count
        for place in 0..<count {
            examples[place] = chosen[place]
            examples[count + place] = mirrors[Int(chosen[place])]
        }
        return UnsafeBufferPointer(rebasing: examples[0..<2 * count])
    }

    /// Adds the penalty's gradient to that of the block's `count` examples and makes it that of their mirrors.
    func addGradient(
        _ kernels: borrowing KernelSet, count: Int, batchCount: Int, output: Matrix,
        gradient: Matrix
    ) {
        for o in 0..<outputs {
            (gradient.row(o) + count).update(repeating: 0, count: count)
        }
        guard let losses = losses.baseAddress else { return }
        kernels.table.squared_difference(
            outputs, count, output.base, output.stride, output.base + count, output.stride, losses,
            Float(2 * factor / Double(batchCount * outputs)), gradient.base, gradient.stride,
            gradient.base + count, gradient.stride)
    }
}
