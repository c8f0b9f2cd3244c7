import Core
import Foundation
import Results
import Sweeps
import System
import TestSupport
import Testing

@testable import Coordinator

/// Small cells, sweeps and results.
enum Sample {
    /// A sweep of 2 × 3 sites and as many seeds as asked for.
    static func plan(
        _ name: String = "tiny", seeds: Int = 1, extra: String = ""
    ) throws -> SweepPlan {
        try SweepPlan(try SweepSpec(parsing: text(name, seeds: seeds, extra: extra), named: "t"))
    }

    static func text(_ name: String = "tiny", seeds: Int = 1, extra: String = "") -> String {
        """
        sweep: \(name)
        cell:
          task: {symbols: 3}
          model: {hidden: [2]}
          loss: {outputs: 2}
          train_fraction: 0.67
          steps: 5000
        axes:
          rate: {path: optimizer.decoder.learning_rate, values: [0.001, 0.01]}
          decay: {path: optimizer.decoder.weight_decay, values: [0, 1, 2]}
        seeds: [\((0..<seeds).map(String.init).joined(separator: ", "))]
        \(extra)

        """
    }

    /// Cells that differ in their seed.
    static func cells(_ count: Int) throws -> [CellDefinition] {
        let base = try CellDefinition(parsing: "{}").configuration
        return (0..<count).map { CellDefinition(configuration: base, seed: UInt64($0)) }
    }

    static let provenance = CellProvenance(
        sweep: "tiny", worker: "w/0", host: "node", attempt: 2, engine: "fast",
        blasCore: "Haswell", started: "2026-01-02T03:04:05Z", finished: "2026-01-02T03:04:09Z",
        wallSeconds: 3.5)

    /// A grokking run: training reaches 0.9 at step 20, validation at step 2100.
    static func outcome(stop: StopReason = .decided) -> CellOutcome {
        var curve = Curve()
        curve.steps = [0, 10, 20, 2100]
        curve.trainLoss = [1, 0.5, 0.1, 0.01]
        curve.trainAccuracy = [0, 0.5, 0.95, 1]
        curve.validationLoss = [1, 1.2, 1.1, 0.2]
        curve.validationAccuracy = [0, 0, 0.1, 0.92]
        curve.measures = [MeasuredCurve(.weightNorm, [3, 3, 2, 1])]
        curve.earlyTrainLoss = [1, 0.9]
        return CellOutcome(
            curve: curve, rule: PhaseRule(), trainCrossing: Crossing(step: 20),
            validationCrossing: Crossing(step: 2100), stopReason: stop,
            stepsRun: stop == .budget ? 5000 : 2100,
            split: ExampleSplit(
                inputs: [0, 0, 0, 1, 0, 2, 1, 1, 1, 2, 2, 2], symbolsPerExample: 2,
                labels: [0, 1, 2, 2, 3, 4], train: [5, 0, 3, 1], validation: [2, 4]),
            targets: nil, parameters: [])
    }

    /// The bytes of a cell's file; measures with an interval were evaluated every 50 steps until 100.
    static func file(
        _ cell: CellDefinition, in directory: TemporaryDirectory, stop: StopReason = .decided,
        record: RecordRequest = RecordRequest()
    ) throws -> [UInt8] {
        let path = "\(directory.path)/\(UUID().uuidString).h5"
        var outcome = outcome(stop: stop)
        for request in record.measures where !request.followsCurve {
            outcome.curve.measures.append(
                MeasuredCurve(request, ownSteps: [0, 50, 2100], values: [0, 0.5, 1]))
        }
        try CellFile.write(
            StoredCell(definition: cell, outcome: outcome, provenance: provenance), to: path)
        return try Posix.read(path)
    }

    /// A directory at a path with two verified cells, one failed and one in a slot's hands, its owner, and its ledger.
    static func launch(
        _ path: String, in scratch: TemporaryDirectory, extra: String = ""
    ) throws -> (SweepDirectory, Ledger) {
        let plan = try plan(extra: extra)
        let (directory, ledger) = try launch(path, text: text(extra: extra), in: scratch, done: 2)
        let attempt = AttemptID(cell: plan.cells[3].id, attempt: 1)
        try ledger.write([
            .failure(plan.cells[2].id, reason: "killed"), .lease(attempt, slot("w"), process()),
        ])
        return (directory, ledger)
    }

    /// A directory of any sweep, of which so many cells are verified.
    static func launch(
        _ path: String, text: String, in scratch: TemporaryDirectory, done: Int
    ) throws -> (SweepDirectory, Ledger) {
        let plan = try SweepPlan(try SweepSpec(parsing: text, named: "t"))
        let directory = SweepDirectory(path)
        try directory.claim(for: plan.spec.name)
        try Posix.writeDurably(Array(text.utf8), to: directory.specPath)
        let ledger = try Ledger(directory.ledgerPath)
        for cell in plan.cells.prefix(done) {
            try Posix.makeDirectory(directory.cellFolder(cell.id))
            try Posix.writeDurably(
                try file(cell.definition, in: scratch, record: plan.spec.record),
                to: directory.cellPath(cell.id))
        }
        try #require(try CellStore(directory, ledger, reader: ReaderHere()).audit(plan).isEmpty)
        return (directory, ledger)
    }

    static func slot(_ worker: String, _ number: Int = 0, _ incarnation: String = "i1") -> SlotID {
        SlotID(worker: worker, slot: number, incarnation: incarnation)
    }

    static func process(_ host: String = "node", pid: Int32 = 7) -> SlotProcess {
        SlotProcess(host: host, pid: pid, stamp: "boot/\(pid)")
    }

    /// A checkpoint of a cell as a sweep asks for it.
    static func checkpoint(
        _ cell: CellID, _ spec: SweepSpec, step: Int, length: Int = 100
    ) -> Checkpoint {
        Checkpoint(
            origin: Checkpoint.Origin(
                cell: cell, rule: spec.phaseRule, stop: spec.stop, record: spec.record,
                engine: "fast", blasCore: "Haswell"), step: step, seconds: 1,
            state: (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    }

    /// A checkpoint as the ledger knows it.
    static func stored(
        _ attempt: Int, step: Int, blasCore: String = "Haswell"
    ) -> StoredCheckpoint {
        StoredCheckpoint(
            attempt: attempt,
            offer: CheckpointOffer(
                step: step, size: 10, sha256: String(repeating: "a", count: 64), engine: "fast",
                blasCore: blasCore))
    }

    static func result(_ cell: CellID, attempt: Int = 1, sha256: String = "ab") -> StoredResult {
        StoredResult(
            cell: cell, attempt: attempt, sha256: sha256, size: 10,
            summary: ResultSummary(outcome(), parameterSteps: [], wallSeconds: 3.5))
    }
}

/// Reads files in this process, and asks for nothing that only training can give.
struct ReaderHere: CellReading {
    func read(_ path: String, _ question: CellFileQuestion) throws -> CellFileAnswer {
        let definition = try CellDefinition(parsing: question.definition)
        return CellFileAnswer(try CellFile.read(path, expecting: definition.id))
    }
}
