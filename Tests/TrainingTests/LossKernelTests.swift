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
}
