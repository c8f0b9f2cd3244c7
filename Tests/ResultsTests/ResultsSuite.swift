import Core
import Foundation
import TestSupport
import Testing

@testable import HDF5
@testable import Results

/// Parent of all suites here that touch files: HDF5 is used by one test at a time.
@Suite("Results", .serialized, .exclusiveHDF5)
struct ResultsSuite {}

extension File {
    /// Makes a file and puts it where it belongs.
    static func create(at path: String, _ fill: (File) throws -> Void) throws {
        try write(try image(named: path, fill), path)
    }
}

/// Runs a test and expects it to leave no more HDF5 identifiers open than it found.
func expectingNoLeak(_ body: () throws -> Void) throws {
    // The library's own types and property lists come into being with the first use.
    let scratch = try TemporaryDirectory()
    try CellFile.write(Fixture.cell, to: scratch.file("first.h5"))
    let before = Library.openIdentifiers
    try body()
    #expect(Library.openIdentifiers == before)
}

/// Small cells with everything that a file can hold, and with nothing that it need not.
enum Fixture {
    static let definition: CellDefinition = definition(seed: 7)

    static func definition(seed: UInt64) -> CellDefinition {
        do {
            return try CellDefinition(
                parsing: """
                    {"task": {"symbols": 3}, "model": {"hidden": [2]},
                     "loss": {"outputs": 2}, "train_fraction": 0.67, "steps": 5000,
                     "seed": \(seed)}
                    """)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    static let provenance = CellProvenance(
        sweep: "fixture", worker: "node-1/0", host: "Gerät-1", attempt: 2,
        engine: "fast avx512", blasCore: "Haswell", started: "2026-01-02T03:04:05Z",
        finished: "2026-01-02T03:04:09Z", wallSeconds: 3.75)

    /// A grokking run with a bracketed crossing, NaN in its curves, targets and parameters.
    static var cell: StoredCell {
        var curve = Curve()
        curve.steps = [0, 1, 2, 50, 2100, 5000]
        curve.trainLoss = [1.5, 0.7, 0.1, 1e-300, .nan, 0]
        curve.trainAccuracy = [0, 0.5, 0.95, 1, 1, 1]
        curve.validationLoss = [1.6, 1.7, .infinity, 0.3, 0.2, -0.0]
        curve.validationAccuracy = [0, 0.1, 0.2, 0.3, 0.92, 0.97]
        curve.measures = [
            MeasuredCurve(.rqi, [0, 0, 0.25, 0.5, 0.75, 1]),
            MeasuredCurve(.weightNorm, [3, 3, 2, 2, 1, 1]),
            MeasuredCurve(
                MeasureRequest(.fourierSpectrum, every: 2500), ownSteps: [0, 2500, 5000], width: 2,
                values: [1, 2, 3, .nan, -0.0, 6]),
            MeasuredCurve(
                MeasureRequest(.matrixEntropy), ownSteps: [0, 5000], values: [0.5, 0.25]),
        ]
        curve.earlyTrainLoss = [1.5, 0.7, 0.1, .nan]
        let tensors: (Float) -> [NamedTensor] = { shift in
            [
                NamedTensor(name: "representation", shape: [3, 1], values: [1, -2, shift]),
                NamedTensor(
                    name: "decoder.0.weight", shape: [2, 2], values: [shift, 0.5, .nan, 4]),
                NamedTensor(name: "decoder.0.bias", shape: [2], values: [0, shift]),
            ]
        }
        return StoredCell(
            definition: definition,
            outcome: CellOutcome(
                curve: curve, rule: PhaseRule(), trainCrossing: Crossing(step: 2),
                validationCrossing: Crossing(step: 2100, notBefore: 3), stopReason: .budget,
                stepsRun: 5000, evaluationInterval: 10, split: split,
                targets: NamedTensor(
                    name: "targets", shape: [5, 2], values: (0..<10).map(Float.init)),
                parameters: [
                    ParameterSnapshot(step: 0, tensors: tensors(0)),
                    ParameterSnapshot(step: 5000, tensors: tensors(7)),
                ]),
            provenance: provenance)
    }

    /// A run that diverged at once: nothing crossed, nothing asked for, nothing in its curves.
    static var bareCell: StoredCell {
        var curve = Curve()
        curve.measures = []
        return StoredCell(
            definition: definition,
            outcome: CellOutcome(
                curve: curve, rule: PhaseRule(gap: 3, sustain: 2), trainCrossing: nil,
                validationCrossing: nil, stopReason: .diverged, stepsRun: 0, split: split,
                targets: nil, parameters: []),
            provenance: provenance)
    }

    /// Runs like the bare one on tasks whose examples are rows of numbers, by task.
    static func rows() throws -> [(String, StoredCell)] {
        let labels: [Int32] = [1, 0, 1, 1]
        let train: [Int32] = [0, 2]
        let validation: [Int32] = [1, 3]
        let splits = [
            (
                "parity", "{kind: parity, relevant: 1, irrelevant: 1, samples: 4}", "gaussian",
                ExampleSplit(
                    features: [1, -1, -1, -1, 1, 1, 1, -1], featuresPerExample: 2, labels: labels,
                    train: train, validation: validation)
            ),
            (
                "teacher", "{kind: teacher, inputs: 1, outputs: 2, samples: 4}", "values",
                ExampleSplit(
                    features: [0.5, -1e-30, .leastNonzeroMagnitude, 4], featuresPerExample: 1,
                    values: [1, 2, 3, -0.0, 5, 6, 7, 1e38], valuesPerExample: 2, train: train,
                    validation: validation)
            ),
            (
                "images", "{kind: images, images: i, labels: l, samples: 4}", "one-hot",
                ExampleSplit(labels: labels, train: train, validation: validation)
            ),
        ]
        return try splits.map { name, task, targets, split in
            var cell = bareCell
            cell.definition = try CellDefinition(
                parsing: """
                    task: \(task)
                    model: {kind: mlp, input: numbers}
                    loss: {targets: \(targets)}
                    """)
            cell.outcome.split = split
            return (name, cell)
        }
    }

    /// What the group `split` of each of them holds.
    static let rowDatasets = [
        "parity": ["inputs", "labels"], "teacher": ["inputs", "values"], "images": ["labels"],
    ]

    static let split = ExampleSplit(
        inputs: [0, 0, 0, 1, 0, 2, 1, 1, 1, 2, 2, 2], symbolsPerExample: 2,
        labels: [0, 1, 2, 2, 3, 4], train: [5, 0, 3, 1], validation: [2, 4])
}

/// Whether two cells hold the same bits, so that a NaN equals itself.
func identical(_ left: StoredCell, _ right: StoredCell) -> Bool {
    func stripped(_ cell: StoredCell) -> StoredCell {
        var cell = cell
        cell.outcome.targets = nil
        cell.outcome.parameters = []
        return cell
    }
    func same(_ a: NamedTensor?, _ b: NamedTensor?) -> Bool {
        a?.name == b?.name && a?.shape == b?.shape
            && a?.values.map(\.bitPattern) == b?.values.map(\.bitPattern)
    }
    let (a, b) = (left.outcome.parameters, right.outcome.parameters)
    return stripped(left) == stripped(right) && same(left.outcome.targets, right.outcome.targets)
        && a.map(\.step) == b.map(\.step)
        && zip(a, b).allSatisfy {
            $0.tensors.count == $1.tensors.count && zip($0.tensors, $1.tensors).allSatisfy(same)
        }
}
