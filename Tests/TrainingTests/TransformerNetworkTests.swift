import Core
import Testing

@testable import Training

@Suite struct TransformerNetworkTests {
    /// A network in the words of a sweep file.
    struct Case: CustomStringConvertible {
        let model: String
        let task: String
        let batch: Int

        init(_ model: String, modulus: Int = 7, batch: Int = 0) {
            self.init(model, task: "kind: modular, modulus: \(modulus)", batch: batch)
        }

        init(_ model: String, task: String, batch: Int = 0) {
            (self.model, self.task, self.batch) = (model, task, batch)
        }

        var description: String { "\(model), \(task), batch \(batch)" }

        /// Odd sizes: a width of 6 in two heads, a hidden layer of 5. Rates so small that trajectories stay together.
        func configuration(
            computation: String = "shared", steps: Int = 40, cell: String = "evaluate_every: 0"
        ) throws -> CellConfiguration {
            try CellDefinition(
                parsing: """
                    {task: {\(task)}, loss: {kind: cross-entropy},
                     model: {kind: transformer, width: 6, heads: 2, hidden: 5, \(model),
                             computation: \(computation)},
                     optimizer: {learning_rate: 1.0e-3, weight_decay: 1}, \(cell),
                     train_fraction: 0.6, batch: \(batch), steps: \(steps)}
                    """
            ).configuration
        }
    }

    /// Every option, alone and beside others; as many examples as fit one block, and more; batches of fewer examples than
    /// there are symbols.
    static let cases = [
        Case("layers: 1, normalisation: pre"),
        Case("layers: 1, read_out: all, equals_token: false"),
        Case("layers: 1, read_out: all, operator_token: true", modulus: 13),
        Case("layers: 1, normalisation: post, unembedding: tied, activation: tanh"),
        Case("layers: 2, operator_token: true, unembedding: tied", modulus: 13),
        Case("layers: 2, normalisation: pre, activation: gelu, operator_token: true", batch: 9),
        Case("layers: 2, normalisation: pre, separate_tokens: true", modulus: 13, batch: 5),
        Case("layers: 2, normalisation: post, activation: gelu, separate_tokens: true"),
        Case("layers: 2, equals_token: false, operator_token: true, unembedding: tied"),
        Case("layers: 2, equals_token: false, activation: quadratic, scale: 0.5"),
        Case("layers: 2, read_out: all, normalisation: post, operator_token: true"),
        Case("layers: 3, read_out: all, normalisation: pre, separate_tokens: true", modulus: 13),
        Case("layers: 1", task: terms),
        Case("layers: 1, operator_token: true, equals_token: false", task: terms, batch: 9),
        Case("layers: 2, operator_token: true, separate_tokens: true", task: terms),
        Case("layers: 2, read_out: all, normalisation: pre", task: terms),
        Case("layers: 2, normalisation: post, activation: tanh", task: terms, batch: 3),
        Case("layers: 1, operator_token: true", task: operations),
        Case(
            "layers: 1, operator_token: true, read_out: all, normalisation: pre", task: operations),
        Case("layers: 2, operator_token: true, separate_tokens: true", task: operations),
        Case("layers: 2, operator_token: true, normalisation: post", task: operations, batch: 11),
        Case(
            "layers: 3, operator_token: true, equals_token: false, unembedding: tied",
            task: operations),
    ]
    private static let terms = "kind: modular-sum, modulus: 4, terms: 3"
    private static let operations = "kind: modular, modulus: 7, operations: [x+y, x/y, x*y]"
    static let computations = ["shared", "dense"]

    @Test(
        "gradients and losses are those of the reference, on every kernel set",
        arguments: cases, computations)
    func gradients(_ network: Case, _ computation: String) throws {
        let problem = CellProblem(
            try network.configuration(computation: computation), seed: 3)
        let reference = ReferenceModel<Double>(problem)
        var batch = Batch(split: problem.split, size: problem.configuration.batch, seed: 3)
        batch.advance()
        let wanted = reference.differentiate(batch, step: 0, evaluating: true)
        for set in KernelSet.available {
            let model = FastModel(problem, kernels: set)
            for _ in 0..<2 {  // Buffers that have been used give the same.
                let found = model.differentiate(batch, step: 0, evaluating: true)
                #expect(found.accuracy == wanted.accuracy)
                // Single against double precision, sums of up to a hundred terms of order 1.
                let losses = [found.loss, found.evaluation?.validationLoss ?? .nan]
                let off = deviation(
                    losses, [wanted.loss, wanted.evaluation?.validationLoss ?? .nan],
                    absolute: 1e-5, relative: 0)
                #expect(off <= 1, "\(set.name)")
                for (gradient, tensor) in zip(model.gradients, reference.tensors) {
                    let off = deviation(
                        gradient.values.map(Double.init), tensor.gradient, absolute: 2e-6,
                        relative: 1e-4)
                    #expect(off <= 1, "\(tensor.name) on \(set.name): \(off)")
                }
            }
        }
    }

    @Test("what is shared is exact: shared and dense form train alike", arguments: cases)
    func trajectories(_ network: Case) throws {
        let outcomes = try Self.computations.map { computation in
            try TrainingLoopTests.outcome(
                try network.configuration(computation: computation),
                record: RecordRequest(measures: [.weightNorm], parameters: [.last]))
        }
        let (shared, dense) = (outcomes[0], outcomes[1])
        // Rounding of 6e-8 in other orders of sums. AdamW's first steps are of size η whatever the gradient's, so that an
        // element whose gradient is near 0 can go astray by some of the 40 η.
        #expect(shared.curve.steps == dense.curve.steps)
        let off = deviation(
            shared.curve.trainLoss, dense.curve.trainLoss, absolute: 1e-4, relative: 1e-4)
        #expect(off <= 1)
        for (one, other) in zip(shared.parameters[0].tensors, dense.parameters[0].tensors) {
            let apart = zip(one.values, other.values).map { Double(abs($0 - $1)) }
            #expect(Reference.sumOfSquares(apart).squareRoot() < 1e-3, "\(one.name)")
        }
    }

    @Test("one seed gives one result, bit for bit, on every kernel set", arguments: cases)
    func reproducible(_ network: Case) throws {
        let configuration = try network.configuration(steps: 12)
        let record = RecordRequest(parameters: [.last])
        for set in KernelSet.available {
            let first = try TrainingLoopTests.outcome(configuration, record: record, kernels: set)
            let second = try TrainingLoopTests.outcome(configuration, record: record, kernels: set)
            #expect(first == second)
        }
    }

    @Test("blocks of any size give the same", arguments: cases)
    func blocks(_ network: Case) throws {
        let problem = CellProblem(try network.configuration(), seed: 5)
        guard case .transformer(let model) = problem.configuration.model else {
            Issue.record("\(network) is no transformer")
            return
        }
        let everything = (0..<Int32(problem.examples.count)).map { $0 }
        let outputs = [16, 64, 4096].map { columns in
            let store = Parameters(problem.parameters)
            let network = TransformerNetwork(
                problem, model, store, mostColumns: columns, .best)
            return Self.outputs(network, everything, .evaluation)
        }
        #expect(outputs[0] == outputs[1] && outputs[1] == outputs[2])
    }

    /// Outputs for these examples, example by example.
    static func outputs(
        _ network: TransformerNetwork, _ examples: [Int32], _ pass: Pass
    ) -> [Float] {
        var outputs: [Float] = []
        network.begin()
        examples.withUnsafeBufferPointer { examples in
            var first = 0
            while first < examples.count {
                let count = min(network.blockColumns, examples.count - first)
                var here = pass
                here.place = first
                network.forward(.init(rebasing: examples[first..<first + count]), here)
                let output = network.output
                for column in 0..<count {
                    for row in 0..<output.rows { outputs.append(output.row(row)[column]) }
                }
                first += count
            }
        }
        return outputs
    }
}
