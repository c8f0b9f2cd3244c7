import Core
import Foundation
import Testing

@testable import Training

/// `Tests/Goldens/measures.py` computes every measure but curvatures another time.
@Suite struct MeasureGoldenTests {
    struct File: Decodable {
        struct Case: Decodable {
            let name: String
            let cell: JSONValue
            let seed: UInt64
            let train: [Int32]
            let parameters: [String: [Double]]
            let outputs: [Double]
            let values: [String: [Double]]
            /// Measures of what stands inside the network, which the case's outputs have no part in.
            let inner: [String: [Double]]
            /// Numbers in the place of the sample's features, whose ranks no precision may exchange.
            let features: [Double]
            /// Their O-information.
            let oInformation: Double

            enum CodingKeys: String, CodingKey {
                case name, cell, seed, train, parameters, outputs, values, inner, features
                case oInformation = "o_information"
            }
        }
        let cases: [Case]
    }

    private let file: File

    init() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Goldens/measures.json")
        file = try JSONDecoder().decode(File.self, from: Data(contentsOf: path))
    }

    @Test("measures of given parameters and outputs are those of NumPy and SciPy")
    func goldens() throws {
        for golden in file.cases {
            let configuration = try CellConfiguration(reading: golden.cell.specNode)
            let problem = CellProblem(configuration, seed: golden.seed)
            #expect(problem.split.train == golden.train)
            let model = StubModel(problem, golden.parameters, outputs: golden.outputs)
            for (name, wanted) in golden.values.sorted(by: { $0.key < $1.key }) {
                let measure = try #require(Measure(name: name))
                #expect(measure.obstacle(in: configuration) == nil, "\(golden.name): \(name)")
                var probe = MeasureProbes.probe(of: measure, problem)
                let found = probe.values(model)
                #expect(found.count == probe.width)
                // Both work in double precision; eigenvalues of Gram matrices lose half of the digits near zero.
                #expect(
                    deviation(found, wanted, absolute: 1e-7, relative: 1e-7) <= 1,
                    "\(golden.name): \(name) is \(found), not \(wanted)")
            }
        }
    }

    @Test("measures of a network's inside, in single precision, are those of PyTorch")
    func inner() throws {
        for golden in file.cases {
            let configuration = try CellConfiguration(reading: golden.cell.specNode)
            let problem = CellProblem(configuration, seed: golden.seed)
            let model = StubModel(problem, golden.parameters, outputs: golden.outputs)
            for (name, wanted) in golden.inner.sorted(by: { $0.key < $1.key }) {
                let measure = try #require(Measure(name: name))
                #expect(measure.obstacle(in: configuration) == nil, "\(golden.name): \(name)")
                var probe = MeasureProbes.probe(of: measure, problem)
                let found = probe.values(model)
                #expect(found.count == probe.width)
                #expect(
                    deviation(found, wanted, absolute: 1e-5, relative: 1e-5) <= 1,
                    "\(golden.name): \(name) is \(found), not \(wanted)")
            }
        }
    }

    @Test("the O-information of given features is that of SciPy")
    func oInformation() {
        for golden in file.cases {
            let count = min(MeasureSample.size, golden.train.count)
            let found = OInformation.of(golden.features, count: count, seed: golden.seed)
            #expect(abs(found - golden.oInformation) < 1e-8, "\(golden.name): \(found)")
        }
    }

    @Test("every measure of given numbers has a golden")
    func complete() {
        let golden = Set(file.cases.flatMap { Array($0.values.keys) + $0.inner.keys })
        let trained = Set(
            [Measure.largestCurvature, .smallestCurvature, .gradientCurvature, .oInformation]
                .map(\.name))
        #expect(golden.union(trained) == Set(Measure.all.map(\.name)))
        #expect(golden.isDisjoint(with: trained))
    }
}
