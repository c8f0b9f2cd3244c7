import CKernels
import Testing

@testable import Training

/// One matrix against several ones: what a head of attention does at a query position.
@Suite struct SourceKernelTests {
    /// Sources around the four that a kernel takes at once.
    private static let counts = [1, 3, 4, 5, 9]

    private struct Case {
        let (rows, columns, count): (Int, Int, Int)
        /// Elements between two sources.
        let gap = 3
        /// Matrices one behind the other, and a matrix.
        let sources, one: [Float]
        /// A weight per source and column.
        let weights: [Float]

        init(_ rows: Int, _ columns: Int, _ count: Int) {
            (self.rows, self.columns, self.count) = (rows, columns, count)
            sources = KernelCase.numbers(count * rows * columns, state: 6)
            one = KernelCase.numbers(rows * columns, state: 7)
            weights = KernelCase.numbers(count * columns, state: 8)
        }

        /// Elements of a source, and from one source to the next.
        var size: Int { rows * columns }
        var step: Int { size + gap }

        /// One of the sources.
        func source(_ k: Int) -> [Float] { Array(sources[(k * size)..<((k + 1) * size)]) }

        /// The sources with something between them that no kernel may touch.
        var spaced: [Float] {
            var spaced: [Float] = []
            for k in 0..<count {
                spaced += source(k)
                spaced += [Float](repeating: .nan, count: gap)
            }
            return spaced
        }

        /// What lies in the sources' places, with nothing written between them.
        func gathered(_ spaced: [Float]) -> [Float] {
            var gathered: [Float] = []
            for k in 0..<count {
                let (start, end) = (k * step, (k + 1) * step)
                gathered += spaced[start..<(start + size)]
                let isUntouched = spaced[(start + size)..<end].allSatisfy { $0.isNaN }
                #expect(isUntouched)
            }
            return gathered
        }
    }

    private static func cases() -> [Case] {
        KernelCase.shapes.flatMap { rows, columns in
            counts.map { Case(rows, columns, $0) }
        }
    }

    @Test("products with several sources agree over odd shapes", arguments: KernelCase.sets)
    func dots(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for test in Self.cases() {
            let (rows, columns) = (test.rows, test.columns)
            var out = [Float](repeating: .nan, count: test.count * (columns + 1))
            set.columns_dots(
                rows, columns, test.count, test.one, columns, test.spaced, columns, test.step, 0.5,
                &out, columns + 1)
            for k in 0..<test.count {
                let wanted = Reference.columnsDot(
                    rows: rows, columns: columns, test.one, test.source(k), scale: 0.5)
                // Up to 13 roundings of sums below 8.
                let row = k * (columns + 1)
                expectClose(
                    Array(out[row..<(row + columns)]), wanted, 2e-6, "\(rows) × \(columns), \(k)")
                #expect(out[row + columns].isNaN)
            }
        }
    }

    @Test("weighted sums of several sources agree over odd shapes", arguments: KernelCase.sets)
    func mix(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for test in Self.cases() {
            let (rows, columns) = (test.rows, test.columns)
            var sum = PaddedMatrix(columns: columns, test.one)
            set.columns_mix(
                rows, columns, test.count, test.weights, columns, test.spaced, columns, test.step,
                &sum.storage, sum.stride)
            // Nine roundings of sums below 9.
            expectClose(
                sum.values(),
                Reference.columnsMix(
                    rows: rows, columns: columns, weights: test.weights, test.sources), 2e-6,
                "\(rows) × \(columns), \(test.count)")
        }
    }

    @Test("a matrix spread over several sources agrees over odd shapes", arguments: KernelCase.sets)
    func spread(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for test in Self.cases() {
            let (rows, columns) = (test.rows, test.columns)
            for accumulate in [false, true] {
                var spaced = test.spaced
                set.columns_spread(
                    rows, columns, test.count, test.weights, columns, test.one, columns, &spaced,
                    columns, test.step, accumulate ? 1 : 0)
                let old = accumulate ? test.sources : test.sources.map { _ in 0 }
                // One rounding of the product, or none where it is fused, and one of the sum.
                expectClose(
                    test.gathered(spaced),
                    Reference.columnsSpread(
                        columns: columns, weights: test.weights, test.one, old), 1.2e-7,
                    "\(rows) × \(columns), \(test.count), \(accumulate)")
            }
        }
    }

    @Test("a column's product does not depend on the columns beside it", arguments: KernelCase.sets)
    func lanePosition(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        let (rows, columns) = (7, 100)
        let a = KernelCase.numbers(rows * columns, state: 9)
        let b = KernelCase.numbers(rows * columns, state: 10)
        func products(_ range: Range<Int>) -> [Float] {
            var out = [Float](repeating: .nan, count: range.count)
            a.withUnsafeBufferPointer { a in
                b.withUnsafeBufferPointer { b in
                    set.columns_dots(
                        rows, range.count, 1, a.baseAddress.map { $0 + range.lowerBound }, columns,
                        b.baseAddress.map { $0 + range.lowerBound }, columns, 0, 1, &out,
                        range.count)
                }
            }
            return out
        }
        let whole = products(0..<columns)
        for start in 0..<17 {
            #expect(products(start..<start + 71) == Array(whole[start..<start + 71]))
        }
    }

    @Test("what is spread and what is mixed are the gradients of the products")
    func centralDifferences() {
        let (rows, columns, count) = (3, 5, 2)
        let a = KernelCase.numbers(rows * columns, state: 11).map(Double.init)
        let b = KernelCase.numbers(count * rows * columns, state: 12).map(Double.init)
        let d = KernelCase.numbers(count * columns, state: 13).map(Double.init)
        func value(_ a: [Double], _ b: [Double]) -> Double {
            var sum = 0.0
            for k in 0..<count {
                let source = Array(b[(k * rows * columns)..<((k + 1) * rows * columns)])
                let products: [Double] = Reference.columnsDot(
                    rows: rows, columns: columns, a, source, scale: 0.5)
                for c in 0..<columns { sum += products[c] * d[k * columns + c] }
            }
            return sum
        }
        let half = d.map { 0.5 * $0 }
        expectSlope(
            Reference.columnsMix(rows: rows, columns: columns, weights: half, b), at: a, "one"
        ) { value($0, b) }
        expectSlope(
            Reference.columnsSpread(columns: columns, weights: half, a, b.map { _ in 0 }), at: b,
            "sources"
        ) { value(a, $0) }
    }
}
