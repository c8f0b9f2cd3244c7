import CKernels
import Testing

@testable import Training

@Suite struct ArrayKernelTests {
    @Test("arrays scaled, added, multiplied and summed agree", arguments: KernelCase.sets)
    func arrays(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for count in KernelCase.lengths {
            let x = KernelCase.numbers(count, state: 1)
            let y = KernelCase.numbers(count, state: 2)
            var scaled = x
            set.scale(count, 0.3, &scaled)
            #expect(scaled == Reference.scale(0.3, x))
            var sum = y
            set.axpy(count, 0.3, x, &sum)
            // One rounding of the product, or none where it is fused.
            expectClose(sum, Reference.axpy(0.3, x, y), 6e-8, "\(count)")
            var mixed = y
            set.axpby(count, 0.3, x, 0.7, &mixed)
            expectClose(mixed, Reference.axpby(0.3, x, 0.7, y), 1.2e-7, "\(count)")
            var product = y
            set.multiply(count, x, &product)
            #expect(product == Reference.multiply(x, y))
            // Sums of at most 101 products below 1 in double precision.
            #expect(abs(set.dot(count, x, y) - Reference.dot(x, y)) <= 1e-13)
            let squares = set.sum_of_squares(count, x)
            #expect(abs(squares - Reference.sumOfSquares(x)) <= 1e-13 * squares)
        }
    }

    @Test("sums of rows and per-row constants agree over odd shapes", arguments: KernelCase.sets)
    func rows(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for (rows, columns) in KernelCase.shapes {
            let x = KernelCase.numbers(rows * columns, state: 3)
            let y = KernelCase.numbers(rows * columns, state: 4)
            let v = KernelCase.numbers(rows, state: 5)
            let other = PaddedMatrix(columns: columns, x)
            var sum = PaddedMatrix(columns: columns, y)
            set.add_rows(
                rows, columns, other.storage, other.stride, &sum.storage, sum.stride)
            #expect(sum.values() == Reference.axpy(1, x, y))
            sum = PaddedMatrix(columns: columns, y)
            set.add_column_vector(rows, columns, v, &sum.storage, sum.stride)
            #expect(sum.values() == Reference.addColumnVector(v, y))
        }
    }

    @Test(
        "products of columns and columns times weights agree over odd shapes",
        arguments: KernelCase.sets)
    func columns(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for (rows, columns) in KernelCase.shapes {
            let a = KernelCase.numbers(rows * columns, state: 6)
            let b = KernelCase.numbers(rows * columns, state: 7)
            let weight = KernelCase.numbers(columns, state: 8)
            let (left, right) = (
                PaddedMatrix(columns: columns, a), PaddedMatrix(columns: columns, b)
            )
            var out = [Float](repeating: .nan, count: columns + 1)
            set.columns_dot(
                rows, columns, left.storage, left.stride, right.storage, right.stride, 0.5, &out)
            #expect(out[columns].isNaN)
            let wanted = Reference.columnsDot(rows: rows, columns: columns, a, b, scale: 0.5)
            // Up to 13 roundings of sums below 8.
            expectClose(Array(out.dropLast()), wanted, 2e-6, "\(rows) × \(columns)")
            var sum = right
            set.columns_scale_add(
                rows, columns, weight, left.storage, left.stride, &sum.storage, sum.stride)
            expectClose(
                sum.values(), Reference.columnsScaleAdd(weight: weight, a, b), 1.2e-7,
                "\(rows) × \(columns)")
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
                    set.columns_dot(
                        rows, range.count, a.baseAddress.map { $0 + range.lowerBound }, columns,
                        b.baseAddress.map { $0 + range.lowerBound }, columns, 1, &out)
                }
            }
            return out
        }
        let whole = products(0..<columns)
        for start in 0..<17 {
            #expect(products(start..<start + 71) == Array(whole[start..<start + 71]))
        }
    }

    @Test("columns times weights are the gradient of the products of columns")
    func centralDifferences() {
        let (rows, columns) = (3, 5)
        let a = KernelCase.numbers(rows * columns, state: 11).map(Double.init)
        let b = KernelCase.numbers(rows * columns, state: 12).map(Double.init)
        let d = KernelCase.numbers(columns, state: 13).map(Double.init)
        let zeros = [Double](repeating: 0, count: a.count)
        let slope = Reference.columnsScaleAdd(weight: d.map { 0.5 * $0 }, b, zeros)
        expectSlope(slope, at: a, "left factor") { a in
            let products = Reference.columnsDot(rows: rows, columns: columns, a, b, scale: 0.5)
            return zip(products, d).reduce(0) { $0 + $1.0 * $1.1 }
        }
    }
}
