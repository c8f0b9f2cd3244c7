import Core
import Foundation
@preconcurrency import Glibc
import Results
import Sweeps
import System

/// Trains stored cells once more on this machine and compares: a worker that lies about a curve makes sound files, so that
/// nothing else shows it.
struct Retraining {
    /// What became of a cell.
    enum Finding: Equatable {
        /// The same bits.
        case same
        /// Computed here with other kernels, whose last bits differ; the same verdict.
        case alike(String)
        /// Something else.
        case different(String)
        /// It could not be trained here.
        case untrained(String)
    }

    /// The sweep's directory.
    let directory: SweepDirectory
    /// Where the files are that cells name.
    let data: String

    /// Trains a cell again and compares what its file holds.
    ///
    /// - Throws: `CoordinatorError` when this machine cannot; `ResultsError` when the cell's file cannot be read.
    func compare(_ cell: CellDefinition) throws -> Finding {
        let stored = try CellFile.read(directory.cellPath(cell.id), expecting: cell.id)
        let folder = "\(directory.path)/incoming/retrained-\(getpid())"
        try Posix.makeDirectory(folder)
        // What stays behind is swept up with everything that is on its way in.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (config, out) = (folder + "/cell.json", folder + "/cell.h5")
        let request = Retraining.request(stored.definition, stored.outcome)
        try Posix.writeDurably(Array(request.utf8), to: config)
        // A core that is named pins the kernels of its width, as whoever pinned it for the sweep had them.
        var words = ""
        for core in [stored.provenance.blasCore, "auto"] {
            (_, words) = try train(config, out, stored, core: core)
            guard Posix.exists(out) else { continue }
            return Retraining.compare(stored, try CellFile.read(out, expecting: cell.id))
        }
        return .untrained(words)
    }

    /// The cell as `grokmap-worker train` takes it, recording what the file has.
    static func request(_ cell: CellDefinition, _ outcome: CellOutcome) -> String {
        var record = RecordRequest(
            parameters: outcome.parameters.map { .step($0.step) },
            clocks: outcome.clocks.map(\.clock))
        record.measures = outcome.curve.measures.map(\.request)
        // Where all steps asked for lie beyond the end, no tensor was kept.
        record.tensors = outcome.parameters.isEmpty ? nil : outcome.chosenTensors
        return cell.canonicalText.dropLast()
            + ",\"record\":\(CanonicalJSON.text(record.json))}"
    }

    /// When a run ends that ends as this one did.
    static func stop(_ outcome: CellOutcome) -> StopPolicy {
        switch outcome.stopReason {
        case .decided: .decided
        case .predicted: (outcome.prediction?.cut).map(StopPolicy.predicted) ?? .decided
        case .unreachable: .reachable
        case .cycled: .decided
        case .budget, .diverged, .settled: .budget
        }
    }

    private func train(
        _ config: String, _ out: String, _ cell: StoredCell, core: String
    ) throws(CoordinatorError) -> (Int32, String) {
        let process = Process()
        process.executableURL = try WorkerProgram.find()
        process.arguments = [
            "train", config, "--out", out, "--data", data, "--quiet", "--blas-core", core,
            "--stop", Retraining.stop(cell.outcome).rawValue,
        ]
        let rule = cell.outcome.rule.differences(from: PhaseRule())
        if !rule.isEmpty { process.arguments? += ["--rule", rule] }
        let errors = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        do {
            try process.run()
        } catch {
            throw CoordinatorError("train again", cell.definition.id.short, "\(error)")
        }
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let last = String(decoding: said, as: UTF8.self).split(whereSeparator: \.isNewline).last
        return (
            process.terminationStatus, last.map { String($0).onOneLine(atMost: 500) } ?? "no reason"
        )
    }

    /// What two trainings of one cell have in common.
    static func compare(_ stored: StoredCell, _ again: StoredCell) -> Finding {
        let (then, now) = (stored.provenance, again.provenance)
        let kernels = (then.engine, then.blasCore) == (now.engine, now.blasCore)
        guard kernels else {
            let here = "\(now.engine), \(now.blasCore) here"
            let verdicts = [stored, again].map { $0.outcome.rule.decide($0.outcome)?.phase }
            guard verdicts[0] == verdicts[1] else {
                return .different(
                    "phase \(Retraining.name(verdicts[0])), trained again"
                        + " \(Retraining.name(verdicts[1])) (\(here))")
            }
            return .alike(here)
        }
        guard let difference = Retraining.difference(stored.outcome, again.outcome) else {
            return .same
        }
        return .different(difference)
    }

    private static func name(_ phase: Phase?) -> String { phase?.name ?? "undecided" }

    /// The first thing that differs, nil where every bit is the same.
    private static func difference(_ a: CellOutcome, _ b: CellOutcome) -> String? {
        func first(_ name: String, _ x: [Double], _ y: [Double]) -> String? {
            guard x.count == y.count else { return "\(name) has \(x.count) values, not \(y.count)" }
            let place = zip(x, y).map { $0.bitPattern == $1.bitPattern }.firstIndex(of: false)
            return place.map { "\(name) at step \(a.curve.steps[$0]) is \(x[$0]), not \(y[$0])" }
        }
        if a.split != b.split { return "the split" }
        if a.targets != b.targets { return "the targets" }
        if a.curve.steps != b.curve.steps || a.stepsRun != b.stepsRun {
            return "\(a.stepsRun) steps, not \(b.stepsRun), or others of them evaluated"
        }
        let curves =
            first("train_loss", a.curve.trainLoss, b.curve.trainLoss)
            ?? first("train_accuracy", a.curve.trainAccuracy, b.curve.trainAccuracy)
            ?? first("validation_loss", a.curve.validationLoss, b.curve.validationLoss)
            ?? first(
                "validation_accuracy", a.curve.validationAccuracy, b.curve.validationAccuracy)
        if let curves { return curves }
        if a.curve != b.curve { return "a measure, or early_train_loss" }
        let crossings =
            (a.trainCrossing, a.validationCrossing) == (b.trainCrossing, b.validationCrossing)
        if !crossings || a.stopReason != b.stopReason { return "crossings or stop reason" }
        func bits(_ outcome: CellOutcome) -> [[UInt32]] {
            outcome.parameters.flatMap { $0.tensors.map { $0.values.map(\.bitPattern) } }
        }
        return bits(a) == bits(b) ? nil : "parameters"
    }
}
