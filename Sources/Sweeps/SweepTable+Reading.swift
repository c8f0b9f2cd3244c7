package import Core
import Results
package import System

extension SweepTable {
    /// Reads where the cells of a plan stand, from ledger and files; changes neither.
    ///
    /// A file counts by what the ledger says of it, as long as it is there with the size that the ledger knows. Files that
    /// the ledger does not know, and curves under another rule than theirs, are read.
    ///
    /// - Parameters:
    ///   - plan: the sweep; its rule makes the verdicts.
    ///   - cells: the cells asked for; all when nil.
    ///   - paths: the directory.
    ///   - ledger: its ledger, nil where there is none.
    ///   - reader: what reads cell files.
    ///   - isRunning: whether somebody runs the sweep: only then is a cell in a slot's hands.
    /// - Throws: `SystemError` when something that is needed cannot be read.
    package init(
        _ plan: SweepPlan, of cells: [PlannedCell]? = nil, in paths: some SweepPaths & Sendable,
        ledger: (any LedgerQueries)?, reader: any CellReading, isRunning: Bool
    ) throws(SystemError) {
        let asked = cells
        var growth = PlanGrowth(plan)
        // Where a cell of a growing plan stands depends on the others.
        let cells = growth == nil ? asked ?? plan.cells : plan.cells
        guard ledger != nil || Posix.exists(paths.path + "/cells") else {
            // Before the first launch nobody need know a million identities.
            let rows = cells.map {
                Row(cell: $0, status: .missing, attempts: 0, result: nil, checkpoint: nil)
            }
            growth?.advance()
            self.init(plan: plan, rows: rows, open: [], growth: growth, of: asked)
            return
        }
        let ids = cells.count < plan.cells.count ? cells.map(\.id) : nil
        let known = try ledger?.results(of: ids) ?? [:]
        let kept = try ledger?.keptFiles() ?? []
        let failures = try ledger?.failures() ?? [:]
        let checkpoints = try ledger?.checkpoints() ?? [:]
        let attempts = try ledger?.attemptCounts(of: ids) ?? [:]
        // Without an owner nobody has any in hand.
        let inHand = Dictionary(
            grouping: isRunning ? try ledger?.attempts(open: true) ?? [] : [], by: \.id.cell)
        let look = FileLook(spec: plan.spec, known: known, kept: kept, reader: reader)
        let found = cells.concurrentMap { cell in
            Result { () throws(SystemError) in
                try look.result(of: cell, at: paths.cellPath(cell.id))
            }
        }
        var rows: [Row] = []
        rows.reserveCapacity(cells.count)
        var open: [LedgerAttempt] = []
        for (cell, found) in zip(cells, found) {
            let id = cell.id
            let running = inHand[id] ?? []
            let stored = try found.get()
            let status: CellStatus =
                if let stored {
                    stored.status
                } else if let reason = failures[id] {
                    .failed(reason: reason)
                } else if !running.isEmpty {
                    .running(
                        step: checkpoints[id]?.offer.step ?? 0,
                        budget: cell.configuration.steps)
                } else {
                    .missing
                }
            if case .running = status { open += running }
            rows.append(
                Row(
                    cell: cell, status: status,
                    attempts: max(attempts[id] ?? 0, stored?.result.attempt ?? 0),
                    result: stored?.result, checkpoint: checkpoints[id]))
        }
        if growth != nil { growth?.restore(try ledger?.rounds() ?? []) }
        for row in rows {
            switch row.status {
            case .verified(let verdict, _, _), .unreachable(let verdict, _):
                growth?.tell(row.cell.number, verdict.phase)
            // What is predicted was not measured, and is not to be.
            case .failed, .predicted: growth?.tell(row.cell.number, nil)
            case .missing, .running, .inferred, .deferred: break
            }
        }
        growth?.advance()
        self.init(plan: plan, rows: rows, open: open, growth: growth, of: asked)
    }

    /// The table of these cells, those that are not asked for having their standing from the plan's growth.
    private init(
        plan: SweepPlan, rows: [Row], open: [LedgerAttempt], growth: PlanGrowth?,
        of cells: [PlannedCell]?
    ) {
        guard let growth else {
            self.init(plan: plan, rows: rows, open: open, growth: nil)
            return
        }
        let inferred = growth.planner.inferred
        let wanted = cells.map { Set($0.map(\.number)) }
        let standing = rows.filter { wanted?.contains($0.cell.number) ?? true }.map { row in
            guard row.status == .missing else { return row }
            return Row(
                cell: row.cell, status: growth.standing(row.cell.number, inferred: inferred),
                attempts: row.attempts, result: nil, checkpoint: row.checkpoint)
        }
        self.init(plan: plan, rows: standing, open: open, growth: growth)
    }
}

/// Looks at cells' files.
private struct FileLook: Sendable {
    let spec: SweepSpec
    let known: [CellID: StoredResult]
    let kept: Set<CellID>
    let reader: any CellReading

    /// What a cell's file says, nil where it is missing, damaged, or holds too little for the sweep.
    func result(
        of cell: PlannedCell, at path: String
    ) throws(SystemError) -> (result: StoredResult, status: CellStatus)? {
        guard let result = try result(cell.definition, path),
            result.summary.satisfies(spec.record, stop: spec.stop.policy(for: cell.id))
        else { return nil }
        let rule = spec.phaseRule
        if let status = result.summary.status(under: rule) { return (result, status) }
        guard case .success(let summary) = try summary(of: cell.definition, at: path),
            let status = result.summary.status(under: rule, summary.outcome)
        else { return nil }
        return (result, status)
    }

    private func result(
        _ cell: CellDefinition, _ path: String
    ) throws(SystemError) -> StoredResult? {
        // A file that a power cut took is put back from the ledger by the next run.
        if kept.contains(cell.id), let result = known[cell.id] { return result }
        guard let size = try Posix.size(path) else { return nil }
        if let result = known[cell.id], result.size == size { return result }
        guard case .success(let summary) = try summary(of: cell, at: path) else { return nil }
        return StoredResult(summary, sha256: "", size: size)
    }

    private func summary(
        of cell: CellDefinition, at path: String
    ) throws(SystemError) -> Result<CellSummary, ResultsError> {
        try FileCheck.read(path) { try reader.summary(path, of: cell) }
    }
}
