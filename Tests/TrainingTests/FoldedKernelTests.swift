import CKernels
import Core
import Testing

@testable import Training

@Suite struct FoldedKernelTests {
    static let cases: [(String, Int, Int)] = KernelSet.available.flatMap { set in
        [(1, 1), (2, 1), (2, 3), (3, 4), (2, 5), (2, 6)].map { (set.name, $0.0, $0.1) }
    }

    private func numbers(_ count: Int, _ state: UInt64) -> [Float] {
        var stream = RandomStream(state: state)
        return (0..<count).map { _ in Float(stream.normal()) }
    }

    private func doubles(_ values: [Float]) -> [Double] { values.map(Double.init) }

    @Test("weighted sums of table rows and their gradients agree", arguments: cases)
    func sums(_ name: String, _ sources: Int, _ heads: Int) throws {
        // Few rows, so that several examples share one, and many.
        for rows in [2, 5, 40] { try sums(name, sources, heads, rows: rows) }
    }

    private func sums(_ name: String, _ sources: Int, _ heads: Int, rows: Int) throws {
        let set = try #require(KernelSet(named: name)).table
        let shape = Reference.FoldedExamples(
            columns: 7, sources: sources, heads: heads, length: 48)
        var stream = RandomStream(state: 1)
        let index = (0..<shape.columns * sources).map { _ in Int32(stream.index(below: rows)) }
        var order: [Int32] = []
        for source in 0..<sources {
            for row in 0..<rows {
                for n in 0..<shape.columns where Int(index[n * sources + source]) == row {
                    order.append(Int32(n))
                }
            }
        }
        let score = numbers(rows * heads, 2)
        var weight = [Float](repeating: 0, count: shape.columns * sources * heads)
        set.folded_softmax(shape.columns, sources, heads, index, score, &weight)
        // One exponential and one division in single precision.
        let softmax = Reference.foldedSoftmax(shape, index: index, score: score)
        #expect(deviation(doubles(weight), doubles(softmax), absolute: 1e-7, relative: 1e-6) <= 1)

        let table = numbers(rows * heads * shape.length, 3)
        let base = numbers(shape.length, 4)
        var out = [Float](repeating: 0, count: shape.columns * shape.length)
        set.folded_forward(
            shape.columns, sources, heads, shape.length, index, order, weight, table, base, &out,
            shape.length)
        let wanted = Reference.foldedForward(
            shape, index: index, weight: weight, table: table, base: base)
        // Sums of up to 16 products of size 1, some fused.
        #expect(deviation(doubles(out), doubles(wanted), absolute: 2e-6, relative: 2e-6) <= 1)
        // Added to what each example has already, it is the same.
        var added = (0..<shape.columns).flatMap { _ in base }
        set.folded_forward(
            shape.columns, sources, heads, shape.length, index, order, weight, table, nil, &added,
            shape.length)
        #expect(added == out)

        let slope = numbers(shape.columns * shape.length, 5)
        var tableGradient = [Float](repeating: 0, count: table.count)
        var weightGradient = [Float](repeating: 0, count: weight.count)
        var baseGradient = [Float](repeating: 0, count: shape.length)
        set.folded_backward(
            shape.columns, sources, heads, shape.length, index, order, weight, table, slope,
            shape.length, &tableGradient, &weightGradient, &baseGradient)
        var repeated = [Float](repeating: 0, count: table.count)
        set.folded_backward(
            shape.columns, sources, heads, shape.length, index, order, weight, table, slope,
            shape.length, &repeated, &weightGradient, nil)
        #expect(repeated == tableGradient)
        let gradients = Reference.foldedBackward(
            shape, index: index, weight: weight, table: table, d: slope)
        // Sums of 48 products, and of up to 14.
        #expect(
            deviation(
                doubles(weightGradient), doubles(gradients.weight), absolute: 1e-5, relative: 1e-5)
                <= 1)
        #expect(
            deviation(
                doubles(tableGradient), doubles(gradients.table), absolute: 4e-6, relative: 2e-6)
                <= 1)
        #expect(
            deviation(
                doubles(baseGradient), doubles(gradients.base), absolute: 4e-6, relative: 2e-6) <= 1
        )

        var scoreGradient = [Float](repeating: 0, count: score.count)
        set.folded_softmax_backward(
            shape.columns, sources, heads, index, weight, weightGradient, &scoreGradient)
        let scores = Reference.foldedSoftmaxBackward(
            shape, rows: rows, index: index, weight: weight, weightGradient: weightGradient)
        #expect(
            deviation(doubles(scoreGradient), doubles(scores), absolute: 1e-5, relative: 1e-5) <= 1)
    }

    @Test("the gradients of the weighted sums are their slopes", arguments: [(2, 3), (3, 1)])
    func centralDifferences(_ sources: Int, _ heads: Int) {
        let shape = Reference.FoldedExamples(columns: 3, sources: sources, heads: heads, length: 4)
        let rows = 4
        var stream = RandomStream(state: 6)
        let index = (0..<shape.columns * sources).map { _ in Int32(stream.index(below: rows)) }
        func draw(_ count: Int) -> [Double] { (0..<count).map { _ in stream.normal() } }
        var score = draw(rows * heads)
        var table = draw(rows * heads * shape.length)
        let base = draw(shape.length)
        let d = draw(shape.columns * shape.length)
        func loss() -> Double {
            let weight = Reference.foldedSoftmax(shape, index: index, score: score)
            let out = Reference.foldedForward(
                shape, index: index, weight: weight, table: table, base: base)
            return zip(out, d).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let weight = Reference.foldedSoftmax(shape, index: index, score: score)
        let gradients = Reference.foldedBackward(
            shape, index: index, weight: weight, table: table, d: d)
        let scores = Reference.foldedSoftmaxBackward(
            shape, rows: rows, index: index, weight: weight, weightGradient: gradients.weight)
        // Step 1e-6: truncation error 1e-12, rounding error 1e-10.
        let width = 1e-6
        func slopes(_ values: WritableKeyPath<Box, [Double]>) -> [Double] {
            var box = Box(score: score, table: table)
            return box[keyPath: values].indices.map { place in
                let value = box[keyPath: values][place]
                func at(_ moved: Double) -> Double {
                    box[keyPath: values][place] = moved
                    (score, table) = (box.score, box.table)
                    return loss()
                }
                let slope = (at(value + width) - at(value - width)) / (2 * width)
                _ = at(value)
                return slope
            }
        }
        #expect(deviation(scores, slopes(\.score), absolute: 1e-8, relative: 1e-7) <= 1)
        #expect(deviation(gradients.table, slopes(\.table), absolute: 1e-8, relative: 1e-7) <= 1)
    }

    private struct Box {
        var score: [Double]
        var table: [Double]
    }
}
