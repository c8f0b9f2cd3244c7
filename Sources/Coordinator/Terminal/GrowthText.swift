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
        func grouped(_ count: Int) -> String { ProgressLine.grouped(count) }
        let rounds = "\(summary.rounds) round\(summary.rounds == 1 ? "" : "s")"
        var lines = [
            "\(grouped(summary.measuredSites)) sites measured, \(grouped(summary.inferredSites))"
                + " inferred, \(rounds)\(summary.isFinished ? ", complete" : " so far")"
        ]
        if !summary.isFinished {
            lines.append(
                "left: at least \(grouped(summary.least)), at most \(grouped(summary.most)) cells")
        }
        if summary.audit.sites > 0 {
            let errors = summary.errors
            lines.append(
                "audit: \(summary.audit.wrong) of \(grouped(summary.audit.sites)) inferred phases"
                    + " were wrong, that is \(GrowthText.percent(errors.low)) to"
                    + " \(GrowthText.percent(errors.high)) with 95 % confidence")
        }
        let saved = summary.saved
        if saved.cells > 0, saved.steps > 0 {
            lines.append(
                "saved\(summary.isFinished ? "" : " so far"): \(grouped(saved.cells)) cells, about"
                    + " \(ProgressLine.grouped(saved.steps)) steps and"
                    + " \(ProgressLine.duration(saved.seconds)) of one slot")
        }
        return lines
    }

    /// The same as JSON.
    var members: [String: JSONValue] {
        [
            "rounds": .number(Double(summary.rounds)), "complete": .bool(summary.isFinished),
            "measured_sites": .number(Double(summary.measuredSites)),
            "inferred_sites": .number(Double(summary.inferredSites)),
            "least_cells_left": .number(Double(summary.least)),
            "most_cells_left": .number(Double(summary.most)),
            "audited_sites": .number(Double(summary.audit.sites)),
            "audit_wrong": .number(Double(summary.audit.wrong)),
            "audit_error_low": .number(summary.errors.low),
            "audit_error_high": .number(summary.errors.high),
            "saved_cells": .number(Double(summary.saved.cells)),
            "saved_steps": .number(summary.saved.steps.rounded()),
            "saved_seconds": .number(summary.saved.seconds.rounded()),
        ]
    }

    private static func percent(_ share: Double) -> String {
        CanonicalJSON.number((share * 1000).rounded() / 10) + " %"
    }
}
