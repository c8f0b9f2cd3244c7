import Core
import Testing

@testable import Training

/// That numbers are drawn as documented is what `GoldenTests` compare; here is what they are for.
@Suite struct InitialParametersTests {
    static func problem(_ model: String, optimizer: String = "{}", modulus: Int = 7) throws
        -> CellProblem
    {
        var record: RecordRequest?
        let cell = try CellDefinition(
            parsing: """
                {task: {kind: modular, modulus: \(modulus)}, train_fraction: 0.5, model: \(model),
                 loss: {kind: mse, targets: one-hot}, optimizer: \(optimizer), steps: 100}
                """, record: &record)
        return CellProblem(cell.configuration, seed: 11)
    }

    static let analytic =
        "{kind: mlp, hidden: [500], activation: quadratic, bias: false, initialisation: analytic}"

    @Test("analytic weights add modulo 97 without training, and stay right when trained")
    func analyticSolution() throws {
        let problem = try Self.problem(
            Self.analytic, optimizer: "{learning_rate: 1.0e-3}", modulus: 97)
        let model = FastModel(problem, kernels: .best)
        var batch = Batch(split: problem.split, size: 0, seed: 11)
        // Outputs are unit vectors and the interference of 500 random phases, of variance 4/500; zeros would lose 1/97.
        var bound = 0.009
        for step in 0...3 {
            batch.advance()
            let result = model.differentiate(batch, step: step, evaluating: true)
            let evaluation = try #require(result.evaluation)
            #expect(evaluation.trainAccuracy == 1 && evaluation.validationAccuracy == 1)
            #expect(evaluation.trainLoss < bound, "step \(step)")
            bound = evaluation.trainLoss
            model.update()
        }
    }

    @Test("the layers of analytic weights are in the balance that gradient flow keeps")
    func analyticBalance() throws {
        let parameters = try Self.problem(Self.analytic, modulus: 97).parameters.map(\.tensor)
        let (incoming, outgoing) = (parameters[0].values, parameters[1].values)
        for neuron in 0..<500 {
            let row = incoming[neuron * 194..<(neuron + 1) * 194].reduce(0) { $0 + $1 * $1 }
            let column = (0..<97).reduce(Float(0)) {
                $0 + outgoing[$1 * 500 + neuron] * outgoing[$1 * 500 + neuron]
            }
            // 194 squares below 0.03 summed up in single precision.
            #expect(abs(row - 2 * column) < 1e-5 * row)
        }
    }

    @Test(
        "the last layer is a group of its own only where it has settings of its own",
        arguments: [
            "{hidden: [5]}", "{kind: mlp, hidden: [5]}", "{kind: transformer, width: 8}",
        ])
    func lastLayer(_ model: String) throws {
        let plain = try Self.problem(model).parameters
        #expect(!plain.contains { $0.group == .lastLayer })
        let own = try Self.problem(model, optimizer: "{last_layer: {learning_rate: 1}}").parameters
        let names = own.filter { $0.group == .lastLayer }.map(\.tensor.name)
        #expect(
            names
                == (model.contains("transformer")
                    ? ["unembedding"] : ["decoder.1.weight", "decoder.1.bias"]))
        #expect(own.map(\.tensor) == plain.map(\.tensor))
    }

    @Test(
        "the names that a sweep file may choose are those of the network, in its order",
        arguments: [
            "{model: {hidden: [3, 4]}}", "{model: {hidden: []}}",
            "{task: {kind: modular}, model: {kind: mlp, hidden: [5], bias: false}}",
            "{task: {kind: modular}, model: {kind: mlp, input: embedding, hidden: [5, 6]}}",
            """
            {task: {kind: modular, modulus: 7}, loss: {targets: one-hot}, model: {kind: mlp, hidden: [9],
             activation: quadratic, bias: false, initialisation: analytic}}
            """,
            "{task: {kind: teacher}, model: {kind: mlp, input: numbers}}",
            "model: {kind: transformer, width: 8, heads: 2, hidden: 5, layers: 2}",
            """
            model: {kind: transformer, width: 8, heads: 2, hidden: 5, normalisation: pre, positions: rotary,
             unembedding: tied}
            """,
            """
            model: {kind: transformer, width: 8, heads: 2, hidden: 5, normalisation: post},
             optimizer: {last_layer: {}}
            """,
            """
            {task: {kind: polygons, shapes: [0, 3], classes: 40}, model: {kind: residual-network,
             channels: [8, 16], blocks: [1, 2], normalisation: group, groups: 4}}
            """,
        ])
    func names(_ cell: String) throws {
        let text =
            cell.hasPrefix("model")
            ? "{task: {kind: modular, modulus: 7}, loss: {targets: one-hot}, \(cell)}" : cell
        let configuration = try CellDefinition(parsing: text).configuration
        let drawn = InitialParameters.draw(
            configuration, outputs: configuration.networkOutputs, 0)
        #expect(configuration.tensorNames == drawn.map(\.tensor.name))
    }

    @Test("a transformer's tensors come in the order of its forward pass")
    func transformerOrder() throws {
        let problem = try Self.problem(
            "{kind: transformer, width: 8, heads: 2, hidden: 5, normalisation: pre, operator_token: true}"
        )
        #expect(
            problem.parameters.map(\.tensor.name) == [
                "representation", "positions", "layer.0.norm1.gain", "layer.0.norm1.bias",
                "layer.0.query", "layer.0.key", "layer.0.value", "layer.0.output",
                "layer.0.norm2.gain", "layer.0.norm2.bias", "layer.0.up.weight", "layer.0.up.bias",
                "layer.0.down.weight", "layer.0.down.bias", "norm.gain", "norm.bias", "unembedding",
            ])
        #expect(
            problem.parameters.filter { $0.group == .representation }.map(\.tensor.shape)
                == [[9, 8], [4, 8]])
    }
}
