import Core
import Testing

@testable import Training

@Suite struct GradientTests {
    @Test(
        "every gradient of the reference is the slope of its loss",
        arguments: GoldenTests.cases.filter { $0 != "mini-batch" })
    func centralDifferences(_ name: String) throws {
        let golden = try GoldenFile("\(name)-float64")
        let problem = CellProblem(golden.configuration, seed: golden.seed)
        let model = ReferencePairDecoder<Double>(problem)
        var batch = Batch(split: problem.split, size: 0, seed: golden.seed)
        batch.advance()
        _ = model.differentiate(batch, step: 0, evaluating: true)
        // Step 1e-6: truncation error 1e-12 and rounding error 1e-16/1e-6 = 1e-10, both below the tolerance.
        let width = 1e-6
        for place in model.tensors.indices {
            let slopes = model.tensors[place].value.indices.map { element in
                let value = model.tensors[place].value[element]
                func lossAt(_ moved: Double) -> Double {
                    model.tensors[place].value[element] = moved
                    model.forward(batch)
                    return model.loss(batch).trainLoss
                }
                let slope = (lossAt(value + width) - lossAt(value - width)) / (2 * width)
                model.tensors[place].value[element] = value
                return slope
            }
            let off = deviation(
                model.tensors[place].gradient, slopes, absolute: 1e-9, relative: 1e-7)
            #expect(off <= 1, "\(model.tensors[place].name)")
        }
    }
}
