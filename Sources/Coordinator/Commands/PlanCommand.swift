import ArgumentParser
import Core
import Foundation
import Sweeps
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
                try Posix.read(sweep), named: sweep, overrides: settings,
                files: files.cellFiles(launchedIn: out)))
        let table = try SweepReader(out ?? "results/\(plan.spec.name)").table(plan)
        let tally = table.tally
        let left = table.rows.reduce(0.0) { sum, row in
            switch row.status {
            case .missing, .running: sum + Double(row.cell.configuration.steps)
            case .verified, .failed, .inferred, .deferred: sum
            }
        }
        let rate = table.stepsPerSecondPerSlot
        switch format {
        case .json:
            var members: [String: JSONValue] = [
                "sweep": .string(plan.spec.name), "cells": .number(Double(tally.cells)),
                "done": .number(Double(tally.verified)),
                "missing": .number(Double(tally.missing)),
                "running": .number(Double(tally.running)),
                "failed": .number(Double(tally.failed)),
                "largest_steps_left": .number(left),
            ]
            if let rate { members["steps_per_second_per_slot"] = .number(rate.rounded()) }
            StandardOutput.data(CanonicalJSON.text(.object(members)))
        case .text:
            print(PlanCommand.describe(plan, tally, left: left, rate: rate))
            let folder = SweepFolder(out ?? "results/\(plan.spec.name)")
            for line in BudgetGrowth(table, folder)?.lines ?? [] { print(line) }
        }
    }

    /// The plan for people.
    static func describe(
        _ plan: SweepPlan, _ tally: CellTally, left: Double, rate: Double?
    ) -> String {
        var lines = ["\(plan.spec.name): \(plan.spec.title)"]
        for axis in plan.spec.axes {
            let values = axis.values.indices.map(axis.text)
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
        var cells = "cells: \(tally.cells), done: \(tally.verified), missing: \(tally.missing)"
        if tally.running > 0 { cells += ", running: \(tally.running)" }
        if tally.failed > 0 { cells += ", failed: \(tally.failed)" }
        lines.append(cells)
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
