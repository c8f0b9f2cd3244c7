import Core
import Foundation
import Testing

@testable import Training

/// Laws of the measures that look inside a network, or walk away from its parameters.
@Suite struct InnerMeasureTests {
    private func problem(_ text: String) throws -> CellProblem {
        CellProblem(try CellDefinition(parsing: "{\(text)}").configuration, seed: 3)
    }

    private func values(_ measure: Measure, _ problem: CellProblem, _ model: some Model) -> [Double]
    {
        var probe = MeasureProbes.probe(of: measure, problem)
        return probe.values(model)
    }

    private static let embedded = """
        task: {kind: modular, modulus: 7}, loss: {kind: cross-entropy}, train_fraction: 0.5,
        model: {kind: mlp, input: embedding, embedding: 6, hidden: [12], bias: false}
        """

    @Test("a network that is homogeneous has the same measures at four times its size")
    func homogeneous() throws {
        let problem = try problem(Self.embedded)
        let numbers = Dictionary(
            uniqueKeysWithValues: problem.parameters.map {
                ($0.tensor.name, $0.tensor.values.map { Double($0) })
            })
        let (model, large) = (
            StubModel(problem, numbers, outputs: []),
            StubModel(problem, numbers.mapValues { $0.map { 4 * $0 } }, outputs: [])
        )
        for measure in [
            Measure.perturbedEntropy, .perturbedInformation, .entropyDifference,
            .informationDifference, .informationRatio, .entropyRatio, .oInformation,
        ] {
            let (found, wanted) = (
                values(measure, problem, large), values(measure, problem, model)
            )
            #expect(found[0].isFinite && abs(found[0] - wanted[0]) < 1e-6, "\(measure.name)")
        }
        let distances = [model, large].map { values(.hiddenDistance, problem, $0)[0] }
        #expect(distances[0] > 0 && abs(distances[1] - 16 * distances[0]) < 1e-4 * distances[1])
        #expect(values(.lastLayerCosine, problem, large)[0] > 1 - 1e-12)
        let turned = StubModel(
            problem, numbers.mapValues { $0.map { -$0 } }, outputs: [])
        #expect(values(.lastLayerCosine, problem, turned)[0] < -1 + 1e-12)
    }

    @Test("symbols that are alike are at no distance, and all of one entropy with their copies")
    func alike() throws {
        let problem = try problem(Self.embedded)
        let model = StubModel(
            problem, ["representation": (0..<42).map { Double($0 % 6) }], outputs: [])
        #expect(values(.hiddenDistance, problem, model) == [0])
        #expect(values(.cyclicHiddenDistance, problem, model) == [0])
        let n = 8
        let unit = (0..<n * n).map { $0 / n == $0 % n ? 1.0 : 0 }
        let copies = [Double](repeating: 1, count: n * n)
        #expect(abs(MatrixEntropy.collisionEntropy(unit, order: n) - log(8)) < 1e-12)
        #expect(abs(MatrixEntropy.collisionEntropy(copies, order: n)) < 1e-12)
        func head(_ left: [Double], _ right: [Double], _ isInformation: Bool) -> Double {
            HeadInformation.of(left, right, order: n, isInformation: isInformation)
        }
        #expect(abs(head(unit, unit, true) - 1) < 1e-12 && head(unit, unit, false) == 0)
        #expect(abs(head(unit, copies, false) - 1) < 1e-12)
    }

    @Test("copies are redundant, sums synergetic, independent variables neither")
    func oInformation() throws {
        var stream = RandomStream(state: 4)
        let noise = (0..<4).map { _ in (0..<4000).map { _ in stream.normal() } }
        func value(_ variables: [[Double]]) throws -> Double {
            OInformation.of(try variables.map { try #require(OInformation.scores($0)) })
        }
        #expect(try abs(value([noise[0], noise[1], noise[2]])) < 0.01)
        // Copies, shrunk, have equal correlations.
        let (n, r) = (3.0, 1 - OInformation.shrinkage)
        let determinant = log((1 + (n - 1) * r) * pow(1 - r, n - 1))
        let inverse = (1 + (n - 2) * r) / ((1 - r) * (1 + (n - 1) * r))
        let copies = try value([noise[0], noise[0], noise[0].map { 3 * $0 + 1 }])
        #expect(abs(copies - (-determinant - n / 2 * log(inverse))) < 1e-9 && copies > 0)
        let sum = zip(noise[0], noise[1]).map { $0 + $1 }
        #expect(try value([noise[0], noise[1], sum]) < -0.5)
        #expect(OInformation.scores([2, 2, 2]) == nil)
        #expect(abs(OInformation.normalQuantile(0.975) - 1.959963984540054) < 1e-14)
        #expect(OInformation.normalQuantile(0.5) == 0)
        #expect(
            OInformation.normalQuantile(0.001) == -OInformation.normalQuantile(0.999))
    }

    @Test("a slice passes through the losses as they are, along rows of the parameters' size")
    func landscape() throws {
        let problem = try problem(
            """
            task: {kind: modular, modulus: 7}, loss: {kind: cross-entropy}, train_fraction: 0.5,
            batch: 5, model: {kind: transformer, width: 8, heads: 2, hidden: 12,
            dropout: {residual: 0.2}}, perturbation: {lambda2: 0.3}
            """)
        let model = FastModel(problem, kernels: .best)
        var batch = Batch(split: problem.split, size: 5, seed: 0)
        batch.advance()
        let result = model.differentiate(batch, step: 0, evaluating: true)
        let evaluation = try #require(result.evaluation)
        for (measure, loss) in [
            (Measure.randomSliceTrain, evaluation.trainLoss),
            (.randomSliceValidation, evaluation.validationLoss),
        ] {
            let slice = values(measure, problem, model)
            #expect(slice.count == 25 && abs(slice[12] - loss) < 1e-5 && slice[0] != slice[24])
        }
        // Where a run begins there is no way back.
        let start = values(.startSliceTrain, problem, model)
        #expect(start.allSatisfy { abs($0 - evaluation.trainLoss) < 1e-5 })

        let shapes = [[2, 3], [4]]
        let parameters = [3.0, 0, 4, 1, 1, 1, -2, 0, 5, 1]
        let direction = LossLandscape.normalised(
            [1, 2, 2, 0, 0, 0, 7, 7, -0.1, 0], like: parameters, shapes: shapes)
        #expect(
            deviation(
                direction, [5.0 / 3, 10.0 / 3, 10.0 / 3, 0, 0, 0, 2, 0, -5, 0], absolute: 1e-12,
                relative: 0) <= 1)
    }

    @Test(
        "a twin is the network itself where nothing disturbs it",
        arguments: MeasureProbesTests.cells)
    func twin(_ cell: String) throws {
        let problem = try problem(cell)
        let model = FastModel(problem, kernels: .best)
        var batch = Batch(split: problem.split, size: problem.configuration.batch, seed: 0)
        batch.advance()
        _ = model.differentiate(batch, step: 0, evaluating: false)
        let twin = NetworkTwin(problem)
        twin.take(model)
        let examples = Array(problem.split.validation.prefix(9))
        let features = twin.rows([.features], of: examples)[0]
        let width = features.count / examples.count
        let name = WeightNorm.lastLayer(problem.parameters.map(\.tensor.name))
        let weights = try #require(model.copy(name))
        let bias = model.copy(name.replacingOccurrences(of: "weight", with: "bias"))
        var outputs: [Double] = []
        for row in examples.indices {
            for output in 0..<problem.outputs {
                outputs.append(
                    (0..<width).reduce(name.hasSuffix("weight") ? bias?[output] ?? 0 : 0) {
                        $0 + weights[output * width + $1] * features[row * width + $1]
                    })
            }
        }
        #expect(
            deviation(outputs, model.outputs(of: examples), absolute: 1e-5, relative: 1e-4) <= 1)
    }
}

/// Parallelograms among pairs, counted plainly.
enum ParallelogramCount {
    static func among(_ pairs: [[Int32]]) -> Int {
        pairs.indices.reduce(0) { sum, place in
            sum + pairs[(place + 1)...].count { $0[0] + $0[1] == pairs[place][0] + pairs[place][1] }
        }
    }
}
