import Foundation
import TestSupport
import Testing

@testable import Core

@Suite("Measure")
struct MeasureTests {
    @Test("names are words of their own, and no name of another curve or attribute")
    func names() {
        let names = Measure.all.map(\.name)
        #expect(Set(names).count == names.count)
        let taken = [
            "step", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy",
            "early_step", "early_train_loss", "split", "parameters",
        ]
        for measure in Measure.all {
            #expect(measure.name.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil)
            #expect(!taken.contains(measure.name) && Measure(name: measure.name) == measure)
            #expect(!measure.longName.isEmpty && !measure.formula.isEmpty)
            #expect(!measure.source.isEmpty)
        }
        #expect(Measure(name: "") == nil)
        // Sweep files and results written before there was a registry.
        #expect(names.contains("weight_norm") && names.contains("rqi"))
    }

    @Test("docs/measures.md is what the registry makes it")
    func page() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = root.appending(path: "docs/measures.md")
        let made = FileManager.default.temporaryDirectory.appending(path: "grokmap-measures.md")
        let isEqual = try String(contentsOf: page, encoding: .utf8) == MeasurePage.text
        if !isEqual { try Data(MeasurePage.text.utf8).write(to: made) }
        #expect(isEqual, "cp \(made.path) docs/measures.md, and look at the diff")
    }

    @Test("a request is a name, or a name with an interval")
    func coding() throws {
        let requests = [
            MeasureRequest(.rqi), MeasureRequest(.matrixEntropy, every: 50),
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(requests), as: UTF8.self)
        #expect(text == #"["rqi",{"every":50,"name":"matrix_entropy"}]"#)
        #expect(try JSONDecoder().decode([MeasureRequest].self, from: Data(text.utf8)) == requests)
    }

    @Test(
        "what is no request is refused",
        arguments: [
            "\"rqq\"", "7", "{}", "{\"every\": 5}", "{\"name\": \"rqi\", \"every\": 0}",
            "{\"name\": \"rqi\", \"every\": -3}", "{\"name\": \"rqi\", \"every\": 9e15}",
        ])
    func refused(_ text: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(MeasureRequest.self, from: Data(text.utf8))
        }
    }

    @Test("cheap measures follow the curve; costly ones and those with an interval do not")
    func steps() {
        func first(_ count: Int, _ request: MeasureRequest) -> [Int] {
            (0..<count).reduce(into: []) { steps, _ in
                steps.append(request.step(after: steps.last ?? -1))
            }
        }
        #expect(MeasureRequest(.rqi).followsCurve)
        #expect(!MeasureRequest(.rqi, every: 1).followsCurve)
        let entropy = MeasureRequest(.matrixEntropy)
        #expect(!entropy.followsCurve)
        #expect(first(13, entropy) == Array(0...12))
        #expect(entropy.step(after: 100) == 110 && entropy.step(after: 19) == 20)
        // A run of 100,000 steps costs about a hundred evaluations.
        let within = first(130, entropy).filter { $0 <= 100_000 }
        #expect(within.count < 125)
        #expect(first(4, MeasureRequest(.rqi, every: 25)) == [0, 25, 50, 75])
    }

    @Test("a request is met by the same steps only")
    func satisfied() {
        var request = RecordRequest(measures: [.rqi])
        func isMet(by held: [MeasureRequest]) -> Bool {
            request.isSatisfied(measures: held, clocks: [], parameterSteps: [], stepsRun: 9)
        }
        #expect(isMet(by: [MeasureRequest(.weightNorm), MeasureRequest(.rqi)]))
        #expect(!isMet(by: [MeasureRequest(.rqi, every: 5)]))
        request.measures = [MeasureRequest(.rqi, every: 5)]
        #expect(isMet(by: [MeasureRequest(.rqi, every: 5)]))
        #expect(!isMet(by: [MeasureRequest(.rqi)]))
    }

    @Test("steps without a value are counted for the log")
    func gaps() {
        let vector = MeasuredCurve(
            MeasureRequest(.fourierSpectrum), width: 2, values: [1, .nan, 2, 3, .nan, .nan])
        #expect(vector.gap == "fourier_spectrum has no value at 2 of 3 steps")
        #expect(MeasuredCurve(.rqi, [1, 0]).gap == nil && MeasuredCurve(.rqi, []).gap == nil)
    }

    /// A cell that lacks what each need asks for, by measure.
    static let lacking: [(measure: Measure, cell: String)] = [
        (.weightNormEmbeddings, "task: {kind: parity}, model: {kind: mlp, input: numbers}"),
        (.rqi, "task: {kind: modular}"),
        (.parallelograms, "model: {embedding: 4, combination: matrix-product}"),
        (.effectiveDimension, "task: {kind: teacher}, model: {kind: mlp, input: numbers}"),
        (.embeddingDistance, "task: {kind: permutation}"),
        (.cyclicDistance, "task: {kind: addition}"),
        (.fourierSpectrum, "task: {kind: modular, modulus: 2}"),
        (.logitScale, "loss: {targets: gaussian}"),
        (.circuitEfficiency, "task: {kind: teacher}, model: {kind: mlp, input: numbers}"),
        (
            .commutativityDistance,
            "task: {kind: modular, pairs: unordered}"
        ),
        (.restrictedLoss, "task: {kind: modular, operation: x-y}, loss: {kind: cross-entropy}"),
        (.excludedLosses, "task: {kind: modular}, loss: {targets: gaussian}"),
        (.hiddenDistance, "task: {kind: modular, operation: x/y}"),
        (.cyclicHiddenDistance, "task: {kind: modular}, model: {kind: mlp, hidden: []}"),
        (.informationRatio, "loss: {targets: gaussian}"),
        (.tailExponent, "model: {hidden: [9]}, loss: {outputs: 20}"),
        (.largestCurvature, "batch: 5"), (.gradientCurvature, "batch: 5"),
        (
            .smallestCurvature,
            "task: {kind: modular}, model: {kind: transformer}, perturbation: {lambda2: 1}"
        ),
    ]

    @Test("a measure that a cell cannot have is refused with the reason", arguments: lacking)
    func refusal(_ measure: Measure, _ cell: String) throws {
        let text = """
            sweep: q
            cell: {\(cell)}
            axes: {a: {path: steps, values: [1]}}
            record: {measures: [\(measure.name)]}
            """
        let found = problem { _ = try SweepSpec(parsing: text, named: "q.yaml") }
        let configuration = try CellDefinition(parsing: "{\(cell)}").configuration
        let need = try #require(measure.obstacle(in: configuration))
        #expect(
            found.hasPrefix("q.yaml:4: record.measures: \(measure.name) has no meaning for task: {")
                && found.hasSuffix(" (hint: it is for \(need.text))"), "\(found)")
    }
}
