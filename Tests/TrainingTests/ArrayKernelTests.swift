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
}
