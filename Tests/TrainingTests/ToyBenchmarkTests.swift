import Core
import Testing

@testable import Training

@Suite struct ToyBenchmarkTests {
    @Test("a toy step is 13.4 million operations: 55 rows forward, 45 backward twice")
    func flops() throws {
        let problem = CellProblem(try ToyBenchmark.configuration(steps: 1), seed: 0)
        #expect(problem.outputs == 30 && problem.split.train.count == 45)
        #expect(ToyBenchmark.flops(problem) == 2 * 46_200 * (55 + 90))
    }

    @Test("the benchmark reports the set it ran on")
    func report() throws {
        let baseline = try #require(KernelSet(named: "baseline"))
        let report = try ToyBenchmark(steps: 20, repetitions: 1, kernels: baseline)
        #expect(report.kernelSet == "baseline" && report.stepsPerSecond > 0)
    }
}
