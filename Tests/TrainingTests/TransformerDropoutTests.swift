import Core
import Testing

@testable import Training

@Suite struct TransformerDropoutTests {
    /// A network of one kind of dropout, and its problem.
    private static func network(
        _ dropout: String, mostColumns: Int = 256, cell: String = "evaluate_every: 0"
    ) throws -> (TransformerNetwork, Parameters, CellProblem) {
        let words = TransformerNetworkTests.Case("layers: 2, dropout: {\(dropout)}")
        let problem = CellProblem(try words.configuration(cell: cell), seed: 5)
        let store = Parameters(problem.parameters)
        guard case .transformer(let model) = problem.configuration.model else {
            throw StateError("not a transformer")
        }
        return (
            TransformerNetwork(problem, model, store, mostColumns: mostColumns, .best), store,
            problem
        )
    }

    private static let kinds = ["residual: 0.3", "attention: 0.3", "decoder: 0.3"]
    private static let everything = (0..<49).map { Int32($0) }

    private static func pass(_ step: Int, noise: Float = 0) -> Pass {
        Pass(isTraining: true, step: step, noise: noise)
    }

    @Test(
        "a step's dropout can be had again, whatever the blocks, and no other step's",
        arguments: kinds)
    func reproducible(_ dropout: String) throws {
        let (network, _, _) = try Self.network(dropout)
        let (small, _, _) = try Self.network(dropout, mostColumns: 48)
        let outputs = TransformerNetworkTests.outputs(network, Self.everything, Self.pass(7))
        #expect(network.isStochastic)
        #expect(outputs == TransformerNetworkTests.outputs(network, Self.everything, Self.pass(7)))
        #expect(outputs == TransformerNetworkTests.outputs(small, Self.everything, Self.pass(7)))
        #expect(outputs != TransformerNetworkTests.outputs(network, Self.everything, Self.pass(8)))
    }

    @Test("evaluation knows no dropout and no noise", arguments: kinds)
    func evaluation(_ dropout: String) throws {
        let (network, _, _) = try Self.network(dropout, cell: "perturbation: {lambda2: 0.5}")
        let (plain, _, _) = try Self.network("residual: 0")
        let outputs = TransformerNetworkTests.outputs(network, Self.everything, .evaluation)
        #expect(outputs == TransformerNetworkTests.outputs(plain, Self.everything, .evaluation))
    }
}
