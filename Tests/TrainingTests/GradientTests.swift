import Core
import Testing

@testable import Training

@Suite struct GradientTests {
    @Test(
        "every gradient of the reference is the slope of what it minimises",
        arguments: GoldenTests.cases.filter { !GoldenTests.displaced.contains($0) })
    func centralDifferences(_ name: String) throws {
        let golden = try GoldenFile("\(name)-float64")
        let problem = CellProblem(golden.configuration, seed: golden.seed)
        let model = ReferenceModel<Double>(problem)
        var batch = Batch(
            split: problem.split, size: golden.configuration.batch, seed: golden.seed)
        batch.advance()
        _ = model.differentiate(batch, step: 0, evaluating: false)
        let examples = batch.order[..<batch.batchCount].map { Int($0) }
        // Step 1e-5 along unit directions: the third derivative times 1e-11 is cut off, and 1e-16/1e-5 is rounded off.
        let width = 1e-5
        var stream = RandomStream(state: golden.seed)
        for place in model.tensors.indices {
            let value = model.tensors[place].value
            // A wrong element of the gradient shows in every random direction.
            for _ in 0..<3 {
                let draws = value.map { _ in stream.normal() }
                let length = Reference.sumOfSquares(draws).squareRoot()
                let direction = draws.map { $0 / length }
                func objective(_ distance: Double) -> Double {
                    model.tensors[place].value = zip(value, direction).map { $0 + distance * $1 }
                    return model.objective(examples)
                }
                let slope = (objective(width) - objective(-width)) / (2 * width)
                let found = zip(model.tensors[place].gradient, direction).reduce(0) {
                    $0 + $1.0 * $1.1
                }
                let off = deviation([found], [slope], absolute: 1e-9, relative: 1e-7)
                #expect(off <= 1, "\(model.tensors[place].name)")
            }
            model.tensors[place].value = value
        }
    }
}
