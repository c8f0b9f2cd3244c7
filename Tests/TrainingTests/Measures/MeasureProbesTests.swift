import Core
import Testing

@testable import Training

@Suite struct MeasureProbesTests {
    /// Cells of every kind of network, and of what makes them take another path.
    static let cells = [
        "task: {symbols: 8}, model: {embedding: 2, hidden: [20, 20]}, loss: {outputs: 10}",
        """
        task: {kind: permutation, degree: 3}, loss: {outputs: 10}, batch: 7,
        model: {embedding: 9, combination: matrix-product, hidden: [12]}
        """,
        """
        task: {kind: modular, modulus: 11}, loss: {kind: cross-entropy}, train_fraction: 0.5,
        model: {kind: transformer, width: 12, heads: 2, hidden: 16}
        """,
        """
        task: {kind: modular, modulus: 11}, loss: {kind: cross-entropy}, train_fraction: 0.5,
        model: {kind: transformer, layers: 2, width: 12, heads: 2, hidden: 16, unembedding: tied,
                dropout: {residual: 0.1}}, perturbation: {lambda2: 0.1}
        """,
        """
        task: {kind: modular, modulus: 11, pairs: unordered}, loss: {targets: one-hot}, batch: 20,
        model: {kind: mlp, input: one-hot, hidden: [30], activation: quadratic, bias: false}
        """,
        """
        task: {kind: parity, relevant: 2, irrelevant: 8, samples: 300}, loss: {kind: stablemax},
        model: {kind: mlp, input: numbers, hidden: [15, 15]}
        """,
        """
        task: {kind: teacher, samples: 80}, model: {kind: mlp, input: numbers, hidden: [15, 15]}
        """,
    ]

    private static func run(_ cell: String, _ measures: [MeasureRequest]) throws -> CellOutcome {
        let definition = try CellDefinition(parsing: "{\(cell), steps: 40, seed: 5}")
        var record = RecordRequest(measures: [], parameters: [.last])
        record.measures = measures.filter {
            $0.measure.obstacle(in: definition.configuration) == nil
        }
        let run = TrainingRun(
            configuration: definition.configuration, seed: definition.seed, stop: .budget,
            record: record)
        return try #require(run.run())
    }

    @Test("every measure of the registry has one probe, and every probe's is in the registry")
    func registry() {
        let probed = MeasureProbes.all.flatMap { $0.measures.map(\.name) }
        #expect(probed.count == Set(probed).count)
        #expect(Set(probed) == Set(Measure.all.map(\.name)))
    }

    @Test("asking for all measures changes nothing else", arguments: cells)
    func harmless(_ cell: String) throws {
        let plain = try Self.run(cell, [])
        var measured = try Self.run(cell, Measure.all.map { MeasureRequest($0, every: 20) })
        #expect(measured.curve.measures.count >= 5)
        measured.curve.measures = []
        #expect(measured == plain)
    }

    @Test("measures of a cell that can have them are numbers", arguments: cells)
    func finite(_ cell: String) throws {
        let outcome = try Self.run(cell, Measure.all.map { MeasureRequest($0, every: 39) })
        for measured in outcome.curve.measures {
            let steps = measured.ownSteps ?? outcome.curve.steps
            #expect(measured.values.count == steps.count * measured.width)
            #expect(measured.missingCount == 0, "\(measured.measure.name)")
        }
    }

    @Test("a measure has the steps of the curve, ever wider ones, or those asked for")
    func steps() throws {
        let outcome = try Self.run(
            Self.cells[0],
            [
                MeasureRequest(.weightNorm), MeasureRequest(.matrixEntropy),
                MeasureRequest(.rqi, every: 9),
            ])
        let measures = outcome.curve.measures
        #expect(
            measures[0].ownSteps == nil && measures[0].values.count == outcome.curve.steps.count)
        let wider = Array(0...20) + [22, 24, 26, 28, 30, 33, 36, 39, 40]
        #expect(measures[1].ownSteps == wider)
        #expect(measures[2].ownSteps == [0, 9, 18, 27, 36, 40])
    }

    @Test("what a message asks of a cell that cannot have it is NaN")
    func unavailable() throws {
        let definition = try CellDefinition(parsing: "{\(Self.cells[5]), steps: 3}")
        let run = TrainingRun(
            configuration: definition.configuration, seed: 0, stop: .budget,
            record: RecordRequest(measures: Measure.all))
        let outcome = try #require(run.run())
        for measured in outcome.curve.measures
        where measured.measure.obstacle(in: definition.configuration) != nil {
            let numbers = measured.values.filter { !$0.isNaN }
            #expect(numbers.isEmpty, "\(measured.measure.name)")
        }
    }

    @Test("outputs and parameters of fast and plain models agree", arguments: cells)
    func outputs(_ cell: String) throws {
        guard !cell.contains("dropout") else { return }
        let configuration = try CellDefinition(parsing: "{\(cell)}").configuration
        let problem = CellProblem(configuration, seed: 1)
        let (fast, plain) = (FastModel(problem, kernels: .best), ReferenceModel<Double>(problem))
        var batch = Batch(split: problem.split, size: configuration.batch, seed: 0)
        batch.advance()
        _ = fast.differentiate(batch, step: 0, evaluating: false)
        let examples = (0..<problem.examples.count).reversed().map { Int32($0) }
        // Single precision through a few layers.
        #expect(
            deviation(
                fast.outputs(of: examples), plain.outputs(of: examples), absolute: 1e-5,
                relative: 1e-4) <= 1)
        for tensor in fast.parameters {
            #expect(fast.copy(tensor.name) == plain.copy(tensor.name))
        }
        #expect(fast.copy("nothing") == nil && plain.copy("nothing") == nil)
    }
}
