package import Core

/// Where every planned cell of a sweep stands: the one answer to that question.
package struct SweepTable: Sendable {
    /// One cell; an object, since columns and figures pass a hundred thousand of them around.
    package final class Row: Sendable {
        /// The cell and its place on the grid.
        package let cell: PlannedCell
        /// Where it stands under the plan's rule.
        package let status: CellStatus
        /// Attempts made at it.
        package let attempts: Int
        /// What its file holds; nil unless it is trained.
        package let result: StoredResult?
        /// Where the next attempt begins, nil for step 0.
        package let checkpoint: StoredCheckpoint?
        /// How far the seeds of its site agree; nil where none has a phase, and in a table without all of its seeds.
        package let site: SiteShare?

        /// A row; its table knows the site.
        package init(
            cell: PlannedCell, status: CellStatus, attempts: Int, result: StoredResult?,
            checkpoint: StoredCheckpoint?, site: SiteShare? = nil
        ) {
            self.cell = cell
            self.status = status
            self.attempts = attempts
            self.result = result
            self.checkpoint = checkpoint
            self.site = site
        }

        fileprivate func knowing(_ site: SiteShare?) -> Row {
            Row(
                cell: cell, status: status, attempts: attempts, result: result,
                checkpoint: checkpoint, site: site)
        }
    }

    /// The sweep, with the rule that verdicts are made under.
    package let plan: SweepPlan
    /// The cells asked for, in plan order.
    package let rows: [Row]
    /// Attempts in slots' hands; none unless somebody runs the sweep.
    package let open: [LedgerAttempt]
    /// What was asked for and is known of a plan that is not trained whole; nil of one that is.
    package let growth: PlanGrowth?

    /// A table of these rows, in plan order.
    package init(plan: SweepPlan, rows: [Row], open: [LedgerAttempt], growth: PlanGrowth?) {
        self.plan = plan
        self.rows = SweepTable.knowingSites(rows, plan)
        self.open = open
        self.growth = growth
    }

    private static func knowingSites(_ rows: [Row], _ plan: SweepPlan) -> [Row] {
        var votes: [Int: [PhaseVerdict]] = [:]
        var seeds: [Int: Int] = [:]
        for row in rows {
            let site = row.cell.number.site
            seeds[site, default: 0] += 1
            if let vote = row.status.vote { votes[site, default: []].append(vote) }
        }
        let isSequential = plan.spec.race != nil
        let shares = votes.filter { seeds[$0.key] == plan.spec.seeds.count }
            .compactMapValues { votes in
                SitePhase(votes).map { SiteShare(phase: $0, isSequential: isSequential) }
            }
        return rows.map { $0.knowing(shares[$0.cell.number.site]) }
    }

    /// How many cells stand where.
    package var tally: CellTally { CellTally(rows.lazy.map(\.status)) }

    /// Where the cells stand, in plan order.
    package var statuses: [CellStatus] { rows.map(\.status) }

    /// Cells whose file is verified.
    package var verified: [PlannedCell] {
        rows.filter { $0.status.verdict != nil }.map(\.cell)
    }

    /// Cells whose file is there, verified or ended early.
    package var trained: [PlannedCell] { rows.filter { $0.status.isTrained }.map(\.cell) }

    /// Of the budgets of predicted cells, the share that was not used; nil where there are none.
    package var predictionSaving: Double? {
        var (used, budgets) = (0.0, 0.0)
        for row in rows {
            guard case .predicted(_, let steps) = row.status else { continue }
            used += Double(steps)
            budgets += Double(row.cell.configuration.steps)
        }
        return budgets > 0 ? 1 - used / budgets : nil
    }

    /// Cells to be trained that nobody trains now.
    package var missing: [PlannedCell] {
        rows.filter { $0.status == .missing }.map(\.cell)
    }

    /// Cells given up, and why.
    package var failed: [(cell: PlannedCell, reason: String)] {
        rows.compactMap { row in
            guard case .failed(let reason) = row.status else { return nil }
            return (row.cell, reason)
        }
    }

    /// Missing cells that the next attempt begins in the middle.
    package var resumable: Int {
        rows.count { $0.status == .missing && $0.checkpoint != nil }
    }
}
