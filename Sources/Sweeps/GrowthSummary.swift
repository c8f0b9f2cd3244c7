package import Core

/// What a sweep that is not trained whole has left to do, what it has spared, and how wrong what it infers can be.
package struct GrowthSummary: Sendable {
    /// Cells, steps and seconds of one slot.
    package struct Work: Sendable, Equatable {
        /// Cells.
        package var cells = 0
        /// Updates.
        package var steps = 0.0
        /// Seconds on one slot; 0 before any cell is done.
        package var seconds = 0.0
    }

    /// Rounds made.
    package let rounds: Int
    /// Whether no more will be made.
    package let isFinished: Bool
    /// Sites with a trained seed.
    package let measuredSites: Int
    /// Sites that are inferred.
    package let inferredSites: Int
    /// What is certain to be trained still: the cells asked for, and the audit of what is inferred now. Its steps and seconds
    /// are those of the mean of the cells that are trained; before the first is, steps are whole budgets.
    package let least: Work
    /// The same if the boundary turns out to be everywhere and all seeds to disagree.
    package let most: Work
    /// What the cells that are not asked for would have taken, by the means of those that were trained: for an inferred
    /// cell of those with its phase, for a further seed of those at its site.
    package let saved: Work
    /// Inferred sites that were looked at, and those of them that had another phase.
    package let audit: (sites: Int, wrong: Int)

    /// The share of wrong inferred phases, with 95 % confidence.
    package var errors: WilsonInterval { WilsonInterval(audit.wrong, of: audit.sites) }

    /// The summary of a table of a growing plan; nil of any other.
    package init?(_ table: SweepTable) {
        guard let growth = table.growth else { return nil }
        rounds = growth.planner.rounds.count
        isFinished = growth.isFinished
        audit = growth.planner.audit
        var all = Mean()
        var byPhase: [Phase: Mean] = [:]
        var bySite: [Int: Mean] = [:]
        for row in table.rows {
            guard let verdict = row.status.vote, let summary = row.result?.summary else {
                continue
            }
            all.add(summary)
            byPhase[verdict.phase, default: Mean()].add(summary)
            bySite[row.cell.number.site, default: Mean()].add(summary)
        }
        var saved = Work()
        var inferred: Set<Int> = []
        var (asked, open) = (0, 0)
        for row in table.rows {
            let site = row.cell.number.site
            switch row.status {
            case .missing, .running:
                asked += 1
                open += 1
            case .inferred(let phase):
                inferred.insert(site)
                open += 1
                (byPhase[phase] ?? Mean()).add(to: &saved)
            case .deferred:
                open += 1
                if let mean = bySite[site] { mean.add(to: &saved) }
            case .verified, .failed, .predicted, .unreachable: break
            }
        }
        self.saved = saved
        measuredSites = bySite.count
        inferredSites = inferred.count
        let budget = Double(table.rows.lazy.map(\.cell.configuration.steps).max() ?? 0)
        least = all.work(of: isFinished ? asked : asked + growth.auditLeft, budget)
        most = all.work(of: isFinished ? asked : open, budget)
    }

    private struct Mean {
        private var work = Work()

        mutating func add(_ summary: ResultSummary) {
            work.cells += 1
            work.steps += Double(summary.stepsRun)
            work.seconds += summary.wallSeconds
        }

        /// So many cells that each take the mean; the budget before there is one.
        func work(of cells: Int, _ budget: Double) -> Work {
            guard work.cells > 0 else {
                return Work(cells: cells, steps: Double(cells) * budget, seconds: 0)
            }
            let share = Double(cells) / Double(work.cells)
            return Work(cells: cells, steps: share * work.steps, seconds: share * work.seconds)
        }

        func add(to sum: inout Work) {
            sum.cells += 1
            let count = Double(max(1, work.cells))
            sum.steps += work.steps / count
            sum.seconds += work.seconds / count
        }
    }
}
