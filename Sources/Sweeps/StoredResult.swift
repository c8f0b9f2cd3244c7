package import Core
import Foundation
package import Results
import SHA256
package import System

/// What the ledger keeps of a verified cell file, enough to know its phase without opening it.
package struct ResultSummary: Sendable, Codable, Equatable {
    /// The rule the crossings were found with.
    package var rule: PhaseRule
    /// Where training accuracy reached its threshold.
    package var train: Crossing?
    /// Where validation accuracy reached its threshold.
    package var validation: Crossing?
    /// What further clocks said; nil where none were asked for.
    package var clocks: [ClockReading]?
    /// What ended a run that was predicted not to generalise; nil of all others.
    package var prediction: EarlyVerdict?
    /// The validation accuracy that the split lets one expect at most; nil where every label occurs in training, and in rows
    /// of versions that did not keep it.
    package var reachable: Double?
    /// Why training ended.
    package var stopReason: StopReason
    /// Updates made.
    package var stepsRun: Int
    /// Training accuracy at the last recorded step.
    package var trainAccuracy: Double
    /// Validation accuracy at the last recorded step.
    package var validationAccuracy: Double
    /// Losses and scalar measures at their last step, by name; nil in rows of versions that did not keep them.
    package var last: [String: Double]?
    /// Seconds the training took.
    package var wallSeconds: Double
    /// Measures along the curve.
    package var measures: [MeasureRequest]
    /// Steps whose parameters the file holds.
    package var parameterSteps: [Int]
    /// The tensors that it was to hold of them; nil where it holds all.
    package var chosenTensors: [String]?

    /// Where a cell with this file stands under a rule, nil when only the curves can tell. What was predicted is so by the
    /// rule's own clock alone.
    package func status(under rule: PhaseRule) -> CellStatus? {
        guard let reading = readings.first(where: { $0.clock == rule.clock }) else { return nil }
        let (train, validation) = (reading.train, reading.validation)
        if stopReason.isComplete || rule.isDecided(train: train, validation: validation) {
            return verified(rule.classify(train: train, validation: validation))
        }
        if stopReason == .predicted, rule.clock == self.rule.clock, let prediction {
            return .predicted(prediction.verdict(train: train), stepsRun: stepsRun)
        }
        guard stopReason == .unreachable, let reachable, let train, validation == nil else {
            return nil
        }
        return rule.unreachable(train: train, reachable: reachable)
            .map { .unreachable($0, stepsRun: stepsRun) }
    }

    /// The same with the curves of the file; nil when they do not tell either.
    package func status(under rule: PhaseRule, _ outcome: CellOutcome) -> CellStatus? {
        status(under: rule) ?? rule.decide(outcome).map(verified)
            ?? rule.unreachable(outcome).map { .unreachable($0, stepsRun: stepsRun) }
    }

    private func verified(_ verdict: PhaseVerdict) -> CellStatus {
        .verified(verdict, stopReason: stopReason, stepsRun: stepsRun)
    }

    /// Every clock that was read, the rule's own first.
    private var readings: [ClockReading] {
        [ClockReading(rule.clock, train: train, validation: validation)] + (clocks ?? [])
    }

    /// Whether the file holds everything a sweep asks its cells to record.
    package func satisfies(_ record: RecordRequest, stop: StopPolicy) -> Bool {
        guard stop.allows(stopReason, prediction) else { return false }
        return record.isSatisfied(
            measures: measures, clocks: readings.map(\.clock), parameterSteps: parameterSteps,
            tensors: chosenTensors, stepsRun: stepsRun)
    }

    /// JSON text, and behind it the first digits of a SHA-256 over the cell and the text: SQLite keeps no checksums, and a
    /// flipped bit of a crossing, or another cell's row, would be another phase.
    package func encoded(for cell: CellID) throws(SystemError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do {
            let json = try encoder.encode(self)
            return String(decoding: json + ResultSummary.seal(json, cell), as: UTF8.self)
        } catch {
            throw SystemError("summarise a result", "results", "\(error)")
        }
    }

    /// A space and 16 hexadecimal digits.
    private static let sealLength = 17

    private static func seal(_ json: some Sequence<UInt8>, _ cell: CellID) -> [UInt8] {
        let digest = SHA256Digest.hex(of: Array("\(cell.hex) ".utf8) + json)
        return Array(" \(digest.prefix(sealLength - 1))".utf8)
    }

    /// A summary out of its text, nil when it is not as it was written for this cell.
    package init?(decoding text: String, for cell: CellID) {
        let bytes = Array(text.utf8)
        let json = bytes.dropLast(ResultSummary.sealLength)
        // Rows of versions up to 0.1 have a digest over the text alone, and brackets that were too narrow: their files say.
        guard bytes[json.endIndex...].elementsEqual(ResultSummary.seal(json, cell)) else {
            return nil
        }
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        // An unreadable summary is made again from the file.
        guard let value = try? decoder.decode(ResultSummary.self, from: Data(json)) else {
            return nil
        }
        self = value
    }

    /// A summary of what a cell file holds.
    package init(_ outcome: CellOutcome, parameterSteps: [Int], wallSeconds: Double) {
        rule = outcome.rule
        train = outcome.trainCrossing
        validation = outcome.validationCrossing
        clocks = outcome.clocks.isEmpty ? nil : outcome.clocks
        prediction = outcome.prediction
        reachable = outcome.reachable
        stopReason = outcome.stopReason
        stepsRun = outcome.stepsRun
        trainAccuracy = outcome.curve.trainAccuracy.last ?? .nan
        validationAccuracy = outcome.curve.validationAccuracy.last ?? .nan
        last = outcome.curve.last
        self.wallSeconds = wallSeconds
        measures = outcome.curve.measures.map(\.request)
        self.parameterSteps = parameterSteps
        chosenTensors = outcome.chosenTensors
    }
}

extension Curve {
    /// Losses and scalar measures at their last step, by name.
    package var last: [String: Double] {
        var last: [String: Double] = [:]
        for column in CurveColumn.recorded { last[column.name] = column.values(self).last }
        for measured in measures where measured.measure.shape == .scalar {
            last[measured.measure.name] = measured.values.last
        }
        return last
    }
}

/// A verified cell file as the ledger knows it.
package struct StoredResult: Sendable, Equatable {
    /// The cell.
    package var cell: CellID
    /// The attempt that made it.
    package var attempt: Int
    /// SHA-256 of the file.
    package var sha256: String
    /// Its size in bytes.
    package var size: Int
    /// What it holds.
    package var summary: ResultSummary

    /// A result.
    package init(cell: CellID, attempt: Int, sha256: String, size: Int, summary: ResultSummary) {
        self.cell = cell
        self.attempt = attempt
        self.sha256 = sha256
        self.size = size
        self.summary = summary
    }

    /// What the ledger keeps of a file.
    package init(_ summary: CellSummary, sha256: String, size: Int) {
        self.init(
            cell: summary.id, attempt: summary.provenance.attempt, sha256: sha256, size: size,
            summary: ResultSummary(
                summary.outcome, parameterSteps: summary.outcome.parameters.map(\.step),
                wallSeconds: summary.provenance.wallSeconds))
    }
}
