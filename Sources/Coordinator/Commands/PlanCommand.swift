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

    @Flag(help: "Plan as grokmap run --refine does.")
    var refine = false

    @OptionGroup var files: DataOptions

    @Option(help: "How to print: text or json.")
    var format = OutputFormat.text

    @Flag(
        inversion: .prefixedNo,
        help: "While no cell is done, train a cell's first steps for a second to tell the time.")
    var calibrate = true

    func run() throws {
        let plan = try SweepPlan(
            try SweepSpec(
                try Posix.read(sweep), named: sweep, overrides: settings, refined: refine,
                files: files.cellFiles(launchedIn: out)))
        let directory = SweepDirectory(out ?? "results/\(plan.spec.name)")
        try directory.requireSweep(plan.spec.name)
        let table = try SweepReader(directory.path).table(plan)
        let tally = table.tally
        let left = table.rows.reduce(0.0) { sum, row in
            switch row.status {
            case .missing, .running: sum + Double(row.cell.configuration.steps)
            case .verified, .failed, .inferred, .deferred, .predicted, .unreachable: sum
            }
        }
        let forecast = SweepForecast(table) {
            guard calibrate, let cell = table.missing.first else { return nil }
            return Calibration.stepsPerSecond(of: cell.definition, data: files.directory.path)
        }
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
            members.merge(plan.spec.settings) { own, _ in own }
            members.merge(tally.members) { own, _ in own }
            members.merge(GrowthText(table)?.members ?? [:]) { $1 }
            if let forecast {
                let slots = SlotCount.allowed()
                members["steps_per_second_per_slot"] = .number(forecast.stepsPerSecond.rounded())
                members["slots"] = .number(Double(slots))
                members["seconds_left"] = TimeText.json(forecast.seconds(slots: slots))
                members["seconds_left_from"] = .string(forecast.basis.rawValue)
            }
            StandardOutput.data(CanonicalJSON.text(.object(members)))
        case .text:
            print(PlanCommand.describe(plan, tally, left: left, forecast))
            for line in GrowthText(table)?.lines ?? [] { print(line) }
            let folder = SweepFolder(out ?? "results/\(plan.spec.name)")
            for line in BudgetGrowth(table, folder)?.lines ?? [] { print(line) }
            for (limit, sites) in plan.precisionLimits {
                let count = sites == 1 ? "1 site" : "the worst of \(sites) sites"
                print("precision: \(limit.text) (\(count))")
            }
        }
    }

    /// The plan for people.
    static func describe(
        _ plan: SweepPlan, _ tally: CellTally, left: Double, _ forecast: SweepForecast?,
        slots: Int = SlotCount.allowed()
    ) -> String {
        var lines = ["\(plan.spec.name): \(plan.spec.title.onOneLine)"]
        for axis in plan.spec.axes {
            let values = axis.values.indices.map { axis.text(at: $0).onOneLine }
            let shown =
                values.count <= 6
                ? values.joined(separator: " ")
                : "\(values[0]) \(values[1]) … \(values[values.count - 1])"
            lines.append("  \(axis.name) (\(axis.path)): \(values.count) values: \(shown)")
        }
        lines += plan.spec.settingLines.map { "  \($0)" }
        var cells = "cells: \(tally.cells), done: \(tally.verified), missing: \(tally.missing)"
        if tally.running > 0 { cells += ", running: \(tally.running)" }
        for (count, word) in [
            (tally.failed, "failed"), (tally.predicted, "predicted"),
            (tally.unreachable, "out of reach"), (tally.inferred, "inferred"),
            (tally.deferred, "not asked for"),
        ] where count > 0 { cells += ", \(word): \(count)" }
        lines.append(cells)
        if left > 0 {
            lines.append("cost: at most \(left.grouped) steps")
            guard let forecast else {
                lines.append("time: grokmap-worker bench says how fast this machine trains")
                return lines.joined(separator: "\n")
            }
            let time = TimeText.words(forecast.seconds(slots: slots))
            let speed = "\(Int(forecast.stepsPerSecond).grouped) steps/s a slot"
            let line =
                switch forecast.basis {
                case .finishedCells:
                    "time: about \(time) on \(slots) slots, if the others take as many steps as"
                        + " the cells that are done, at their \(speed)"
                case .calibration:
                    "time: at most \(time) on \(slots) slots at \(speed), as a trial on this"
                        + " machine has it; cells that stop early take less"
                }
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }
}
