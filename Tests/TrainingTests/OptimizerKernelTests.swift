import CKernels
import Core
import Testing

@testable import Training

@Suite struct OptimizerKernelTests {
    @Test("AdamW agrees over several steps", arguments: KernelCase.sets)
    func adamW(_ name: String) throws {
        let set = try KernelCase.kernels(name).table
        let golden = try GoldenFile("regression-2-float32")
        let settings = golden.configuration.optimizer.decoder
        for count in KernelCase.lengths {
            var (p, m, v) = (
                KernelCase.numbers(count, state: 14), [Float](repeating: 0, count: count),
                [Float](repeating: 0, count: count)
            )
            var (p2, m2, v2) = (p, m, v)
            for step in 1...5 {
                let g = KernelCase.numbers(count, state: UInt64(20 + step))
                let constants = AdamWConstants(settings, step: step)
                set.adamw(count, &p, g, &m, &v, constants.forKernel(settings))
                Reference.adamW(
                    settings, step: step, parameters: &p2, gradients: g, first: &m2, second: &v2)
            }
            // Fused against separate roundings, five steps: a few units in the last place.
            expectClose(p, p2, 3e-7, "\(count)", relative: 1e-6)
            expectClose(m, m2, 1e-7, "\(count)", relative: 1e-6)
            expectClose(v, v2, 1e-9, "\(count)", relative: 1e-6)
        }
    }
}
