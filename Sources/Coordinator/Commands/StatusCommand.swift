import ArgumentParser
import Core
import Foundation
import Report
import System

/// `grokmap status`: how far a sweep is, running or not.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how far a sweep is; works while it runs.")

    @Argument(help: "The sweep's directory.")
    var directory: String

    @Option(help: "How to print: text or json.")
    var format = OutputFormat.text

    func run() throws {
        let directory = SweepDirectory(directory)
        let plan = try SweepPlan(try directory.storedSpec())
        guard Posix.exists(directory.ledgerPath) else {
            throw CoordinatorError(
                "open the ledger", directory.ledgerPath, "there is none",
                hint: "grokmap verify \(directory.path) --rebuild makes it from the cells")
        }
        let ledger = try Ledger(directory.ledgerPath, readOnly: true)
        let status = try StatusCommand.status(plan, ledger)
        let resumable = try StatusCommand.resumable(plan, status, ledger)
        switch format {
        case .json:
            var members: [String: JSONValue] = [
                "sweep": .string(plan.spec.name), "cells": .number(Double(status.cells.count)),
                "verified": .number(Double(status.verified)),
                "running": .number(Double(status.running)),
                "failed": .number(Double(status.failed)),
                "resumable": .number(Double(resumable)),
                "missing": .number(
                    Double(
                        status.cells.count - status.verified - status.running - status.failed)),
            ]
            for (phase, count) in status.phaseCounts {
                members[phase.name] = .number(Double(count))
            }
            StandardOutput.data(CanonicalJSON.text(.object(members)))
        case .text:
            let map = TerminalMap(width: Terminal.size().columns - 1)
            print(map.lines(SweepReport.input(plan, status)).joined(separator: "\n"))
            var words = "\(status.verified) of \(status.cells.count) cells are there"
            if status.running > 0 { words += ", \(status.running) in slots' hands" }
            if resumable > 0 { words += ", \(resumable) begun" }
            if status.failed > 0 { words += ", \(status.failed) failed" }
            print("\(words): \(status.phaseWords)")
            for event in try ledger.events(last: 5) { print("  \(event)") }
        }
    }

    /// Missing cells that the next attempt begins in the middle.
    static func resumable(
        _ plan: SweepPlan, _ status: SweepStatus, _ ledger: Ledger
    ) throws(CoordinatorError) -> Int {
        let checkpoints = try ledger.checkpoints()
        return zip(plan.cells, status.cells).count { cell, state in
            state == .missing && checkpoints[cell.id] != nil
        }
    }

    /// The status by the ledger's word: quick, and readable while a coordinator runs.
    static func status(_ plan: SweepPlan, _ ledger: Ledger) throws(CoordinatorError) -> SweepStatus
    {
        let results = try ledger.results()
        let failures = try ledger.failures()
        let open = Set(try ledger.attempts().filter { $0.endedAt == nil }.map(\.id.cell))
        return SweepStatus(
            cells: plan.cells.map { cell in
                if let summary = results[cell.id]?.summary,
                    let verdict = summary.verdict(under: plan.spec.phaseRule)
                {
                    .verified(
                        verdict, stopReason: summary.stopReason, stepsRun: summary.stepsRun)
                } else if let reason = failures[cell.id] {
                    .failed(reason: reason)
                } else if open.contains(cell.id) {
                    .running(step: 0)
                } else {
                    .missing
                }
            })
    }
}
