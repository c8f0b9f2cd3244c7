import CKernels
import Testing

@testable import Training

@Suite struct NormalizationKernelTests {
    @Test("layer normalisation agrees over odd shapes", arguments: KernelCase.sets)
    func layerNorm(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        // One row has no variance: all of it is epsilon's.
        for (rows, columns) in KernelCase.shapes.dropFirst() {
            let x = KernelCase.numbers(rows * columns, state: 1)
            let (gain, bias) = (
                KernelCase.numbers(rows, state: 2), KernelCase.numbers(rows, state: 3)
            )
            let input = PaddedMatrix(columns: columns, x)
            var y = PaddedMatrix(rows: rows, columns: columns)
            var mean = [Float](repeating: .nan, count: columns + 1)
            var inverse = mean
            set.layer_norm_forward(
                rows, columns, input.storage, input.stride, gain, bias, 1e-5, &y.storage, y.stride,
                &mean, &inverse)
            #expect(mean.removeLast().isNaN && inverse.removeLast().isNaN)
            let comment: Comment = "\(rows) × \(columns)"
            let exact = Reference.layerNormForward(
                rows: rows, columns: columns, x: x.map(Double.init), gain: gain.map(Double.init),
                bias: bias.map(Double.init), epsilon: 1e-5)
            // Differences of numbers below 1 are off by 1e-7, and then divided by the deviation.
            let most = Double(inverse.max() ?? 0)
            expectClose(mean, exact.mean.map { Float($0) }, 2e-7, comment)
            expectClose(inverse, exact.inverse.map { Float($0) }, 0, comment, relative: 2e-7 * most)
            expectClose(y.values(), exact.y.map { Float($0) }, 3e-7 * most, comment)
        }
    }

    @Test("gradients of layer normalisation agree over odd shapes", arguments: KernelCase.sets)
    func layerNormBackward(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for (rows, columns) in KernelCase.shapes.dropFirst() {
            let x = KernelCase.numbers(rows * columns, state: 4)
            let d = KernelCase.numbers(rows * columns, state: 5)
            let gain = KernelCase.numbers(rows, state: 6)
            let mean = KernelCase.numbers(columns, state: 7)
            let inverse = KernelCase.numbers(columns, state: 8).map { 1.5 + $0 }
            let input = PaddedMatrix(columns: columns, x)
            let wanted = Reference.layerNormBackward(
                rows: rows, columns: columns, x: x, mean: mean, inverse: inverse, gain: gain, d: d)
            let comment: Comment = "\(rows) × \(columns)"
            for accumulate in [0, 1] as [Int32] {
                var slope = PaddedMatrix(columns: columns, d)
                var gainSlope = [Float](repeating: 2, count: rows)
                var biasSlope = [Float](repeating: 3, count: rows)
                set.layer_norm_backward(
                    rows, columns, input.storage, input.stride, mean, inverse, gain,
                    &slope.storage, slope.stride, &gainSlope, &biasSlope, accumulate)
                expectClose(slope.values(), wanted.x, 4e-6, comment)
                // Sums of up to 131 numbers below 5 in another order.
                let before: (gain: Float, bias: Float) = accumulate == 1 ? (2, 3) : (0, 0)
                expectClose(gainSlope, wanted.gain.map { $0 + before.gain }, 3e-5, comment)
                expectClose(biasSlope, wanted.bias.map { $0 + before.bias }, 1e-5, comment)
            }
        }
    }

    @Test("softmax over rows and its gradient agree", arguments: KernelCase.sets)
    func softmax(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for (rows, columns) in KernelCase.shapes {
            let s = KernelCase.numbers(rows * columns, state: 9).map { 20 * $0 }
            let d = KernelCase.numbers(rows * columns, state: 10)
            var weights = PaddedMatrix(columns: columns, s)
            set.softmax_rows_forward(rows, columns, &weights.storage, weights.stride)
            let comment: Comment = "\(rows) × \(columns)"
            let wanted = Reference.softmaxRowsForward(rows: rows, columns: columns, s)
            // A difference of scores, below 40, is off by 2e-6, and so is its exponential in relation.
            expectClose(weights.values(), wanted, 1e-30, comment, relative: 2.5e-6)
            var slope = PaddedMatrix(columns: columns, d)
            set.softmax_rows_backward(
                rows, columns, weights.storage, weights.stride, &slope.storage, slope.stride)
            let wantedSlope = Reference.softmaxRowsBackward(
                rows: rows, columns: columns, weights: weights.values(), d)
            expectClose(slope.values(), wantedSlope, 5e-7, comment)
        }
    }

    @Test(
        "one visible position takes all the weight, and a NaN spreads over its column alone",
        arguments: KernelCase.sets)
    func softmaxEdges(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        var single: [Float] = [-300, 0, 300]
        set.softmax_rows_forward(1, 3, &single, 3)
        #expect(single == [1, 1, 1])
        var broken: [Float] = [.nan, 0, 1, 0]
        set.softmax_rows_forward(2, 2, &broken, 2)
        #expect(broken[0].isNaN && broken[2].isNaN && broken[1] == 0.5 && broken[3] == 0.5)
    }

    @Test("a column's value does not depend on the columns beside it", arguments: KernelCase.sets)
    func lanePosition(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        let (rows, columns) = (5, 100)
        let x = KernelCase.numbers(rows * columns, state: 11)
        let gain = KernelCase.numbers(rows, state: 12)
        func all(_ range: Range<Int>) -> [[Float]] {
            let part = (0..<rows).flatMap {
                x[$0 * columns + range.lowerBound..<$0 * columns + range.upperBound]
            }
            let count = range.count
            var y = part
            var mean = [Float](repeating: 0, count: count)
            var inverse = mean
            set.layer_norm_forward(
                rows, count, part, count, gain, gain, 1e-5, &y, count, &mean, &inverse)
            var slope = part.map { 1 - $0 }
            var (gainSlope, biasSlope) = (gain, gain)
            set.layer_norm_backward(
                rows, count, part, count, mean, inverse, gain, &slope, count, &gainSlope,
                &biasSlope, 0)
            var weights = part
            set.softmax_rows_forward(rows, count, &weights, count)
            return [y, slope, weights].flatMap { values in
                (0..<rows).map { Array(values[$0 * count..<($0 + 1) * count]) }
            }
        }
        let whole = all(0..<columns)
        for start in 0..<17 {
            #expect(all(start..<start + 71) == whole.map { Array($0[start..<start + 71]) })
        }
    }

    @Test("the plain gradients are the slopes of layer normalisation and softmax")
    func centralDifferences() {
        let (rows, columns) = (5, 3)
        func numbers(_ count: Int, _ state: UInt64) -> [Double] {
            KernelCase.numbers(count, state: state).map(Double.init)
        }
        let (x, d) = (numbers(rows * columns, 13), numbers(rows * columns, 14))
        let (gain, bias) = (numbers(rows, 15), numbers(rows, 16))
        func weighted(_ y: [Double]) -> Double { zip(y, d).reduce(0) { $0 + $1.0 * $1.1 } }
        func normalized(_ x: [Double], _ gain: [Double], _ bias: [Double]) -> Double {
            weighted(
                Reference.layerNormForward(
                    rows: rows, columns: columns, x: x, gain: gain, bias: bias, epsilon: 1e-5
                ).y)
        }
        let forward = Reference.layerNormForward(
            rows: rows, columns: columns, x: x, gain: gain, bias: bias, epsilon: 1e-5)
        let slope = Reference.layerNormBackward(
            rows: rows, columns: columns, x: x, mean: forward.mean, inverse: forward.inverse,
            gain: gain, d: d)
        expectSlope(slope.x, at: x, "x") { normalized($0, gain, bias) }
        expectSlope(slope.gain, at: gain, "gain") { normalized(x, $0, bias) }
        expectSlope(slope.bias, at: bias, "bias") { normalized(x, gain, $0) }
        let weights = Reference.softmaxRowsForward(rows: rows, columns: columns, x)
        expectSlope(
            Reference.softmaxRowsBackward(rows: rows, columns: columns, weights: weights, d), at: x,
            "softmax"
        ) { weighted(Reference.softmaxRowsForward(rows: rows, columns: columns, $0)) }
    }
}
