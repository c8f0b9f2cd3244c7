import Core
import Sweeps

/// A growing plan in words, and as members of JSON output.
struct GrowthText {
    private let summary: GrowthSummary

    /// The words on a table; nil where every cell of the plan is trained.
    init?(_ table: SweepTable) {
        guard let summary = GrowthSummary(table) else { return nil }
        self.summary = summary
    }

    /// Lines for people.
    var lines: [String] {
        let rounds = "\(summary.rounds) round\(summary.rounds == 1 ? "" : "s")"
        var lines = [
            "\(summary.measuredSites.grouped) sites measured, \(summary.inferredSites.grouped)"
                + " inferred, \(rounds)\(summary.isFinished ? ", complete" : " so far")"
        ]
        if !summary.isFinished {
            lines.append(
                "left: at least \(GrowthText.words(summary.least)); at most"
                    + " \(GrowthText.words(summary.most))")
        }
        if summary.audit.sites > 0 {
            let errors = summary.errors
            lines.append(
                "audit: \(summary.audit.wrong) of \(summary.audit.sites.grouped) inferred phases"
                    + " were wrong, that is \(errors.percent) with 95 % confidence")
        }
        let saved = summary.saved
        if saved.cells > 0, saved.steps > 0 {
            lines.append(
                "saved\(summary.isFinished ? "" : " so far"): \(GrowthText.words(saved))")
        }
        return lines
    }

    /// `1,234 cells, about 5,678,900 steps and 12 min of one slot`; no time before it is known.
    private static func words(_ work: GrowthSummary.Work) -> String {
        "\(work.cells.grouped) cells, about \(work.steps.grouped) steps"
            + (work.seconds > 0 ? " and \(TimeText.words(work.seconds)) of one slot" : "")
    }

    /// The same as JSON.
    var members: [String: JSONValue] {
        [
            "rounds": .number(Double(summary.rounds)), "complete": .bool(summary.isFinished),
            "measured_sites": .number(Double(summary.measuredSites)),
            "inferred_sites": .number(Double(summary.inferredSites)),
            "least_cells_left": .number(Double(summary.least.cells)),
            "least_steps_left": .number(summary.least.steps.rounded()),
            "least_seconds_left": TimeText.json(summary.least.seconds),
            "most_cells_left": .number(Double(summary.most.cells)),
            "most_steps_left": .number(summary.most.steps.rounded()),
            "most_seconds_left": TimeText.json(summary.most.seconds),
            "audited_sites": .number(Double(summary.audit.sites)),
            "audit_wrong": .number(Double(summary.audit.wrong)),
            "audit_error_low": .number(summary.errors.low),
            "audit_error_high": .number(summary.errors.high),
            "saved_cells": .number(Double(summary.saved.cells)),
            "saved_steps": .number(summary.saved.steps.rounded()),
            "saved_seconds": TimeText.json(summary.saved.seconds),
        ]
    }
}
