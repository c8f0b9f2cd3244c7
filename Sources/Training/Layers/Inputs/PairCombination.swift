import CKernels
import Core

/// Two embeddings that stand side by side, combined: E_a + E_b, or the product of both read as square matrices (Liu et al.
/// 2022, §2 and App. H). `PairEmbedding` and `PairProduct` are the same straight from the table, where nothing is done to
/// the embeddings of single examples.
struct PairCombination: InputStage {
    private let kernels: KernelSet
    private let combination: PairDecoderConfiguration.Combination
    private let input: any InputStage
    private let side: Int
    private let workspace: Workspace
    /// Both embeddings, one above the other (2d × examples).
    let pairs: Matrix
    /// Their gradient.
    private let slopes: Matrix

    let features: Int

    /// The combination of what a stage puts side by side, in blocks of at most so many examples.
    init(
        _ input: any InputStage, _ combination: PairDecoderConfiguration.Combination, columns: Int,
        _ kernels: KernelSet
    ) {
        self.kernels = kernels
        self.combination = combination
        self.input = input
        features = input.features / 2
        side = Int(Double(features).squareRoot().rounded())
        let space = Workspace()
        workspace = space
        pairs = space.matrix(rows: input.features, columns: columns)
        slopes = space.matrix(rows: input.features, columns: columns)
    }

    func begin() { input.begin() }

    func forward(_ examples: UnsafeBufferPointer<Int32>, output: Matrix, _ pass: Pass) {
        let pairs = pairs.columns(0..<examples.count)
        input.forward(examples, output: pairs, pass)
        switch combination {
        case .sum:
            output.copy(pairs, rows: features)
            for row in 0..<features {
                kernels.table.axpy(examples.count, 1, pairs.row(features + row), output.row(row))
            }
        case .matrixProduct:
            for row in 0..<features { output.row(row).update(repeating: 0, count: examples.count) }
            forEachTerm { sum, left, right in
                let (sum, left, right) = (output.row(sum), pairs.row(left), pairs.row(right))
                for place in 0..<examples.count { sum[place] += left[place] * right[place] }
            }
        }
    }

    func backward(
        _ examples: UnsafeBufferPointer<Int32>, outputGradient: Matrix, accumulates: Bool
    ) {
        let graded = outputGradient.columns
        let slopes = slopes.columns(0..<graded)
        switch combination {
        case .sum:
            slopes.copy(outputGradient, rows: features)
            for row in 0..<features {
                slopes.row(features + row).update(from: outputGradient.row(row), count: graded)
            }
        case .matrixProduct:
            slopes.clear()
            forEachTerm { sum, left, right in
                let slope = outputGradient.row(sum)
                let (a, b) = (pairs.row(left), pairs.row(right))
                let (da, db) = (slopes.row(left), slopes.row(right))
                for place in 0..<graded {
                    da[place] += slope[place] * b[place]
                    db[place] += slope[place] * a[place]
                }
            }
        }
        input.backward(examples, outputGradient: slopes, accumulates: accumulates)
    }

    func finish() { input.finish() }

    /// Every term of a matrix product: the row of the sum that it belongs to, and the rows of its two factors.
    private func forEachTerm(_ body: (_ sum: Int, _ left: Int, _ right: Int) -> Void) {
        for row in 0..<side {
            for column in 0..<side {
                for k in 0..<side {
                    body(row * side + column, row * side + k, features + k * side + column)
                }
            }
        }
    }
}
