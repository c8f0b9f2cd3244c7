import Core
import Foundation
import Results

/// What is said of a cell that has been trained.
struct CellReport: Encodable {
    /// The cell's identity.
    var cell: String
    /// Its phase under its rule.
    var phase: String
    /// Why.
    var reason: String
    /// First step at which training accuracy reached its threshold.
    var trainStep: Int?
    /// First step at which validation accuracy reached its threshold.
    var validationStep: Int?
    /// Why training ended.
    var stopReason: String
    /// Updates made.
    var stepsRun: Int
    /// Seconds of training.
    var wallSeconds: Double
    /// OpenBLAS core in use.
    var blasCore: String

    private enum CodingKeys: String, CodingKey {
        case cell
        case phase
        case reason
        case trainStep = "train_step"
        case validationStep = "validation_step"
        case stopReason = "stop_reason"
        case stepsRun = "steps_run"
        case wallSeconds = "wall_seconds"
        case blasCore = "blas_core"
    }

    /// A report on a stored cell.
    init(_ stored: StoredCell) {
        let verdict = stored.outcome.verdict
        cell = stored.definition.id.hex
        phase = verdict.phase.name
        reason = verdict.reason
        trainStep = stored.outcome.trainCrossing?.step
        validationStep = stored.outcome.validationCrossing?.step
        stopReason = stored.outcome.stopReason.rawValue
        stepsRun = stored.outcome.stepsRun
        wallSeconds = stored.provenance.wallSeconds
        blasCore = stored.provenance.blasCore
    }

    /// One line.
    func text(_ format: OutputFormat) -> String {
        switch format {
        case .json: JSONLine.text(self)
        case .text:
            "\(phase): \(reason) (\(stopReason) after \(stepsRun) steps, "
                + String(format: "%.2f s)", wallSeconds)
        }
    }
}

/// Values as JSON, one line each, keys in order.
enum JSONLine {
    /// The line.
    static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            // Reports hold strings, integers and finite numbers only; nothing in them can fail to encode.
            preconditionFailure("report: \(error)")
        }
    }
}
