import Core
import Testing

@testable import Training

@Suite struct ResidualNetworkTests {
    /// Networks on pictures, each with its task: odd sides, kernels of every size, strides, groups of one and all channels.
    static let networks = [
        "task: {kind: polygons, shapes: [0, 4], tile: 6}, model: {channels: [4], blocks: [1]}",
        "task: {kind: polygons, shapes: [3, 5], tile: 7, colours: rgb},"
            + " model: {stem: {kernel: 5, stride: 2}, channels: [6, 9], blocks: [2, 1],"
            + " normalisation: group, groups: 3}",
        "task: {kind: polygons, shapes: [0, 3, 7], tile: 9}, batch: 13,"
            + " model: {stem: {kernel: 7, stride: 2, pool: true}, channels: [3, 5, 2], blocks: [1, 1, 1]}",
        "task: {kind: polygons, shapes: [0, 3, 7], tile: 6}, batch: 41,"
            + " model: {stem: {kernel: 1}, channels: [3, 8], blocks: [1, 1], normalisation: group, groups: 1}",
        "task: {kind: images, images: i, labels: l, samples: 37, pixels: 49, classes: 3}, batch: 10,"
            + " model: {channels: [5, 7], blocks: [1, 1]}, perturbation: {lambda2: 0.1}",
    ]

    static func configuration(_ keys: String) throws -> CellConfiguration {
        let text = keys.replacing("model: {", with: "model: {kind: residual-network, ")
        return try CellDefinition(
            parsing: "{\(text), loss: {kind: cross-entropy}, train_fraction: 0.6, steps: 30}"
        ).configuration
    }

    static func problem(_ keys: String) throws -> CellProblem {
        let configuration = try configuration(keys)
        guard case .images(let task) = configuration.task else {
            return CellProblem(configuration, seed: 3)
        }
        let images = Images(
            pixels: KernelCase.numbers(task.samples * task.pixels, state: 6),
            labels: (0..<task.samples).map { Int32($0 % task.classes) })
        return CellProblem(configuration, seed: 3, images: images)
    }

    @Test(
        "the kernels follow the reference over steps, evaluated with running statistics",
        arguments: networks, KernelCase.sets)
    func reference(_ keys: String, _ set: String) throws {
        let problem = try Self.problem(keys)
        let fast = FastModel(problem, kernels: try KernelCase.kernels(set))
        let plain = ReferenceModel<Double>(problem)
        var batch = Batch(
            split: problem.split, size: problem.configuration.batch, seed: problem.seed)
        for step in 0..<4 {
            batch.advance()
            let found = fast.differentiate(batch, step: step, evaluating: true)
            let wanted = plain.differentiate(batch, step: step, evaluating: true)
            let (here, there) = (
                try #require(found.evaluation), try #require(wanted.evaluation)
            )
            // Rounding to single precision, which normalisation divides by deviations below 1.
            let off = deviation(
                [found.loss, here.trainLoss, here.validationLoss],
                [wanted.loss, there.trainLoss, there.validationLoss], absolute: 2e-5,
                relative: 2e-5)
            #expect(off <= 1, "losses at step \(step): \(off) times their tolerance")
            for (gradient, exact) in zip(fast.gradients, plain.tensors) {
                let largest = exact.gradient.reduce(0) { max($0, abs($1)) }
                let off = deviation(
                    gradient.values.map(Double.init), exact.gradient,
                    absolute: 1e-6 + 1e-4 * largest, relative: 1e-4)
                #expect(off <= 1, "\(exact.name) at step \(step): \(off) times its tolerance")
            }
            fast.update()
            plain.update()
        }
    }

    @Test("a picture's outputs do not depend on those beside it", arguments: networks)
    func alone(_ keys: String) throws {
        let problem = try Self.problem(keys)
        let model = FastModel(problem, kernels: .best)
        var batch = Batch(
            split: problem.split, size: problem.configuration.batch, seed: problem.seed)
        for step in 0..<3 {
            batch.advance()
            _ = model.differentiate(batch, step: step, evaluating: false)
            model.update()
        }
        let all = model.outputs(of: [0, 1, 2, 3, 4, 5, 6])
        #expect(model.outputs(of: [4]) == Array(all[4 * problem.outputs..<5 * problem.outputs]))
        #expect(Set(all).count > 1)
    }

    @Test(
        "an interruption leaves no trace, running statistics included", arguments: networks,
        ["single", "double"])
    func interrupted(_ keys: String, _ precision: String) throws {
        guard !keys.contains("images") else { return }
        let run = TrainingRun(
            configuration: try Self.configuration(
                "precision: \(precision), \(keys), evaluate_every: 3"
            ).with(steps: precision == "double" ? 4 : 30), seed: 3, stop: .budget,
            record: RecordRequest(parameters: [.last]))
        var eager = run
        eager.progressInterval = 1
        let whole = try #require(run.run())
        var state: [UInt8] = []
        let stopped = eager.run { progress in
            state = progress.state()
            return progress.step < 3
        }
        #expect(stopped == nil)
        #expect(try eager.resume(state) == whole)
        #expect(whole.curve.trainLoss.first != whole.curve.trainLoss.last)
    }
}

extension CellConfiguration {
    /// The same with another budget.
    fileprivate func with(steps: Int) -> CellConfiguration {
        var configuration = self
        configuration.steps = steps
        return configuration
    }
}
