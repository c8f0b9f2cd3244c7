import COpenBLAS

/// The OpenBLAS library as this process loaded it.
package enum OpenBLAS {
    /// Keeps every later product on the calling thread.
    ///
    /// Two threads on the toy's products are several times slower than one, and they make results depend on the machine.
    package static func useOneThread() { openblas_set_num_threads(1) }

    /// Name of the kernel core that the library chose when it was loaded, e.g. `Cooperlake`.
    package static var coreName: String { text(openblas_get_corename()) }

    /// The library's version and build options.
    package static var configuration: String { text(openblas_get_config()) }

    /// C (m × n) = A (m × k) · B (k × n) + beta · C, all row-major; a transposed operand is stored k × m or n × k, and
    /// `lda`, `ldb`, `ldc` are the elements between two stored rows.
    package static func sgemm(
        m: Int, n: Int, k: Int, a: UnsafePointer<Float>, lda: Int, transposedA: Bool = false,
        b: UnsafePointer<Float>, ldb: Int, transposedB: Bool = false, beta: Float = 0,
        c: UnsafeMutablePointer<Float>, ldc: Int
    ) {
        cblas_sgemm(
            CblasRowMajor, transposedA ? CblasTrans : CblasNoTrans,
            transposedB ? CblasTrans : CblasNoTrans, blasint(m), blasint(n), blasint(k), 1, a,
            blasint(lda), b, blasint(ldb), beta, c, blasint(ldc))
    }

    /// C (m × n) = A (m × k) · B (k × n) in double precision, all row-major without padding.
    package static func dgemm(
        m: Int, n: Int, k: Int, a: UnsafePointer<Double>, b: UnsafePointer<Double>,
        c: UnsafeMutablePointer<Double>
    ) {
        cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(m), blasint(n), blasint(k), 1, a,
            blasint(k), b, blasint(n), 0, c, blasint(n))
    }

    /// The best rate of several square products on one thread, in 10⁹ floating-point operations per second.
    package static func sgemmRate(size: Int = 1024, repetitions: Int = 8) -> Double {
        useOneThread()
        let count = size * size
        let left = (0..<count).map { Float($0 % 17) / 17 - 0.5 }
        let right = (0..<count).map { Float($0 % 13) / 13 - 0.5 }
        var product = [Float](repeating: 0, count: count)
        let clock = ContinuousClock()
        var best = Duration.seconds(3600)
        for _ in 0..<max(repetitions, 1) {
            let taken = clock.measure {
                left.withUnsafeBufferPointer { a in
                    right.withUnsafeBufferPointer { b in
                        product.withUnsafeMutableBufferPointer { c in
                            guard let a = a.baseAddress, let b = b.baseAddress,
                                let c = c.baseAddress
                            else { return }
                            sgemm(
                                m: size, n: size, k: size, a: a, lda: size, b: b, ldb: size, c: c,
                                ldc: size)
                        }
                    }
                }
            }
            best = min(best, taken)
        }
        let operations = 2 * Double(size) * Double(size) * Double(size)
        return operations / (best / .nanoseconds(1))
    }

    private static func text(_ characters: UnsafePointer<CChar>?) -> String {
        characters.map { String(cString: $0) } ?? "unknown"
    }
}
