import ArgumentParser
import Core
import Foundation
import Results
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
            or a slot (WORKER/N), worker or host.
            """)
    var subject: String

    @Option(help: "Judge under another rule: gap=500,train_accuracy=0.95.")
    var rule: String?

    func run() throws {
        let directory = SweepDirectory(directory)
        var spec = try directory.storedSpec()
        if let rule { spec.phaseRule = try spec.phaseRule.changed(by: rule) }
        let plan = try SweepPlan(spec)
        let cell: PlannedCell
        do {
            cell = try CellAddress.find(subject, in: plan)
        } catch {
            guard try explainSlots(directory) else { throw error }
            return
        }
        print("cell \(cell.id.hex)")
        print("  \(plan.label(cell.point))")
        let path = directory.cellPath(cell.id)
        if Posix.exists(path) {
            let found = try CellReader.shared.read(path, CellFileQuestion(cell.definition))
            try explain(found, of: cell.definition, under: spec.phaseRule)
            StandardOutput.data("  file: \(path)")
        } else {
            print("  phase: none yet, the cell's file is missing")
        }
        for line in try LiveQuestion.ask(cell.id.hex, of: directory) { print("  now: \(line)") }
        guard Posix.exists(directory.ledgerPath) else { return }
        let ledger = try Ledger(directory.ledgerPath, readOnly: true)
        if let reason = try ledger.failures()[cell.id] { print("  failed: \(reason)") }
        if let checkpoint = try ledger.checkpoints()[cell.id] {
            print("  \(ExplainCommand.describe(checkpoint))")
        }
        let keys = try ledger.keys()
        for attempt in try ledger.attempts(of: cell.id) {
            let key = keys[attempt.slot.worker].map { " (key \($0))" } ?? ""
            print(
                "  attempt \(attempt.id.attempt): slot \(attempt.slot) on"
                    + " \(attempt.process.host)\(key), \(ExplainCommand.span(of: attempt))")
        }
    }

    /// Tells what slots of that name, worker or host have done and are at.
    ///
    /// - Returns: whether there are any.
    private func explainSlots(_ directory: SweepDirectory) throws -> Bool {
        let now = try LiveQuestion.ask(subject, of: directory)
        for line in now { print(line) }
        guard Posix.exists(directory.ledgerPath) else { return !now.isEmpty }
        let attempts = try Ledger(directory.ledgerPath, readOnly: true).attempts().filter {
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

    private static func span(of attempt: Ledger.Attempt) -> String {
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
        _ stored: CellFileAnswer, of cell: CellDefinition, under rule: PhaseRule
    ) throws {
        let outcome = stored.outcome
        if let verdict = rule.decide(outcome) {
            print("  phase: \(verdict.phase.name), because \(verdict.reason)")
            if verdict.uncertain { print("  uncertain: the crossing lies between two evaluations") }
        } else {
            print("  phase: undecided under this rule; grokmap run would train the cell on")
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
