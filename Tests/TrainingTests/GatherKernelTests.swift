import CKernels
import Testing

@testable import Training

@Suite struct GatherKernelTests {
    /// As many symbols as columns or fewer, with repetitions and in no order.
    private func index(_ columns: Int, symbols: Int) -> [Int32] {
        (0..<columns).map { Int32($0 * $0 * 5 % symbols) }
    }

    @Test("columns are picked and added back in order over odd shapes", arguments: KernelCase.sets)
    func columns(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for (rows, columns) in KernelCase.shapes {
            let symbols = columns / 3 + 1
            let index = index(columns, symbols: symbols)
            let table = KernelCase.numbers(rows * symbols, state: 1)
            let d = KernelCase.numbers(rows * columns, state: 2)
            let padded = PaddedMatrix(columns: symbols, table)
            var out = PaddedMatrix(rows: rows, columns: columns)
            set.gather_columns(
                rows, columns, index, padded.storage, padded.stride, &out.storage, out.stride, 0)
            let wanted = Reference.gatherColumns(
                rows: rows, symbols: symbols, index: index, table: table)
            #expect(out.values() == wanted)
            set.gather_columns(
                rows, columns, index, padded.storage, padded.stride, &out.storage, out.stride, 1)
            #expect(out.values() == Reference.scale(2, wanted))
            let slopes = PaddedMatrix(columns: columns, d)
            var sum = padded
            set.scatter_add_columns(
                rows, columns, index, slopes.storage, slopes.stride, &sum.storage, sum.stride)
            // The same additions in the same order: the same bits.
            #expect(
                sum.values()
                    == Reference.scatterAddColumns(
                        rows: rows, symbols: symbols, index: index, d, table: table))
        }
    }

    @Test(
        "embeddings are looked up and added back in order over odd shapes",
        arguments: KernelCase.sets)
    func rows(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for (dims, columns) in KernelCase.shapes + KernelCase.shapes.map({ ($0.1, $0.0) }) {
            let symbols = columns / 3 + 1
            let index = index(columns, symbols: symbols)
            let table = KernelCase.numbers(dims * symbols, state: 3)
            let d = KernelCase.numbers(dims * columns, state: 4)
            var out = PaddedMatrix(rows: dims, columns: columns)
            set.gather_rows_transposed(
                columns, dims, index, table, &out.storage, out.stride, 0)
            let wanted = Reference.gatherRowsTransposed(dims: dims, index: index, table: table)
            #expect(out.values() == wanted)
            set.gather_rows_transposed(
                columns, dims, index, table, &out.storage, out.stride, 1)
            #expect(out.values() == Reference.scale(2, wanted))
            let slopes = PaddedMatrix(columns: columns, d)
            var sum = table + [.nan]
            set.scatter_add_rows(
                columns, dims, index, slopes.storage, slopes.stride, &sum)
            #expect(sum[table.count].isNaN)
            #expect(
                sum.dropLast()
                    == Reference.scatterAddRows(dims: dims, index: index, d, table: table)[...])
        }
    }

    @Test(
        "sums of two embeddings are made and taken apart in order over odd shapes",
        arguments: KernelCase.sets)
    func pairs(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for (dims, columns) in KernelCase.shapes + KernelCase.shapes.map({ ($0.1, $0.0) }) {
            let symbols = columns / 3 + 1
            let first = index(columns, symbols: symbols)
            let second = first.indices.map { Int32($0 % symbols) }
            let table = KernelCase.numbers(dims * symbols, state: 7)
            let d = KernelCase.numbers(dims * columns, state: 8)
            var out = PaddedMatrix(rows: dims, columns: columns)
            set.gather_pair_sums(columns, dims, first, second, table, &out.storage, out.stride)
            #expect(
                out.values()
                    == Reference.gatherPairSums(
                        dims: dims, first: first, second: second, table: table))
            let slopes = PaddedMatrix(columns: columns, d)
            var sum = table + [.nan]
            set.scatter_add_pairs(
                columns, dims, first, second, slopes.storage, slopes.stride, &sum)
            #expect(sum[table.count].isNaN)
            // The same additions in the same order: the same bits.
            #expect(
                sum.dropLast()
                    == Reference.scatterAddPairs(
                        dims: dims, first: first, second: second, d, table: table)[...])
        }
    }

    @Test("adding back is the gradient of picking")
    func centralDifferences() {
        let index: [Int32] = [2, 0, 2, 2, 1]
        let table = KernelCase.numbers(12, state: 5).map(Double.init)
        let d = KernelCase.numbers(20, state: 6).map(Double.init)
        let zeros = [Double](repeating: 0, count: 12)
        func weighted(_ y: [Double]) -> Double { zip(y, d).reduce(0) { $0 + $1.0 * $1.1 } }
        expectSlope(
            Reference.scatterAddColumns(rows: 4, symbols: 3, index: index, d, table: zeros),
            at: table, "columns"
        ) {
            weighted(Reference.gatherColumns(rows: 4, symbols: 3, index: index, table: $0))
        }
        expectSlope(
            Reference.scatterAddRows(dims: 4, index: index, d, table: zeros), at: table, "rows"
        ) {
            weighted(Reference.gatherRowsTransposed(dims: 4, index: index, table: $0))
        }
        let second: [Int32] = [0, 0, 1, 2, 1]
        expectSlope(
            Reference.scatterAddPairs(dims: 4, first: index, second: second, d, table: zeros),
            at: table, "pairs"
        ) {
            weighted(
                Reference.gatherPairSums(dims: 4, first: index, second: second, table: $0))
        }
    }
}
