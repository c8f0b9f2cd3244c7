import BLAS
import CKernels

/// The vector loops of one instruction set, chosen at run time; results are bit-identical for one set.
package struct KernelSet {
    /// Name of the set: `avx512`, `avx2` or `baseline`.
    package let name: String
    /// Floats per vector.
    package let lanes: Int
    let table: kernel_set

    private init?(index: Int32) {
        guard let set = kernel_set_at(index), let name = kernel_set_name(index) else { return nil }
        self.name = String(cString: name)
        table = set.pointee
        lanes = table.lanes
    }

    /// The set of this name, nil when it is unknown or this processor cannot run it.
    package init?(named name: String) {
        guard let set = KernelSet.available.first(where: { $0.name == name }) else { return nil }
        self = set
    }

    /// Every set that this processor can run, widest first.
    package static var available: [KernelSet] {
        (0..<kernel_set_count()).compactMap { KernelSet(index: $0) }
    }

    /// The widest set that this processor can run.
    package static var best: KernelSet {
        guard let first = available.first else { preconditionFailure("the baseline always runs") }
        return first
    }

    /// Width of the processor's widest vectors in bits.
    package static var processorBits: Int { best.lanes * 32 }

    /// Columns rounded up to what costs a product no more: whole vectors, of at most 256 bits. A workspace's matrices have
    /// room for them, and no example reads another's column.
    func wholeVectors(_ columns: Int) -> Int {
        let width = min(lanes, 8)
        return (columns + width - 1) / width * width
    }

    /// C (m × n) = A · B, or C + A · B, with A(m, k) = a[m · aRow + k · aStep] and B row-major k × n.
    ///
    /// The set's own product wins while B stays in the second-level cache; beyond, packing pays and OpenBLAS takes over.
    func multiply(
        m: Int, n: Int, k: Int, a: UnsafePointer<Float>, aRow: Int, aStep: Int,
        b: UnsafePointer<Float>, ldb: Int, c: UnsafeMutablePointer<Float>, ldc: Int,
        bias: UnsafePointer<Float>? = nil, accumulate: Bool = false
    ) {
        guard k * n > largestUnpacked, bias == nil, aRow == 1 || aStep == 1 else {
            table.product(m, n, k, a, aRow, aStep, b, ldb, c, ldc, bias, accumulate ? 1 : 0)
            return
        }
        let transposed = aStep != 1
        OpenBLAS.sgemm(
            m: m, n: n, k: k, a: a, lda: transposed ? aStep : aRow, transposedA: transposed, b: b,
            ldb: ldb, beta: accumulate ? 1 : 0, c: c, ldc: ldc)
    }

    /// The same in the order of the table's own product, for whoever writes many of them.
    func product(
        _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, _ aRow: Int, _ aStep: Int,
        _ b: UnsafePointer<Float>, _ ldb: Int, _ c: UnsafeMutablePointer<Float>, _ ldc: Int,
        accumulate: Bool = false
    ) {
        multiply(
            m: m, n: n, k: k, a: a, aRow: aRow, aStep: aStep, b: b, ldb: ldb, c: c, ldc: ldc,
            accumulate: accumulate)
    }

    /// Elements of B up to which products run unpacked: two megabytes, or half of one where OpenBLAS is the nearer.
    var largestUnpacked: Int { lanes == 16 ? 524_288 : 131_072 }
}
