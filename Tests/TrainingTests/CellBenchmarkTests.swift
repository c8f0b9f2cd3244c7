import Core
import Testing

@testable import Training

@Suite struct CellBenchmarkTests {
    @Test("a toy step is 13.4 million operations: 55 rows forward, 45 backward twice")
    func flops() throws {
        let problem = CellProblem(try CellBenchmark.configuration(.toy, steps: 1), seed: 0)
        #expect(problem.outputs == 30 && problem.split.train.count == 45)
        let model = FastModel(problem, kernels: .best)
        #expect(CellBenchmark.flops(problem, model.work) == 2 * 46_200 * (55 + 90))
    }

    @Test("the benchmark reports the set it ran on, and room for the parameters at least")
    func report() throws {
        let baseline = try #require(KernelSet(named: "baseline"))
        let report = try CellBenchmark(.toy, steps: 20, kernels: baseline)
        #expect(report.kernelSet == "baseline" && report.stepsPerSecond > 0)
        // Values and gradients of 46,640 parameters, four bytes each.
        #expect(report.workspaceBytes > 8 * 46_640 && report.workspaceBytes < 8_000_000)
    }

    @Test("every measure of a cell is timed, cheap ones at the steps of the curve")
    func measures() throws {
        let costs = try MeasureBenchmark.all(.quadraticMLP, modulus: 5, patience: 0)
        let configuration = try CellBenchmark.configuration(.quadraticMLP, steps: 1, modulus: 5)
        #expect(
            costs.map(\.measure) == Measure.all.filter { $0.obstacle(in: configuration) == nil })
        #expect(costs.allSatisfy { $0.seconds > 0 && $0.share > 0 })
        // 0 … 100, then steps 2 % apart; 0 … 10, then steps a tenth apart.
        #expect(MeasureBenchmark.evaluations(of: .weightNorm) == 334)
        #expect(MeasureBenchmark.evaluations(of: .matrixEntropy) == 88)
    }

    @Test(
        "every cell can be measured, and a modulus replaces a modular cell's own",
        arguments: CellBenchmark.Cell.allCases)
    func configurations(_ cell: CellBenchmark.Cell) throws {
        let configuration = try CellBenchmark.configuration(cell, steps: 7, modulus: 41)
        #expect(configuration.steps == 7)
        let isModular = ![.toy, .s3, .collapsed, .mnistMLP].contains(cell)
        #expect((configuration.task.symbols?.count == 41) == isModular)
    }
}
