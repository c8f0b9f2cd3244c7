import Foundation
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

    @Test(
        "steps are numbers from 0 or the word last", arguments: ["-1", "0.5", "\"first\"", "null"])
    func steps(_ text: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(RecordStep.self, from: Data(text.utf8))
        }
    }
}
