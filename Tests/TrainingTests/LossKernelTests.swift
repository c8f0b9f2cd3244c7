import CKernels
import Testing

@testable import Training

@Suite struct LossKernelTests {
    @Test("squared error, nearest target and largest row agree", arguments: KernelCase.sets)
    func squaredError(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for columns in KernelCase.lengths {
            let (outputs, classes) = (5, 19)
            let graded = (columns + 1) / 2
            let y = KernelCase.numbers(outputs * columns, state: 10)
            let t = KernelCase.numbers(outputs * columns, state: 11)
            let targets = KernelCase.numbers(classes * outputs, state: 12)
            var loss = [Double](repeating: 0, count: columns)
            var gradient = [Float](repeating: 0, count: outputs * graded)
            set.squared_error(
                outputs, columns, y, columns, t, columns, &loss, graded, 0.25, &gradient, graded)
            let wanted = Reference.squaredError(
                outputs: outputs, columns: columns, y: y, t: t, graded: graded, scale: 0.25)
            // Five squares in double precision, fused or not.
            #expect(deviation(loss, wanted.loss, absolute: 1e-14, relative: 1e-14) <= 1)
            #expect(gradient == wanted.gradient)
            var nearest = [Int32](repeating: 0, count: columns)
            set.nearest_target(outputs, columns, y, columns, classes, targets, &nearest)
            #expect(
                nearest
                    == Reference.nearestTarget(
                        outputs: outputs, columns: columns, y: y, classes: classes,
                        targets: targets))
            set.largest_row(outputs, columns, y, columns, &nearest)
            #expect(nearest == Reference.largestRow(rows: outputs, columns: columns, y: y))
        }
    }

    @Test("the first of equals wins, and a NaN is never right", arguments: KernelCase.sets)
    func ties(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        let targets: [Float] = [1, -1, 1, -1]
        var nearest: [Int32] = [7, 7, 7]
        set.nearest_target(1, 3, [0, .nan, -0.5], 3, 4, targets, &nearest)
        #expect(nearest == [0, -1, 1])
        set.largest_row(2, 3, [1, .nan, 0, 1, 0, .nan], 3, &nearest)
        #expect(nearest == [0, -1, -1])
    }

    @Test("cross-entropy agrees, also where a class is certain", arguments: KernelCase.sets)
    func crossEntropy(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for columns in KernelCase.lengths {
            let classes = 19
            let graded = columns / 2 + 1
            var y = KernelCase.numbers(classes * columns, state: 13).map { 3 * $0 }
            y[0] = 200
            let labels = (0..<columns).map { Int32($0 * 7 % classes) }
            var loss = [Double](repeating: 0, count: columns)
            var largest = [Int32](repeating: 0, count: columns)
            var gradient = [Float](repeating: 0, count: classes * graded)
            set.cross_entropy(
                classes, columns, y, columns, labels, &loss, &largest, graded, 0.5, &gradient,
                graded)
            let wanted = Reference.crossEntropy(
                classes: classes, columns: columns, y: y, labels: labels, graded: graded,
                scale: 0.5)
            // Single-precision exponentials, two units in the last place each.
            #expect(deviation(loss, wanted.loss, absolute: 5e-7, relative: 3e-7) <= 1)
            expectClose(gradient, wanted.gradient, 1.5e-7, "\(columns)", relative: 1e-6)
            #expect(largest == Reference.largestRow(rows: classes, columns: columns, y: y))
        }
    }

    @Test(
        "cross-entropy in single precision and StableMax agree over odd shapes",
        arguments: KernelCase.sets)
    func otherEntropies(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for (classes, columns) in KernelCase.shapes {
            let graded = columns / 2 + 1
            let values = KernelCase.numbers(classes * columns, state: 14).map { 9 * $0 }
            let y = PaddedMatrix(columns: columns, values)
            let labels = (0..<columns).map { Int32($0 * 7 % classes) }
            let comment: Comment = "\(classes) × \(columns)"
            var loss = [Double](repeating: 0, count: columns)
            var largest = [Int32](repeating: 0, count: columns)
            var gradient = PaddedMatrix(rows: classes, columns: graded)
            set.cross_entropy_single(
                classes, columns, y.storage, y.stride, labels, &loss, &largest, graded, 0.5,
                &gradient.storage, gradient.stride)
            let single = Reference.crossEntropySingle(
                classes: classes, columns: columns, y: values, labels: labels, graded: graded,
                scale: 0.5)
            // Differences of numbers below 18: 1e-6 each, two of them in a share's exponent.
            #expect(deviation(loss, single.loss, absolute: 2e-6, relative: 0) <= 1, comment)
            expectClose(gradient.values(), single.gradient, 5e-7, comment)
            let top = Reference.largestRow(rows: classes, columns: columns, y: values)
            #expect(largest == top, comment)
            set.stable_max(
                classes, columns, y.storage, y.stride, labels, &loss, &largest, graded, 0.5,
                &gradient.storage, gradient.stride)
            let stable = Reference.stableMax(
                classes: classes, columns: columns, y: values, labels: labels, graded: graded,
                scale: 0.5)
            // Weights and slopes in single precision, everything else in double.
            #expect(deviation(loss, stable.loss, absolute: 3e-7, relative: 0) <= 1, comment)
            expectClose(gradient.values(), stable.gradient, 1e-12, comment, relative: 5e-7)
            #expect(largest == top, comment)
        }
    }

    @Test("only cross-entropy in single precision collapses", arguments: KernelCase.sets)
    func collapse(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        // e^-20 = 2e-9 is lost beside 1 in single precision (softmax collapse, Prieto et al. 2025).
        let y: [Float] = [0, 20, 0]
        var (loss, largest) = ([0.0], [Int32(0)])
        var gradient: [Float] = [0, 0, 0]
        set.cross_entropy_single(3, 1, y, 1, [1], &loss, &largest, 1, 1, &gradient, 1)
        #expect(loss == [0] && largest == [1] && gradient[1] == 0 && gradient[0] > 0)
        set.cross_entropy(3, 1, y, 1, [1], &loss, &largest, 1, 1, &gradient, 1)
        #expect(abs(loss[0] / 4.122307244877116e-9 - 1) < 1e-6)
        // StableMax: 21 of 23.
        set.stable_max(3, 1, y, 1, [1], &loss, &largest, 1, 1, &gradient, 1)
        #expect(abs(loss[0] - 0.0909717782) < 1e-9)
        expectClose(gradient, [1 / 23, -2 / 483, 1 / 23], 1e-9, "slopes")
        let broken: [Float] = [.nan, 1, 0]
        set.stable_max(3, 1, broken, 1, [1], &loss, &largest, 0, 1, &gradient, 1)
        #expect(loss[0].isNaN && largest == [-1])
        set.cross_entropy_single(3, 1, broken, 1, [1], &loss, &largest, 0, 1, &gradient, 1)
        #expect(loss[0].isNaN && largest == [-1])
    }

    @Test(
        "the squared difference of two outputs agrees over odd shapes", arguments: KernelCase.sets)
    func squaredDifference(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for (outputs, columns) in KernelCase.shapes {
            let values = (15..<19).map { KernelCase.numbers(outputs * columns, state: $0) }
            let blocks = values.map { PaddedMatrix(columns: columns, $0) }
            var (first, second) = (blocks[2], blocks[3])
            var loss = [Double](repeating: 0, count: columns)
            set.squared_difference(
                outputs, columns, blocks[0].storage, blocks[0].stride, blocks[1].storage,
                blocks[1].stride, &loss, 0.25, &first.storage, first.stride, &second.storage,
                second.stride)
            let wanted = Reference.squaredDifference(
                outputs: outputs, columns: columns, first: values[0], second: values[1],
                scale: 0.25, firstGradient: values[2], secondGradient: values[3])
            #expect(deviation(loss, wanted.loss, absolute: 1e-14, relative: 1e-14) <= 1)
            // A quarter of a number is exact, so that fused or not is the same.
            #expect(first.values() == wanted.first && second.values() == wanted.second)
        }
    }

    @Test("the plain gradients are the slopes of the plain losses")
    func centralDifferences() {
        let (classes, columns) = (5, 4)
        let y = KernelCase.numbers(classes * columns, state: 19).map { 3 * Double($0) }
        let t = KernelCase.numbers(classes * columns, state: 20).map(Double.init)
        let labels: [Int32] = [3, 0, 2, 2]
        typealias Entropy = ([Double]) -> (loss: [Double], gradient: [Double])
        let entropies: [(Comment, Entropy)] = [
            (
                "cross-entropy",
                {
                    Reference.crossEntropy(
                        classes: classes, columns: columns, y: $0, labels: labels,
                        graded: columns, scale: 1)
                }
            ),
            (
                "in one precision",
                {
                    Reference.crossEntropySingle(
                        classes: classes, columns: columns, y: $0, labels: labels,
                        graded: columns, scale: 1)
                }
            ),
            (
                "StableMax",
                {
                    Reference.stableMax(
                        classes: classes, columns: columns, y: $0, labels: labels,
                        graded: columns, scale: 1)
                }
            ),
            (
                "squared error",
                {
                    Reference.squaredError(
                        outputs: classes, columns: columns, y: $0, t: t, graded: columns, scale: 2)
                }
            ),
        ]
        for (comment, entropy) in entropies {
            expectSlope(entropy(y).gradient, at: y, comment) { entropy($0).loss.reduce(0, +) }
        }
        let zeros = [Double](repeating: 0, count: y.count)
        func difference(_ first: [Double], _ second: [Double]) -> (
            loss: [Double], first: [Double], second: [Double]
        ) {
            Reference.squaredDifference(
                outputs: classes, columns: columns, first: first, second: second, scale: 2,
                firstGradient: zeros, secondGradient: zeros)
        }
        let slopes = difference(y, t)
        expectSlope(slopes.first, at: y, "first") { difference($0, t).loss.reduce(0, +) }
        expectSlope(slopes.second, at: t, "second") { difference(y, $0).loss.reduce(0, +) }
    }
}
