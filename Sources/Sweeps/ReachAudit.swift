package import Core

/// What `stop: reachable` has ended early and spared, and whether any cell got where its split does not let one expect it.
package struct ReachAudit: Sendable, Equatable {
    /// Cells that ended where they had fitted.
    package private(set) var ended = 0
    /// Updates that they had left in their budgets.
    package private(set) var stepsSaved = 0
    /// Seconds on one slot that those would have taken, at the cells' own pace.
    package private(set) var secondsSaved = 0.0
    /// Cells of such splits that fitted and went on.
    package private(set) var audited = 0
    /// Those of them that generalised all the same.
    package private(set) var generalised = 0

    /// The audit of a table; nil unless its sweep ends cells so.
    package init?(_ table: SweepTable) {
        guard table.plan.spec.stop == .reachable else { return nil }
        let rule = table.plan.spec.phaseRule
        for row in table.rows {
            guard let summary = row.result?.summary, let verdict = row.status.vote else { continue }
            if case .unreachable = row.status {
                let left = row.cell.configuration.steps - summary.stepsRun
                ended += 1
                stepsSaved += left
                secondsSaved +=
                    summary.wallSeconds * Double(left) / Double(max(1, summary.stepsRun))
            } else if let reachable = summary.reachable, reachable < rule.validationAccuracy,
                verdict.train != nil
            {
                audited += 1
                if verdict.validation != nil { generalised += 1 }
            }
        }
    }

    /// The share of the ended cells that would have generalised, with 95 % confidence.
    package var errors: WilsonInterval { WilsonInterval(generalised, of: audited) }
}
