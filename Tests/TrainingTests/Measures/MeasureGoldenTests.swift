import Core
import Foundation
import Testing

@testable import Training

/// `Tests/Goldens/measures.py` computes every measure that needs no trained network another time.
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

    @Test("every measure of given numbers has a golden")
    func complete() {
        let golden = Set(file.cases.flatMap(\.values.keys))
        let trained = Set([Measure.largestCurvature, .smallestCurvature].map(\.name))
        #expect(golden.union(trained) == Set(Measure.all.map(\.name)))
        #expect(golden.isDisjoint(with: trained))
    }
}
