import CKernels
import Testing

@testable import Training

@Suite struct KernelTests {
    @Test("the widest set comes first and every set is found by its name")
    func order() {
        #expect(KernelSet.best.name == KernelSet.available[0].name)
        #expect(KernelSet.available.contains { $0.name == "baseline" })
        #expect(KernelSet(named: "mmx") == nil)
    }

    @Test("products agree over odd shapes, strides and tails", arguments: KernelCase.sets)
    func product(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for m in [1, 2, 5, 6, 7, 13, 30] {
            for n in [1, 7, 8, 16, 19, 33, 48, 55, 65, 81] {
                for k in [1, 2, 45] {
                    let a = KernelCase.numbers(m * k, state: 1)
                    let b = KernelCase.numbers(k * n, state: 2)
                    let bias = KernelCase.numbers(m, state: 3)
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
        let (m, n, k) = (3, 1601, 331)
        #expect(k * n > KernelSet.best.largestUnpacked)
        let a = KernelCase.numbers(m * k, state: 1)
        let b = KernelCase.numbers(k * n, state: 2)
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

    @Test("products of a sparse matrix agree over odd shapes", arguments: KernelCase.sets)
    func sparseProduct(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for (m, n, k) in [
            (1, 1, 1), (3, 17, 31), (5, 8, 32), (2, 71, 33), (7, 211, 65), (2, 300, 70),
        ] {
            for limit: Float in [-1, 0.5, 2] {
                let a = KernelCase.numbers(m * k, state: 1).map { $0 < limit ? 0 : $0 }
                let b = PaddedMatrix(columns: n, KernelCase.numbers(k * n, state: 2))
                let wanted = Reference.product(
                    m: m, n: n, k: k, a: a, aRow: k, aStep: 1, b: b.values())
                var c = PaddedMatrix(rows: m, columns: n)
                set.sparse_product(m, n, k, a, k, b.storage, b.stride, &c.storage, c.stride, 0)
                // 70 roundings of partial sums below 8, 2⁻²² each at most.
                expectClose(c.values(), wanted, 1.7e-5, "\(m) × \(n) × \(k)")
                set.sparse_product(m, n, k, a, k, b.storage, b.stride, &c.storage, c.stride, 1)
                expectClose(c.values(), wanted.map { 2 * $0 }, 3.4e-5, "\(m) × \(n) × \(k)")
            }
        }
    }

    @Test("row products, row sums and transposes agree", arguments: KernelCase.sets)
    func rows(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        for rows in KernelCase.lengths {
            for columns in KernelCase.lengths {
                let a = KernelCase.numbers(rows * columns, state: 4)
                let b = KernelCase.numbers(columns, state: 5)
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
}
