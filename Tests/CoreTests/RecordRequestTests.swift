import Foundation
import TestSupport
import Testing

@testable import Core

@Suite("RecordRequest")
struct RecordRequestTests {
    private func outcome(measures: [Measure], snapshots: [Int], steps: Int) -> CellOutcome {
        var curve = Curve()
        curve.measures = measures.map { MeasuredCurve($0, []) }
        return CellOutcome(
            curve: curve, rule: PhaseRule(), trainCrossing: nil, validationCrossing: nil,
            stopReason: .budget, stepsRun: steps,
            split: ExampleSplit(
                inputs: [], symbolsPerExample: 2, labels: [], train: [], validation: []),
            targets: nil, parameters: snapshots.map { ParameterSnapshot(step: $0, tensors: []) })
    }

    @Test("an outcome satisfies what it holds, and what it ended too early for")
    func satisfied() {
        let request = RecordRequest(measures: [.rqi], parameters: [.step(0), .step(500), .last])
        func holds(_ measures: [Measure], _ snapshots: [Int], _ steps: Int) -> Bool {
            request.isSatisfied(by: outcome(measures: measures, snapshots: snapshots, steps: steps))
        }
        #expect(holds([.weightNorm, .rqi], [0, 500, 900], 900))
        #expect(holds([.rqi], [0, 400], 400))
        #expect(!holds([.weightNorm], [0, 400], 400))
        #expect(!holds([.rqi], [0], 400))
        #expect(!holds([.rqi], [0, 900], 900))
        #expect(!holds([.rqi], [400], 400))
    }

    @Test("an interval is satisfied by every multiple that the run came to")
    func every() throws {
        let node = try SpecNode(parsing: "{parameters: {every: 500}}")
        let request = try RecordRequest(reading: node, path: "record", of: nil)
        #expect(request.parameters == [.every(500)])
        let listed = try SpecNode(parsing: "{parameters: [3, {every: 500}, last]}")
        #expect(
            try RecordRequest(reading: listed, path: "record", of: nil).parameters
                == [.step(3), .every(500), .last])
        func holds(_ snapshots: [Int], _ steps: Int) -> Bool {
            request.isSatisfied(
                measures: request.measures, clocks: [], parameterSteps: snapshots, stepsRun: steps)
        }
        #expect(holds([0, 500, 1000], 1499) && holds([0], 499))
        #expect(!holds([0, 500], 1000) && !holds([500], 600))
        let coded = try JSONEncoder().encode(request)
        #expect(try JSONDecoder().decode(RecordRequest.self, from: coded) == request)
        #expect(
            problem {
                let node = try SpecNode(parsing: "{parameters: {every: 0}}")
                _ = try RecordRequest(reading: node, path: "record", of: nil)
            }
                == "line 1: record.parameters.every: 0 is out of range: must be between 1 and 1099511627776"
        )
    }

    @Test(
        "steps are numbers from 0 or the word last", arguments: ["-1", "0.5", "\"first\"", "null"])
    func steps(_ text: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(
                RecordRequest.self, from: Data("{\"parameters\": [\(text)]}".utf8))
        }
    }
}
