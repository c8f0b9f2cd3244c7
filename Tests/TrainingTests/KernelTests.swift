import CKernels
import Core
import Testing

@testable import Training

@Suite struct KernelTests {
    static let sets: [String] = KernelSet.available.map(\.name)
    static let lengths = [1, 2, 3, 7, 15, 16, 17, 31, 45, 55, 64, 101]

    /// Uniform numbers in ±1 from a fixed state.
    static func numbers(_ count: Int, state: UInt64) -> [Float] {
        var stream = RandomStream(state: state)
        return (0..<count).map { _ in Float(stream.uniform(-1, 1)) }
    }

    private func kernels(_ name: String) throws -> KernelSet {
        try #require(KernelSet(named: name))
    }

    private func expectClose(
        _ found: [Float], _ wanted: [Float], _ absolute: Double, _ comment: Comment,
        relative: Double = 0
    ) {
        let off = deviation(
            found.map(Double.init), wanted.map(Double.init), absolute: absolute, relative: relative)
        #expect(off <= 1, comment)
    }

    @Test("the widest set comes first and every set is found by its name")
    func order() {
        #expect(KernelSet.best.name == KernelSet.available[0].name)
        #expect(KernelSet.available.contains { $0.name == "baseline" })
        #expect(KernelSet(named: "mmx") == nil)
    }

    @Test("products agree over odd shapes, strides and tails", arguments: sets)
    func product(_ name: String) throws {
        let set = try kernels(name).table
        for m in [1, 2, 5, 6, 7, 13, 30] {
            for n in [1, 7, 16, 19, 33, 48, 65, 81] {
                for k in [1, 2, 45] {
                    let a = Self.numbers(m * k, state: 1)
                    let b = Self.numbers(k * n, state: 2)
                    let bias = Self.numbers(m, state: 3)
                    let wanted = Reference.product(
                        m: m, n: n, k: k, a: a, aRow: k, aStep: 1, b: b, bias: bias)
                    let transposed = Reference.transpose(rows: m, columns: k, a)
                    for (values, row, step) in [(a, k, 1), (transposed, 1, m)] {
                        var c = [Float](repeating: .nan, count: m * n + 1)
                        set.product(m, n, k, values, row, step, b, n, &c, n, bias, 0)
                        #expect(c[m * n].isNaN, "wrote past the end: \(m) × \(n) × \(k)")
                        // 45 roundings of partial sums below 8, 2⁻²² each at most, on either side.
                        expectClose(Array(c.dropLast()), wanted, 1.1e-5, "\(m) × \(n) × \(k)")
                        set.product(m, n, k, values, row, step, b, n, &c, n, nil, 1)
                        let twice = zip(0..., wanted).map { 2 * $1 - bias[$0 / n] }
                        expectClose(Array(c.dropLast()), twice, 2.2e-5, "\(m) × \(n) × \(k)")
                    }
                }
            }
        }
    }

    @Test("a product beyond the caches goes through BLAS and agrees")
    func largeProduct() {
        let (m, n, k) = (3, 401, 331)
        #expect(k * n > KernelSet.largestUnpacked)
        let a = Self.numbers(m * k, state: 1)
        let b = Self.numbers(k * n, state: 2)
        let wanted = Reference.product(m: m, n: n, k: k, a: a, aRow: k, aStep: 1, b: b)
        let transposed = Reference.transpose(rows: m, columns: k, a)
        for (values, row, step) in [(a, k, 1), (transposed, 1, m)] {
            var c = [Float](repeating: 0, count: m * n)
            KernelSet.best.multiply(
                m: m, n: n, k: k, a: values, aRow: row, aStep: step, b: b, ldb: n, c: &c, ldc: n)
            // 331 terms of size 1 in another order.
            expectClose(c, wanted, 2e-5, "stride \(row)")
        }
    }

    @Test("row products, row sums and transposes agree", arguments: sets)
    func rows(_ name: String) throws {
        let set = try kernels(name).table
        for rows in Self.lengths {
            for columns in Self.lengths {
                let a = Self.numbers(rows * columns, state: 4)
                let b = Self.numbers(columns, state: 5)
                var out = [Float](repeating: 0, count: rows)
                set.row_products(rows, columns, a, columns, b, &out, 1, 0)
                let wanted = Reference.rowProducts(rows: rows, columns: columns, a: a, b: b)
                expectClose(out, wanted, 6e-6, "\(rows) × \(columns)")
                var spread = [Float](repeating: 0, count: 2 * rows)
                set.row_products(rows, columns, a, columns, nil, &spread, 2, 0)
                let sums = Reference.rowProducts(
                    rows: rows, columns: columns, a: a,
                    b: [Float](repeating: 1, count: columns))
                expectClose((0..<rows).map { spread[2 * $0] }, sums, 6e-6, "\(rows) × \(columns)")
                set.row_products(rows, columns, a, columns, nil, &spread, 2, 1)
                expectClose(
                    (0..<rows).map { spread[2 * $0] / 2 }, sums, 6e-6, "\(rows) × \(columns)")
                var turned = [Float](repeating: 0, count: rows * columns)
                set.transpose(rows, columns, a, columns, &turned, rows)
                #expect(turned == Reference.transpose(rows: rows, columns: columns, a))
            }
        }
    }

    @Test("tanh is within 2.5 units in the last place and odd", arguments: sets)
    func tanhAccuracy(_ name: String) throws {
        let set = try kernels(name).table
        var stream = RandomStream(state: 6)
        // Exponents from 2⁻⁴⁰ to 2⁴, where float tanh saturates.
        let x = (0..<100_003).map { _ in
            Float(stream.uniform(1, 2))
                * Float(sign: .plus, exponent: stream.index(below: 45) - 40, significand: 1)
        }
        var y = x
        set.tanh_forward(y.count, &y)
        var negative = x.map { -$0 }
        set.tanh_forward(negative.count, &negative)
        #expect(negative == y.map { -$0 })
        let worst = zip(x, y).map { x, y in
            let wanted = hyperbolicTangent(Double(x))
            return abs(Double(y) - wanted) / Double(Float(wanted).ulp)
        }.max()
        #expect(try #require(worst) <= 2.5)
        var special: [Float] = [.infinity, -.infinity, 0, .nan, 1e30]
        set.tanh_forward(5, &special)
        #expect(special[0] == 1 && special[1] == -1 && special[2] == 0 && special[4] == 1)
        #expect(special[3].isNaN)
    }

    @Test("an element's value does not depend on its place in a vector", arguments: sets)
    func lanePosition(_ name: String) throws {
        let set = try kernels(name).table
        let x = Self.numbers(40, state: 7)
        var whole = x
        set.tanh_forward(40, &whole)
        for start in 0..<17 {
            var part = Array(x[start..<(start + 20)])
            set.tanh_forward(20, &part)
            #expect(part == Array(whole[start..<(start + 20)]))
        }
    }

    @Test("activation backward passes agree", arguments: sets)
    func activations(_ name: String) throws {
        let set = try kernels(name).table
        for columns in Self.lengths {
            let h = Self.numbers(3 * columns, state: 8)
            let d = Self.numbers(3 * columns, state: 9)
            var slope = d
            set.tanh_backward(3, columns, h, columns, &slope, columns)
            expectClose(slope, Reference.tanhBackward(h, d), 2e-7, "\(columns)")
            slope = d
            set.relu_backward(3, columns, h, columns, &slope, columns)
            #expect(slope == Reference.reluBackward(h, d))
            var value = h
            set.relu_forward(value.count, &value)
            #expect(value == Reference.reluForward(h))
        }
    }

    @Test("squared error, nearest target and largest row agree", arguments: sets)
    func squaredError(_ name: String) throws {
        let set = try kernels(name).table
        for columns in Self.lengths {
            let (outputs, classes) = (5, 19)
            let graded = (columns + 1) / 2
            let y = Self.numbers(outputs * columns, state: 10)
            let t = Self.numbers(outputs * columns, state: 11)
            let targets = Self.numbers(classes * outputs, state: 12)
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

    @Test("the first of equals wins, and a NaN is never right", arguments: sets)
    func ties(_ name: String) throws {
        let set = try kernels(name).table
        let targets: [Float] = [1, -1, 1, -1]
        var nearest: [Int32] = [7, 7, 7]
        set.nearest_target(1, 3, [0, .nan, -0.5], 3, 4, targets, &nearest)
        #expect(nearest == [0, -1, 1])
        set.largest_row(2, 3, [1, .nan, 0, 1, 0, .nan], 3, &nearest)
        #expect(nearest == [0, -1, -1])
    }

    @Test("cross-entropy agrees, also where a class is certain", arguments: sets)
    func crossEntropy(_ name: String) throws {
        let set = try kernels(name).table
        for columns in Self.lengths {
            let classes = 19
            let graded = columns / 2 + 1
            var y = Self.numbers(classes * columns, state: 13).map { 3 * $0 }
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

    @Test("AdamW and the sum of squares agree", arguments: sets)
    func adamW(_ name: String) throws {
        let set = try kernels(name).table
        let golden = try GoldenFile("regression-2-float32")
        let settings = golden.configuration.optimizer.decoder
        for count in Self.lengths {
            var (p, m, v) = (
                Self.numbers(count, state: 14), [Float](repeating: 0, count: count),
                [Float](repeating: 0, count: count)
            )
            var (p2, m2, v2) = (p, m, v)
            for step in 1...5 {
                let g = Self.numbers(count, state: UInt64(20 + step))
                let constants = AdamWConstants(settings, step: step)
                set.adamw(count, &p, g, &m, &v, constants.forKernel(settings))
                Reference.adamW(
                    settings, step: step, parameters: &p2, gradients: g, first: &m2, second: &v2)
            }
            // Fused against separate roundings, five steps: a few units in the last place.
            expectClose(p, p2, 3e-7, "\(count)", relative: 1e-6)
            expectClose(m, m2, 1e-7, "\(count)", relative: 1e-6)
            expectClose(v, v2, 1e-9, "\(count)", relative: 1e-6)
            let sum = set.sum_of_squares(count, p)
            #expect(abs(sum - Reference.sumOfSquares(p)) <= 1e-13 * sum)
        }
    }
}
