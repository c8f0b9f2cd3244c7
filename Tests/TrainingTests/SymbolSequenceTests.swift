import Core
import Testing

@testable import Training

/// Examples of more than two symbols: several operations on the same pairs, and sums of several residues.
@Suite struct SymbolSequenceTests {
    private func configuration(_ text: String) throws -> CellConfiguration {
        try CellDefinition(parsing: text).configuration
    }

    @Test("each operation has its pairs in turn, with its number as last symbol")
    func operations() throws {
        let two = try configuration(
            """
            {task: {kind: modular, modulus: 5, operations: [x-y, x/y]},
             model: {kind: mlp, input: one-hot}}
            """)
        let examples = Examples(two, seed: 0)
        #expect(examples.count == 25 + 20 && two.task.exampleCount == 45)
        #expect(examples.symbolsPerExample == 3 && examples.symbolCount == 5)
        for (operation, name) in ["x-y", "x/y"].enumerated() {
            let alone = Examples(
                try configuration(
                    """
                    {task: {kind: modular, modulus: 5, operation: \(name)},
                     model: {kind: mlp, input: one-hot}}
                    """), seed: 0)
            let first = operation * 25
            for example in 0..<alone.count {
                #expect(
                    Array(examples.symbols(of: first + example))
                        == Array(alone.symbols(of: example)) + [Int32(operation)])
            }
            #expect(Array(examples.labels[first..<first + alone.count]) == alone.labels)
        }
    }

    @Test("a sum's symbols are its residues, lexicographically")
    func sum() throws {
        let sum = try configuration(
            "{task: {kind: modular-sum, modulus: 3, terms: 4}, model: {kind: transformer}}")
        let examples = Examples(sum, seed: 0)
        #expect(examples.count == 81 && examples.symbolsPerExample == 4)
        #expect(examples.features.isEmpty && examples.featureCount == 0)
        for example in 0..<81 {
            let symbols = examples.symbols(of: example)
            #expect(symbols.reduce(0) { 3 * $0 + Int($1) } == example)
            #expect(symbols.reduce(0, +) % 3 == examples.labels[example])
        }
    }

    @Test("regions that are left out are left out of every operation")
    func regions() throws {
        let text = """
            {task: {kind: modular, modulus: 5, operations: [x-y, x+y]}, model: {kind: mlp},
             split: {kind: square, size: 1}, train_fraction: 0.5}
            """
        let problem = CellProblem(try configuration(text), seed: 3)
        #expect(problem.split.train.count == 25)
        for example in problem.split.train {
            #expect(problem.examples.symbols(of: Int(example)).prefix(2).max() ?? 0 > 1)
        }
        #expect(throws: SweepError.self) {
            _ = try configuration(
                text.replacing("0.5", with: "0.9").replacing("size: 1", with: "size: 2"))
        }
    }

    @Test("pairs are drawn with all their operations")
    func pairs() throws {
        let text = """
            {task: {kind: modular, modulus: 5, operations: [x-y, x+y, x*y]}, model: {kind: mlp},
             split: {kind: pairs}, train_fraction: 0.4}
            """
        let problem = CellProblem(try configuration(text), seed: 3)
        let trained = Set(problem.split.train.map { Int($0) })
        #expect(trained.count == 30)
        for pair in 0..<25 {
            #expect(Set((0..<3).map { trained.contains(25 * $0 + pair) }).count == 1)
        }
        // The pairs that a task of one operation has at this seed.
        let alone = CellProblem(
            try configuration(
                "{task: {kind: modular, modulus: 5}, model: {kind: mlp}, train_fraction: 0.4}"),
            seed: 3)
        #expect(problem.split.train.prefix(10) == alone.split.train.prefix(10))
    }

    @Test("two terms are the pairs of x+y, and train as they do, bit for bit")
    func twoTerms() throws {
        for model in ["layers: 1", "layers: 2, operator_token: true, normalisation: pre"] {
            let outcomes = try [
                "kind: modular, modulus: 7", "kind: modular-sum, modulus: 7, terms: 2",
            ].map { task in
                try TrainingLoopTests.outcome(
                    try configuration(
                        """
                        {task: {\(task)}, model: {kind: transformer, width: 8, heads: 2, hidden: 9, \(model)},
                         loss: {kind: cross-entropy}, batch: 12, steps: 15}
                        """), record: RecordRequest(parameters: [.last]))
            }
            #expect(outcomes[0] == outcomes[1])
        }
    }

    @Test("a network on unit vectors learns what the same on rows of numbers learns")
    func unitVectors() throws {
        let outcomes = try ["one-hot", "numbers"].map { input in
            try TrainingLoopTests.outcome(
                try configuration(
                    """
                    {task: {kind: modular-sum, modulus: 4, terms: 3}, steps: 20, batch: 16,
                     model: {kind: mlp, input: \(input), hidden: [9]}, loss: {kind: cross-entropy}}
                    """), record: RecordRequest(parameters: [.last]))
        }
        #expect(
            outcomes[0].split.symbolsPerExample == 3 && outcomes[1].split.symbolsPerExample == 0)
        #expect(outcomes[1].split.featuresPerExample == 12)
        // Sums of three terms in another order.
        let off = deviation(
            outcomes[0].curve.trainLoss, outcomes[1].curve.trainLoss, absolute: 1e-5, relative: 0)
        #expect(off <= 1 && outcomes[0].curve.trainLoss.count == outcomes[1].curve.trainLoss.count)
    }

    private static let cells = [
        "{task: {kind: modular-sum, modulus: 4}, model: {kind: transformer, width: 8, heads: 2,"
            + " hidden: 9, layers: 2, operator_token: true, dropout: {attention: 0.1}}, batch: 9,"
            + " steps: 40, loss: {kind: cross-entropy}}",
        "{task: {kind: modular, modulus: 5, operations: [x+y, x*y]}, model: {kind: transformer,"
            + " width: 8, heads: 2, hidden: 9, operator_token: true}, perturbation: {lambda2: 0.1},"
            + " steps: 40, loss: {kind: cross-entropy, commutativity: 0.5}}",
        "{task: {kind: modular, modulus: 5, operations: [x+y, x*y]}, model: {kind: mlp, hidden: [9]},"
            + " steps: 40, loss: {kind: cross-entropy, commutativity: 1}, batch: 8}",
    ]

    @Test(
        "a run that is interrupted and resumed ends bit for bit as one that is not",
        arguments: cells)
    func resumed(_ cell: String) throws {
        var run = TrainingRun(
            configuration: try configuration(cell), seed: 3, stop: .budget,
            record: RecordRequest(
                measures: [.effectiveDimension, .fourierGini], parameters: [.last]))
        run.progressInterval = 1
        let whole = try #require(run.run())
        var state: [UInt8] = []
        let stopped = run.run { progress in
            guard progress.step == 23 else { return true }
            state = progress.state()
            return false
        }
        let resumed = try run.resume(state)
        #expect(stopped == nil && whole == resumed)
        #expect(whole.curve.trainLoss[0] != whole.curve.trainLoss.last, "something moved")
        #expect(whole.curve.measures.allSatisfy { $0.values.allSatisfy(\.isFinite) })
    }

    @Test("an embedded symbol's vector is its row, a unit vector's what all operands have for it")
    func vectors() throws {
        let problem = CellProblem(
            try configuration(
                "{task: {kind: modular-sum, modulus: 4}, model: {kind: mlp, hidden: [5]}}"), seed: 2
        )
        let vectors = SymbolVectors(problem)
        #expect(vectors.symbols == 4 && vectors.dimensions == 15)
        let model = FastModel(problem, kernels: .best)
        let weights = try #require(model.copy("decoder.0.weight"))
        let rows = vectors.rows(model)
        for symbol in 0..<4 {
            for place in 0..<15 {
                let (operand, neuron) = (place / 5, place % 5)
                #expect(rows[symbol * 15 + place] == weights[neuron * 12 + operand * 4 + symbol])
            }
        }
    }
}
