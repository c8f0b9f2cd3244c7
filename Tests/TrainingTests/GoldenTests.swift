import Core
import Testing

@testable import Training

@Suite struct GoldenTests {
    /// Everything that is recorded, but for the toy, which is large.
    static let cases = [
        "regression-1", "regression-2", "classification-1", "classification-2", "one-hot-relu",
        "mini-batch", "transformer-plain", "transformer-pre", "transformer-post",
        "transformer-all", "transformer-batch", "transformer-penalties", "transformer-tied",
        "mlp-one-hot", "mlp-kaiming", "mlp-embedding", "mlp-analytic", "mlp-parity", "mlp-teacher",
        "pair-product", "pair-commutative", "every-option", "mlp-dropout", "mlp-dropout-batch",
        "mlp-noise-numbers", "mlp-noise-embedding", "mlp-noise-one-hot", "pair-noise",
        "pair-noise-all", "transformer-noise", "transformer-dropout", "lion", "rmsprop",
        "decoupled-descent",
        "decay-to-initial", "silu", "gelu-tanh", "table-muon", "muon-all", "sharpness",
        "egalitarian", "egalitarian-all",
        "weight-noise", "label-noise", "rotary", "rotary-one-layer", "sinusoidal",
        "no-positions", "operations", "operations-all", "operations-deep", "operations-one-hot",
        "operations-embedding", "three-terms", "three-terms-all", "three-terms-tied",
        "four-terms-rotary", "three-terms-one-hot", "four-terms-one-hot", "three-terms-embedding",
        "residual-batch", "residual-group", "residual-pool",
    ]
    /// Cases whose gradients are taken elsewhere than at the parameters.
    static let displaced = ["muon-all", "sharpness", "weight-noise", "label-noise"]
    static let fastCases = (cases + ["toy"]).flatMap { name in
        KernelSet.available.map { (name, $0.name) }
    }

    @Test("what a seed fixes is drawn as documented", arguments: cases + ["toy"])
    func initialState(_ name: String) throws {
        let golden = try GoldenFile("\(name)-float32")
        let problem = CellProblem(golden.configuration, seed: golden.seed)
        // Exact: integer arithmetic, IEEE operations and one rounding to single precision.
        #expect(problem.split.train.map(Double.init) == (try golden.tensor("split.train").values))
        #expect(
            problem.split.validation.map(Double.init)
                == (try golden.tensor("split.validation").values))
        if !problem.examples.features.isEmpty {
            #expect(
                problem.examples.features.map(Double.init) == (try golden.tensor("features").values)
            )
        }
        if let mosaic = problem.examples.mosaic {
            #expect(mosaic.tiles.map(Double.init) == (try golden.tensor("tiles").values))
        }
        if !problem.examples.values.isEmpty {
            #expect(
                problem.examples.values.map(Double.init) == (try golden.tensor("values").values))
        }
        if let targets = problem.targets {
            #expect(targets.values.map(Double.init) == (try golden.tensor("targets").values))
        }
        for tensor in problem.parameters.map(\.tensor) {
            let wanted = try golden.tensor("initial/\(tensor.name)")
            #expect(tensor.shape == wanted.shape)
            #expect(tensor.values.map(Double.init) == wanted.values, "\(tensor.name)")
        }
    }

    @Test("the reference follows PyTorch in double precision", arguments: cases)
    func reference(_ name: String) throws {
        let golden = try GoldenFile("\(name)-float64")
        let problem = CellProblem(golden.configuration, seed: golden.seed)
        let model = ReferenceModel<Double>(problem)
        // Both compute in double precision and differ in the order of sums only; AdamW's division by a small root can
        // amplify that by 1/√v, still far below 1e-9 after ten steps.
        try follow(
            golden, problem, model, loss: 1e-12,
            gradient: Tolerance(absolute: 1e-13, relative: 1e-10),
            step: Tolerance(absolute: 1e-10, relative: 1e-9),
            parameters: { model.tensors.map { ($0.name, $0.value) } },
            gradients: { model.tensors.map { ($0.name, $0.gradient) } })
    }

    @Test("the kernels follow PyTorch in single precision", arguments: fastCases)
    func fast(_ name: String, _ set: String) throws {
        let golden = try GoldenFile("\(name)-float32")
        let problem = CellProblem(golden.configuration, seed: golden.seed)
        let model = FastModel(problem, kernels: try #require(KernelSet(named: set)))
        // Sums of up to 200 products in another order: a few hundred units of 6e-8, relative to terms of size 1; where
        // terms cancel, a few dozen relative to the tensor's largest element.
        // Parameters: Adam's first steps are η·g/(|g| + ε'), so a gradient near 0 moves by an error of its own size.
        let optimizer = golden.configuration.optimizer
        let rates = [optimizer.representation, optimizer.decoder, optimizer.lastLayer]
            .compactMap { $0 }.filter { $0.kind != .sgd }.map(\.learningRate)
        try follow(
            golden, problem, model, loss: 5e-6,
            gradient: Tolerance(absolute: 1e-7, relative: 2e-5, ofLargest: 2e-6),
            step: Tolerance(absolute: max(0.02 * (rates.max() ?? 0), 1e-6), relative: 1e-5),
            parameters: { model.parameters.map { ($0.name, $0.values.map(Double.init)) } },
            gradients: { model.gradients.map { ($0.name, $0.values.map(Double.init)) } })
    }

    /// How far an element may be off: so much, and so much of itself and of its tensor's largest element.
    private struct Tolerance {
        var absolute: Double
        var relative: Double
        var ofLargest = 0.0
    }

    private func follow(
        _ golden: GoldenFile, _ problem: CellProblem, _ model: some Model, loss: Double,
        gradient: Tolerance, step tolerance: Tolerance,
        parameters: () -> [(String, [Double])], gradients: () -> [(String, [Double])]
    ) throws {
        let steps = problem.configuration.steps
        let curve = try golden.tensor("curve").values
        var batch = Batch(
            split: problem.split, size: problem.configuration.batch, seed: golden.seed)
        var compared = 0
        for step in 0...steps {
            batch.advance()
            let result = model.differentiate(batch, step: step, evaluating: true)
            let evaluation = try #require(result.evaluation)
            let wanted = curve[(4 * step)..<(4 * step + 4)].map { $0 }
            let losses = [evaluation.trainLoss, evaluation.validationLoss]
            let off = deviation(losses, [wanted[0], wanted[2]], absolute: loss, relative: loss)
            #expect(off <= 1, "losses at step \(step)")
            #expect(evaluation.trainAccuracy == wanted[1], "step \(step)")
            #expect(evaluation.validationAccuracy == wanted[3], "step \(step)")
            guard step < steps else { break }
            if golden.names.contains("trained") {
                let trained = try golden.tensor("trained").values[(2 * step)...(2 * step + 1)]
                let off = deviation(
                    [result.loss], [trained[2 * step]], absolute: loss, relative: loss)
                #expect(off <= 1, "the batch's loss at step \(step)")
                #expect(result.accuracy == trained[2 * step + 1], "the batch at step \(step)")
            }
            compared += try compare(golden, "gradient\(step)", gradients(), gradient)
            model.update()
            compared += try compare(golden, "step\(step + 1)", parameters(), tolerance)
        }
        let recorded = golden.names.filter { $0.hasPrefix("step") || $0.hasPrefix("gradient") }
        #expect(compared == recorded.count && compared > 0)
    }

    /// Compares the tensors that the golden holds under a prefix; returns how many there were.
    private func compare(
        _ golden: GoldenFile, _ prefix: String, _ tensors: [(String, [Double])],
        _ tolerance: Tolerance
    ) throws -> Int {
        var count = 0
        for (name, values) in tensors where golden.names.contains("\(prefix)/\(name)") {
            let wanted = try golden.tensor("\(prefix)/\(name)").values
            let largest = wanted.reduce(0) { max($0, abs($1)) }
            let off = deviation(
                values, wanted, absolute: tolerance.absolute + tolerance.ofLargest * largest,
                relative: tolerance.relative)
            #expect(off <= 1, "\(prefix)/\(name): \(off) times its tolerance")
            count += 1
        }
        return count
    }
}
