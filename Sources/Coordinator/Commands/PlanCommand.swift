import ArgumentParser
import Core
import Foundation
import System

/// `grokmap plan`: what a sweep file would train, without training it.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what a sweep file would train; nothing runs.")

    @Argument(help: "The sweep file.")
    var sweep: String

    @Option(help: "The sweep's directory, to see what is done (default: results/<sweep>).")
    var out: String?

    @Option(name: .customLong("set"), help: "Replace a key of the sweep file: key.path=value.")
    var settings: [String] = []

    @OptionGroup var files: DataOptions

    @Option(help: "How to print: text or json.")
    var format = OutputFormat.text

    func run() throws {
        let plan = try SweepPlan(
            try SweepSpec(
                try Posix.read(sweep), named: sweep, overrides: settings, files: files.cellFiles))
        let directory = SweepDirectory(out ?? "results/\(plan.spec.name)")
        let known: [CellID: StoredResult] =
            Posix.exists(directory.ledgerPath)
            ? try Ledger(directory.ledgerPath, readOnly: true).results() : [:]
        // Without a ledger nobody needs identities, and making a million takes long.
        let there: [PlannedCell] =
            known.isEmpty
            ? []
            : plan.cells.filter { cell in
                guard let result = known[cell.id], Posix.exists(directory.cellPath(cell.id)) else {
                    return false
                }
                return result.summary.satisfies(plan.spec.record, stop: plan.spec.stop)
            }
        let missing = plan.cells.count - there.count
        let budget = plan.cells.reduce(0.0) { $0 + Double($1.configuration.steps) }
        let left = missing == 0 ? 0 : budget * Double(missing) / Double(plan.cells.count)
        let trained = there.compactMap { known[$0.id]?.summary }
        let seconds = trained.reduce(0.0) { $0 + $1.wallSeconds }
        let rate = seconds > 0 ? trained.reduce(0.0) { $0 + Double($1.stepsRun) } / seconds : nil
        switch format {
        case .json:
            var members: [String: JSONValue] = [
                "sweep": .string(plan.spec.name), "cells": .number(Double(plan.cells.count)),
                "done": .number(Double(there.count)), "missing": .number(Double(missing)),
                "largest_steps_left": .number(left),
            ]
            if let rate { members["steps_per_second_per_slot"] = .number(rate.rounded()) }
            StandardOutput.data(CanonicalJSON.text(.object(members)))
        case .text:
            print(PlanCommand.describe(plan, done: there.count, left: left, rate: rate))
        }
    }

    /// The plan for people.
    static func describe(_ plan: SweepPlan, done: Int, left: Double, rate: Double?) -> String {
        var lines = ["\(plan.spec.name): \(plan.spec.title)"]
        for axis in plan.spec.axes {
            let values = axis.values.map(CanonicalJSON.number)
            let shown =
                values.count <= 6
                ? values.joined(separator: " ")
                : "\(values[0]) \(values[1]) … \(values[values.count - 1])"
            lines.append("  \(axis.name) (\(axis.path)): \(values.count) values: \(shown)")
        }
        let seeds = plan.spec.seeds.map(String.init).joined(separator: " ")
        lines.append("  seeds: \(seeds)")
        let rule = plan.spec.phaseRule
        lines.append(
            "  rule: train ≥ \(CanonicalJSON.number(rule.trainAccuracy)), "
                + "validation ≥ \(CanonicalJSON.number(rule.validationAccuracy)), "
                + "gap \(rule.gap) steps, stop: \(plan.spec.stop.rawValue)")
        lines.append(
            "cells: \(plan.cells.count), done: \(done), missing: \(plan.cells.count - done)")
        if left > 0 {
            var line = "cost: at most \(ProgressLine.grouped(left)) steps"
            if let rate {
                let time = ProgressLine.duration(left / rate / Double(SlotCount.allowed()))
                line +=
                    ", \(time) on \(SlotCount.allowed()) slots at the"
                    + " \(ProgressLine.grouped(Int(rate))) steps/s measured so far"
            } else {
                line += " (grokmap-worker bench says how many a second this machine takes)"
            }
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }
}
