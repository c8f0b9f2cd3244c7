package import Core
import Foundation

/// What a cell file holds, on its way from the process that reads files to the one that asked: numbers and names without
/// the inputs of examples and the tensors of parameters.
package struct CellFileAnswer: Sendable, Equatable {
    /// What training produced. Of the split, labels and rows; of parameters, the steps.
    package var outcome: CellOutcome
    /// Who trained it.
    package var provenance: CellProvenance

    /// The answer about a cell.
    package init(_ cell: StoredCell) {
        outcome = cell.outcome
        outcome.split = ExampleSplit(
            labels: cell.outcome.split.labels, train: cell.outcome.split.train,
            validation: cell.outcome.split.validation)
        outcome.targets = nil
        outcome.parameters = cell.outcome.parameters.map {
            ParameterSnapshot(step: $0.step, tensors: [])
        }
        provenance = cell.provenance
    }

    /// Everything but the long lists.
    private struct Head: Codable {
        var rule: PhaseRule
        var train: Crossing?
        var validation: Crossing?
        var clocks: [ClockReading]
        var prediction: EarlyVerdict?
        var reachable: Double?
        var stopReason: StopReason
        var stepsRun: Int
        var evaluationInterval: Int
        var measures: [Measured]
        var chosenTensors: [String]?
        var provenance: CellProvenance
    }

    /// A measure without its numbers.
    private struct Measured: Codable {
        var request: MeasureRequest
        var width: Int
        var hasOwnSteps: Bool
    }

    /// The answer as bytes: a head in JSON, then the lists, each behind its length.
    package func encoded() throws -> [UInt8] {
        let curve = outcome.curve
        let head = Head(
            rule: outcome.rule, train: outcome.trainCrossing,
            validation: outcome.validationCrossing, clocks: outcome.clocks,
            prediction: outcome.prediction, reachable: outcome.reachable,
            stopReason: outcome.stopReason, stepsRun: outcome.stepsRun,
            evaluationInterval: outcome.evaluationInterval,
            measures: curve.measures.map {
                Measured(
                    request: $0.request, width: $0.width, hasOwnSteps: $0.ownSteps != nil)
            }, chosenTensors: outcome.chosenTensors, provenance: provenance)
        var bytes = Bytes()
        bytes.write(Array(try JSONEncoder().encode(head)))
        bytes.write(curve.steps.map(Int64.init))
        for column in [
            curve.trainLoss, curve.trainAccuracy, curve.validationLoss, curve.validationAccuracy,
            curve.earlyTrainLoss,
        ] { bytes.write(column) }
        for measured in curve.measures {
            if let steps = measured.ownSteps { bytes.write(steps.map(Int64.init)) }
            bytes.write(measured.values)
        }
        bytes.write(outcome.parameters.map { Int64($0.step) })
        bytes.write(outcome.split.labels)
        bytes.write(outcome.split.train)
        bytes.write(outcome.split.validation)
        return bytes.all
    }

    /// Reads an answer; the process that gave it has read what others wrote, so it is not believed either.
    ///
    /// - Throws: `ResultsError` or a decoding error when the bytes are no answer.
    package init(decoding bytes: [UInt8], about path: String) throws {
        var rest = Rest(bytes: bytes[...], path: path)
        let head = try JSONDecoder().decode(Head.self, from: Data(try rest.list(of: UInt8.self)))
        var curve = Curve()
        curve.steps = try rest.list(of: Int64.self).map(Int.init)
        curve.trainLoss = try rest.list()
        curve.trainAccuracy = try rest.list()
        curve.validationLoss = try rest.list()
        curve.validationAccuracy = try rest.list()
        curve.earlyTrainLoss = try rest.list()
        for measured in head.measures {
            let steps: [Int]? =
                measured.hasOwnSteps ? try rest.list(of: Int64.self).map(Int.init) : nil
            curve.measures.append(
                MeasuredCurve(
                    measured.request, ownSteps: steps, width: measured.width,
                    values: try rest.list()))
        }
        let snapshots = try rest.list(of: Int64.self).map {
            ParameterSnapshot(step: Int($0), tensors: [])
        }
        let labels = try rest.list(of: Int32.self)
        outcome = CellOutcome(
            curve: curve, rule: head.rule, trainCrossing: head.train,
            validationCrossing: head.validation, clocks: head.clocks,
            prediction: head.prediction, reachable: head.reachable,
            stopReason: head.stopReason, stepsRun: head.stepsRun,
            evaluationInterval: head.evaluationInterval,
            split: ExampleSplit(
                labels: labels, train: try rest.list(), validation: try rest.list()),
            targets: nil, parameters: snapshots, chosenTensors: head.chosenTensors)
        provenance = head.provenance
        let rows = outcome.split.train + outcome.split.validation
        guard labels.isEmpty || rows.allSatisfy({ labels.indices.contains(Int($0)) }) else {
            throw ResultsError(path: path, problem: "its reader answered nonsense")
        }
    }

    /// The answer as a summary of the file.
    package func summary(of definition: CellDefinition) -> CellSummary {
        CellSummary(definition: definition, outcome: outcome, provenance: provenance)
    }
}

/// Lists one after the other, each behind the number of its bytes.
private struct Bytes {
    var all: [UInt8] = []

    mutating func write<T: BitwiseCopyable>(_ values: [T]) {
        values.withUnsafeBytes { raw in
            withUnsafeBytes(of: Int64(raw.count)) { all += $0 }
            all += raw
        }
    }
}

/// What is left to read of them.
private struct Rest {
    var bytes: ArraySlice<UInt8>
    let path: String

    mutating func list<T: BitwiseCopyable>(of type: T.Type = T.self) throws -> [T] {
        let size = bytes.withUnsafeBytes {
            $0.count < 8 ? -1 : Int($0.loadUnaligned(as: Int64.self))
        }
        guard size >= 0, size <= bytes.count - 8, size % MemoryLayout<T>.stride == 0 else {
            throw ResultsError(path: path, problem: "its reader answered nonsense")
        }
        let raw = bytes.dropFirst(8).prefix(size)
        bytes = bytes.dropFirst(8 + size)
        let count = size / MemoryLayout<T>.stride
        return [T](unsafeUninitializedCapacity: count) { buffer, filled in
            raw.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            filled = count
        }
    }
}
