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
        "chosen tensors are satisfied by a run that kept them, or all; all by a run that kept all")
    func tensors() throws {
        var request = RecordRequest(measures: [], parameters: [.last])
        func holds(_ kept: [String]?) -> Bool {
            request.isSatisfied(
                measures: [], clocks: [], parameterSteps: [9], tensors: kept, stepsRun: 9)
        }
        #expect(holds(nil) && !holds(["representation"]))
        #expect(
            try !String(decoding: JSONEncoder().encode(request), as: UTF8.self).contains("tens"))
        request.tensors = ["decoder.0.bias", "representation"]
        #expect(holds(nil) && holds(["a", "decoder.0.bias", "representation"]))
        #expect(!holds(["representation"]))
        let coded = try JSONEncoder().encode(request)
        #expect(try JSONDecoder().decode(RecordRequest.self, from: coded) == request)
        request.parameters = []
        #expect(holds(["x"]))
    }

    @Test(
        "a name that is no tensor of a cell's network is refused with the nearest one and all",
        arguments: [
            (
                "{parameters: [last], tensors: [decoder.0.wieght]}",
                "decoder.0.wieght is no tensor of this network, which has representation, "
                    + "decoder.0.weight, decoder.0.bias, decoder.1.weight, decoder.1.bias, "
                    + "decoder.2.weight, decoder.2.bias (hint: did you mean decoder.0.weight?)"
            ),
            ("{tensors: [representation]}", "has no meaning without steps at which"),
            ("{parameters: [0], tensors: []}", "the list is empty"),
            (
                "{parameters: [0], tensors: [representation, representation]}",
                "expected different names"
            ),
            (
                "{parameters: [0], tensors: [3]}",
                "expected different names of tensors, found the number 3"
            ),
        ])
    func unknownTensors(_ record: String, _ words: String) throws {
        let found = problem {
            _ = try SweepSpec(
                parsing: "sweep: q\naxes: {a: {path: steps, values: [1]}}\nrecord: \(record)",
                named: "q.yaml")
        }
        #expect(found.hasPrefix("q.yaml:3: record.tensors: "), "\(found)")
        #expect(found.contains(words), "\(found)")
    }

    @Test("where words choose the network, each has the chosen tensors or is refused")
    func tensorsOfCategories() throws {
        func plan(_ tensors: String) throws -> SweepPlan {
            try SweepPlan(
                SweepSpec(
                    parsing: """
                        sweep: q
                        cell: {task: {kind: modular}, model: {kind: mlp}}
                        axes: {input: {path: model.input, values: [one-hot, embedding]}}
                        record: {parameters: [last], tensors: [\(tensors)]}
                        """, named: "q.yaml"))
        }
        #expect(try plan("decoder.1.bias").spec.record.tensors == ["decoder.1.bias"])
        let found = problem { _ = try plan("representation") }
        #expect(found.contains("representation is no tensor of this network"), "\(found)")
        #expect(found.contains("input=one-hot"), "\(found)")
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
