import ArgumentParser
import Core
import Foundation
import Results
import Sweeps
import System

/// `grokmap explain`: why a cell has its phase or none, who trained it, and what its slots are at.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell why a cell has its phase or waits, or what a slot, worker or host is at.",
        discussion: """
            While a coordinator runs on this machine it is asked too, and says for instance why a \
            cell is not leased.
            """)

    @Argument(help: "The sweep's directory.")
    var directory: String

    @Argument(
        help: """
            The cell: first digits of its identity, or axis=value,…,seed=N; \
            or a slot (WORKER/N), worker, host or allocation.
            """)
    var subject: String

    @Option(help: "Judge under another rule: gap=500,train_accuracy=0.95.")
    var rule: String?

    @Option(help: "How to print: text or json.")
    var format = OutputFormat.text

    func validate() throws {
        guard subject.contains(where: { !$0.isWhitespace }) else {
            throw ValidationError("name a cell, or a slot, worker, host or allocation")
        }
    }

    func run() throws {
        let sweep = try SweepReader(directory)
        let plan = try sweep.storedPlan(rule: rule)
        let cell: PlannedCell
        do {
            cell = try CellAddress.find(subject, in: plan)
        } catch {
            guard format == .text, try explainSlots(sweep) else { throw error }
            return
        }
        // What is known of its site is that of all of its seeds.
        let table = try sweep.table(plan, of: plan.cells(at: cell.number.site))
        guard let row = table.rows.first(where: { $0.cell.number == cell.number }) else { return }
        switch format {
        case .json:
            let facts = CellFacts(
                row, table, attempts: try sweep.ledger?.attempts(of: cell.id) ?? [],
                now: try LiveQuestion.ask(cell.id.hex, of: sweep), path: sweep.cellPath(cell.id))
            StandardOutput.data(CanonicalJSON.text(facts.json))
        case .text: try explain(row, table, sweep)
        }
    }

    /// Tells all that is known of a cell, for people.
    private func explain(_ row: SweepTable.Row, _ table: SweepTable, _ sweep: SweepReader) throws {
        let cell = row.cell
        let path = sweep.cellPath(cell.id)
        print("cell \(cell.id.hex)")
        print("  \(table.plan.label(cell.point).onOneLine)")
        let hasFile = try Posix.size(path) != nil
        for line in ExplainCommand.standing(row, table, hasFile: hasFile) { print("  \(line)") }
        if hasFile {
            do {
                let found = try CellReader.shared.read(path, CellFileQuestion(cell.definition))
                try explain(found, of: cell.definition, row.status, table.plan.spec)
            } catch let error as CoordinatorError {
                // The table has answered; more is known where files can be read.
                print("  curves: \(error)")
            }
            StandardOutput.data("  file: \(path)")
        }
        for line in try LiveQuestion.ask(cell.id.hex, of: sweep) { print("  now: \(line)") }
        if sweep.owner?.isAlive == true, row.status == .missing {
            let launched = AllocationRecord.summary(try sweep.ledger?.allocations() ?? [])
            for line in launched { print("  workers: \(line)") }
        }
        if case .failed(let reason) = row.status { print("  failed: \(reason)") }
        if let checkpoint = row.checkpoint { print("  \(ExplainCommand.describe(checkpoint))") }
        let keys = try sweep.ledger?.keys() ?? [:]
        for attempt in try sweep.ledger?.attempts(of: cell.id) ?? [] {
            let key = keys[attempt.slot.worker].map { " (key \($0))" } ?? ""
            print(
                "  attempt \(attempt.id.attempt): slot \(attempt.slot) on"
                    + " \(attempt.process.host)\(key), \(ExplainCommand.span(of: attempt))")
        }
    }

    /// Where the cell stands, and why; what its file adds is told behind it.
    static func standing(_ row: SweepTable.Row, _ table: SweepTable, hasFile: Bool) -> [String] {
        var lines = ["state: \(row.status.name)"]
        let reason = CellReason.text(row, in: table) ?? ""
        switch row.status {
        case .verified(let verdict, _, _):
            lines.append("phase: \(verdict.phase.name), because \(reason)")
            if verdict.uncertain {
                lines.append("uncertain: the crossing lies between two evaluations")
            }
        case .predicted(let verdict, _), .unreachable(let verdict, _):
            lines.append("phase: \(verdict.phase.name), \(reason)")
        case .inferred(let phase):
            return lines + ["phase: \(phase.name), inferred: \(reason)"]
        case .deferred: return lines + ["phase: none, \(reason)"]
        case .missing, .running, .failed:
            return hasFile ? lines : lines + ["phase: none yet, the cell's file is missing"]
        }
        return hasFile ? lines : lines + ["file: missing; the next run puts it back"]
    }

    /// Why a file that is there does not tell the phase asked for.
    static func shortage(
        _ outcome: CellOutcome, of cell: CellID, in spec: SweepSpec
    ) -> String {
        let stop = spec.stop.policy(for: cell)
        guard stop.allows(outcome.stopReason, outcome.prediction) else {
            return "its run ended as \(outcome.stopReason.rawValue), and the sweep's stop is"
                + " \(spec.stop.rawValue) now"
        }
        let rule = spec.phaseRule
        return rule.decide(outcome) == nil && rule.unreachable(outcome) == nil
            ? "undecided under this rule" : "its file lacks what the sweep records"
    }

    /// Tells what slots of that name, worker or host have done and are at.
    ///
    /// - Returns: whether there are any.
    private func explainSlots(_ sweep: SweepReader) throws -> Bool {
        var now = try LiveQuestion.ask(subject, of: sweep)
        let launched = try sweep.ledger?.allocations() ?? []
        now += launched.filter { [$0.name, "\($0.launcher):\($0.name)"].contains(subject) }
            .map { "\($0.description) (\($0.at))" }
        for line in now { print(line) }
        let attempts = (try sweep.ledger?.attempts() ?? []).filter {
            $0.slot.isMeant(by: subject, on: $0.process.host)
        }.sorted { $0.leasedAt < $1.leasedAt }
        guard !attempts.isEmpty else { return !now.isEmpty }
        let outcomes = Dictionary(grouping: attempts) { $0.outcome ?? "in hand" }
        let counts = outcomes.map { "\($0.value.count) \($0.key)" }.sorted()
        print("\(attempts.count) attempts: \(counts.joined(separator: ", "))")
        for attempt in attempts.suffix(20) {
            print(
                "  \(attempt.slot) on \(attempt.process.host): cell \(attempt.id.cell.short) attempt"
                    + " \(attempt.id.attempt), \(ExplainCommand.span(of: attempt))")
        }
        return true
    }

    private static func span(of attempt: LedgerAttempt) -> String {
        let end = attempt.endedAt.map { "\($0) \(attempt.outcome ?? "")" } ?? "no end yet"
        let reason = attempt.reason.map { $0.isEmpty ? "" : ": \($0)" } ?? ""
        return "\(attempt.leasedAt) to \(end)\(reason)"
    }

    /// Where the cell's next attempt begins.
    static func describe(_ checkpoint: StoredCheckpoint) -> String {
        let offer = checkpoint.offer
        return "checkpoint: resumes at step \(offer.step) of attempt \(checkpoint.attempt), on"
            + " \(offer.engine) with OpenBLAS core \(offer.blasCore) only"
    }

    /// What a split makes impossible, nil when every validation label occurs in training.
    static func ceiling(of split: ExampleSplit, under rule: PhaseRule) -> String? {
        let reachable = split.reachableValidationCount
        let total = split.validation.count
        guard reachable < total else { return nil }
        let share = Double(reachable) / Double(total)
        let consequence =
            share < rule.validationAccuracy
            ? ", less than the rule asks for: no run on this split is likely to generalise" : ""
        return "split: \(reachable) of \(total) validation examples have a label that occurs in"
            + " training\(consequence)"
    }

    private func explain(
        _ stored: CellFileAnswer, of cell: CellDefinition, _ status: CellStatus, _ spec: SweepSpec
    ) throws {
        let outcome = stored.outcome
        let rule = spec.phaseRule
        if !status.isTrained {
            let reason = ExplainCommand.shortage(outcome, of: cell.id, in: spec)
            let next = status == .missing ? "; grokmap run trains the cell again" : ""
            print("  phase: \(reason)\(next)")
        }
        print(
            "  rule: train ≥ \(CanonicalJSON.number(rule.trainAccuracy)), validation ≥ "
                + "\(CanonicalJSON.number(rule.validationAccuracy)), gap \(rule.gap),"
                + " sustain \(rule.sustain)")
        let budget = cell.configuration.steps
        print(
            "  steps: \(outcome.stepsRun) of \(budget), stopped: \(outcome.stopReason.rawValue),"
                + " \(outcome.stopReason.words)")
        if let train = outcome.curve.trainAccuracy.last,
            let validation = outcome.curve.validationAccuracy.last
        {
            print(
                "  last accuracies: train \(CanonicalJSON.number(train)), validation "
                    + CanonicalJSON.number(validation))
        }
        if let note = ExplainCommand.ceiling(of: outcome.split, under: rule) { print("  \(note)") }
        if let theory = TheoryRemark.text(of: cell) { print("  \(theory)") }
        let provenance = stored.provenance
        print(
            "  trained: \(provenance.started) on \(provenance.host), attempt \(provenance.attempt),"
                + " \(provenance.blasCore), \(provenance.wallSeconds) s")
    }
}
