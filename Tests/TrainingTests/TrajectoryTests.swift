import Core
import Testing

@testable import Training

@Suite struct TrajectoryTests {
    static let cases = [
        "classification-2", "transformer-plain", "mlp-one-hot", "mlp-parity",
    ]

    @Test("the kernels follow the reference over 60 steps", arguments: cases)
    func reference(_ name: String) throws {
        let golden = try GoldenFile("\(name)-float64")
        var configuration = golden.configuration
        configuration.steps = 60
        let problem = CellProblem(configuration, seed: golden.seed)
        let models: [any Model] = [
            FastModel(problem, kernels: .best), ReferenceModel<Float>(problem),
            ReferenceModel<Double>(problem),
        ]
        var curves: [[Double]] = []
        for model in models {
            var batch = Batch(split: problem.split, size: configuration.batch, seed: golden.seed)
            var curve: [Double] = []
            for step in 0...configuration.steps {
                batch.advance()
                let result = model.differentiate(batch, step: step, evaluating: true)
                let evaluation = try #require(result.evaluation)
                curve += [result.loss, evaluation.trainLoss, evaluation.validationLoss]
                model.update()
            }
            curves.append(curve)
        }
        // Rounding to single precision in every step, which training at these rates does not amplify much.
        for curve in curves.dropLast() {
            let off = deviation(curve, curves[2], absolute: 2e-5, relative: 2e-5)
            #expect(off <= 1, "\(off) times its tolerance")
        }
        // Something was learnt, so that the curves have something to differ in.
        #expect(curves[2][1] - curves[2][curves[2].count - 2] > 1e-3)
    }
}
