import CAllocationCounter
import Core
import Testing

@testable import Training

@Suite struct AllocationTests {
    /// Runs `body` and counts this thread's calls of `malloc`.
    private func allocations(in body: () -> Void) -> Int {
        allocation_counter_start()
        body()
        return allocation_counter_stop()
    }

    @Test("a step takes no memory", arguments: ["0", "7"])
    func steadyState(_ size: String) throws {
        try expectNone(try TrainingLoopTests.cell(["batch": size]))
    }

    @Test("a step of any decoder takes no memory", arguments: DecoderNetworkTests.inputs)
    func decoders(_ network: DecoderNetworkTests.Case) throws {
        try expectNone(try network.configuration())
    }

    @Test("an update by any optimiser takes no memory", arguments: OptimizerTests.settings)
    func optimizers(_ settings: String) throws {
        try expectNone(try OptimizerTests.problem(settings).configuration)
    }

    @Test("a step on any loss takes no memory", arguments: OutputLossTests.cells)
    func losses(_ cell: String) throws {
        try expectNone(try OutputLossTests.configuration(cell))
    }

    @Test("a step of any transformer takes no memory", arguments: TransformerNetworkTests.cases)
    func transformers(_ network: TransformerNetworkTests.Case) throws {
        try expectNone(try network.configuration())
    }

    @Test(
        "a step of any residual network takes no memory", arguments: ResidualNetworkTests.networks)
    func residualNetworks(_ keys: String) throws {
        try expectNone(try ResidualNetworkTests.problem(keys))
    }

    @Test("a step with dropout and noise takes no memory")
    func stochastic() throws {
        let network = TransformerNetworkTests.Case(
            "layers: 2, dropout: {residual: 0.1, attention: 0.1, decoder: 0.1}")
        try expectNone(try network.configuration(cell: "perturbation: {lambda2: 0.1}"))
    }

    @Test(
        "a step of any decoder with dropout and noise takes no memory",
        arguments: DecoderNetworkTests.inputs)
    func stochasticDecoders(_ network: DecoderNetworkTests.Case) throws {
        try expectNone(network.stochastic(try network.configuration()))
    }

    private func expectNone(_ configuration: CellConfiguration) throws {
        try expectNone(DecoderNetworkTests.problem(configuration, seed: 0))
    }

    private func expectNone(_ problem: CellProblem) throws {
        let model = FastModel(problem, kernels: .best)
        var batch = Batch(split: problem.split, size: problem.configuration.batch, seed: 0)
        func step() {
            batch.advance()
            _ = model.differentiate(batch, step: 0, evaluating: true)
            model.update()
        }
        for _ in 0..<10 { step() }
        #expect(allocations { for _ in 0..<50 { step() } } == 0)
    }

    @Test("the counter sees an array being made")
    func counter() {
        var values: [Int] = []
        let count = allocations { values = Array(repeating: 1, count: 1000) }
        #expect(count >= 1 && values.count == 1000)
    }
}
