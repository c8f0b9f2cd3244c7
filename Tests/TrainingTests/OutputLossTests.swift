import Core
import Testing

@testable import Training

/// Losses and penalties of the fast model against those of its plain twin.
@Suite struct OutputLossTests {
    static let sum = "task: {kind: modular, operation: x+y, modulus: 7}"
    static let symbols = "task: {symbols: 7}"
    static let teacher = "task: {kind: teacher, inputs: 3, outputs: 4, hidden: [6], samples: 30}"
    static let numbers = "model: {kind: mlp, input: numbers, hidden: [9], activation: tanh}"

    static let cells = [
        "\(symbols), loss: {kind: stablemax}",
        "\(symbols), loss: {kind: cross-entropy, precision: single}",
        "\(symbols), loss: {kind: cross-entropy, embedding_l1: 0.3}, batch: 5",
        "\(sum), loss: {kind: cross-entropy, commutativity: 2}",
        "\(sum), loss: {kind: cross-entropy, label_smoothing: 0.3}, batch: 9",
        "\(symbols), loss: {kind: cross-entropy, precision: single, label_smoothing: 1}",
        "\(sum), loss: {kind: mse, targets: one-hot, commutativity: 100, embedding_l1: 1}, batch: 9",
        "task: {kind: modular, operation: x*y, modulus: 19}, loss: {kind: stablemax, commutativity: 5}",
        "\(sum), loss: {kind: mse, commutativity: 1}, model: {kind: mlp, hidden: [9]}",
        "\(teacher), \(numbers), loss: {kind: mse}",
        "\(teacher), \(numbers), loss: {kind: mse}, batch: 7",
    ]

    static func configuration(_ cell: String) throws -> CellConfiguration {
        // A pair decoder commutes whatever it has learnt.
        let kind = cell.contains("modular") ? "kind: mlp, input: embedding, " : ""
        let model = cell.contains("model:") ? "" : "model: {\(kind)embedding: 3, hidden: [9, 8]}, "
        var record: RecordRequest?
        return try CellDefinition(
            parsing: "{\(model)\(cell), train_fraction: 0.7, steps: 20}", record: &record
        ).configuration
    }

    @Test("losses, answers and gradients are those of the plain twin", arguments: cells)
    func twin(_ cell: String) throws {
        let configuration = try Self.configuration(cell)
        let problem = CellProblem(configuration, seed: 3)
        for kernels in KernelSet.available {
            let fast = FastModel(problem, kernels: kernels)
            let reference = ReferenceModel<Double>(problem)
            var batch = Batch(split: problem.split, size: configuration.batch, seed: 3)
            for step in 0..<4 {
                batch.advance()
                // Every other step the batch alone is looked at.
                let evaluating = step.isMultiple(of: 2)
                let found = fast.differentiate(batch, step: step, evaluating: evaluating)
                let wanted = reference.differentiate(batch, step: step, evaluating: evaluating)
                #expect(abs(found.loss - wanted.loss) < 2e-6)
                #expect(found.accuracy == wanted.accuracy)
                #expect((found.evaluation == nil) == !evaluating)
                if let found = found.evaluation, let wanted = wanted.evaluation {
                    #expect(abs(found.trainLoss - wanted.trainLoss) < 2e-6)
                    #expect(abs(found.validationLoss - wanted.validationLoss) < 2e-6)
                    #expect(found.trainAccuracy == wanted.trainAccuracy)
                    #expect(found.validationAccuracy == wanted.validationAccuracy)
                }
                for (tensor, gradient) in zip(reference.tensors, fast.gradients) {
                    // Sums of a few dozen terms, each rounded to single precision.
                    let off = deviation(
                        gradient.values.map(Double.init), tensor.gradient, absolute: 1e-6,
                        relative: 2e-5)
                    #expect(off <= 1, "\(tensor.name) at step \(step) on \(kernels.name)")
                }
                fast.update()
                reference.update()
            }
        }
    }

    @Test("penalties move the parameters and stay out of the reported loss")
    func penalties() throws {
        func firstSteps(_ loss: String) throws -> (losses: [Double], gradient: [Float]) {
            let problem = CellProblem(
                try Self.configuration("\(Self.sum), loss: {kind: mse, \(loss)}"), seed: 1)
            let model = FastModel(problem, kernels: .best)
            var batch = Batch(split: problem.split, size: 0, seed: 1)
            batch.advance()
            let result = model.differentiate(batch, step: 0, evaluating: true)
            let evaluation = try #require(result.evaluation)
            return (
                [result.loss, evaluation.trainLoss, evaluation.validationLoss],
                model.gradients[0].values
            )
        }
        let plain = try firstSteps("commutativity: 0")
        for penalty in ["commutativity: 1", "embedding_l1: 1"] {
            let penalised = try firstSteps(penalty)
            #expect(penalised.losses == plain.losses)
            #expect(penalised.gradient != plain.gradient)
        }
    }

    @Test("a regression's answer is right below its tolerance")
    func tolerance() throws {
        func accuracy(_ tolerance: Double) throws -> Double {
            let task = Self.teacher.dropLast() + ", tolerance: \(tolerance)}"
            let problem = CellProblem(
                try Self.configuration("\(task), \(Self.numbers), loss: {kind: mse}"), seed: 2)
            let model = FastModel(problem, kernels: .best)
            var batch = Batch(split: problem.split, size: 0, seed: 2)
            batch.advance()
            return model.differentiate(batch, step: 0, evaluating: false).accuracy
        }
        let accuracies = try [1e-9, 0.02, 0.1, 0.3, 1e9].map(accuracy)
        #expect(accuracies == accuracies.sorted())
        #expect(accuracies.first == 0 && accuracies.last == 1 && Set(accuracies).count > 2)
    }
}
