package import Core
package import Results
package import System

extension CellColumn {
    /// Every column but axes and measures, in the order of files; a measure's column follows the losses and accuracies.
    package static let fixed: [CellColumn] = identity + run + last + ending + site

    private static let identity = [
        CellColumn("seed", "seed of all random streams", kind: .count) {
            .integer(Int(clamping: $0.cell.definition.seed))
        },
        CellColumn("cell", "identity of the cell, the name of its file", kind: .text) {
            .text($0.cell.id.hex)
        },
        CellColumn("status", "where the cell stands", kind: .word(CellStatus.names)) {
            .text($0.status.name)
        },
    ]

    private static let run = [
        CellColumn(
            "phase", "phase under the phase rule", kind: .word(Phase.allCases.map(\.name))
        ) { $0.status.verdict.map { .text($0.phase.name) } },
        CellColumn(
            "phase_uncertain",
            "whether another crossing between two evaluations would change the phase",
            kind: .word(["certain", "uncertain"])
        ) { $0.status.verdict.map { .text($0.uncertain ? "uncertain" : "certain") } },
        CellColumn(
            "inferred_phase",
            "phase of a cell that was not measured: inferred from measured sites around it, predicted, or expected of one out of reach",
            kind: .word(Phase.allCases.map(\.name))
        ) { $0.status.unmeasuredPhase.map { .text($0.name) } },
        CellColumn(
            "train_step", "first step at which training accuracy reached its threshold",
            unit: "step"
        ) { $0.status.verdict?.train.map { .integer($0.step) } },
        CellColumn(
            "validation_step", "first step at which validation accuracy reached its threshold",
            unit: "step"
        ) { $0.status.verdict?.validation.map { .integer($0.step) } },
        CellColumn("delay", "steps from train_step to validation_step", unit: "step") { row in
            guard let train = row.status.verdict?.train,
                let validation = row.status.verdict?.validation
            else { return nil }
            return .integer(validation.step - train.step)
        },
    ]

    private static let last = [
        CellColumn(last: "train_loss", "training loss at the last step"),
        CellColumn("train_accuracy", "training accuracy at the last step") {
            $0.measured.map { .number($0.trainAccuracy) }
        },
        CellColumn(last: "validation_loss", "validation loss at the last step"),
        CellColumn("validation_accuracy", "validation accuracy at the last step") {
            $0.measured.map { .number($0.validationAccuracy) }
        },
    ]

    private static let ending = [
        CellColumn("steps_run", "updates made", unit: "step") {
            $0.run.map { .integer($0.stepsRun) }
        },
        CellColumn(
            "stop_reason", "why training ended",
            kind: .word(StopReason.allCases.map(\.rawValue))
        ) { $0.run.map { .text($0.stopReason.rawValue) } },
        CellColumn("attempts", "attempts made at the cell", kind: .count) {
            .integer($0.attempts)
        },
        CellColumn("wall_seconds", "seconds that training took", unit: "s") {
            $0.run.map { .number($0.wallSeconds) }
        },
    ]

    private static let site = [
        CellColumn("agreement", "share of the site's seeds with its phase, of those with any") {
            $0.site.map { .number($0.phase.agreement) }
        },
        CellColumn("agreement_low", "lower end of that share's 95 % Wilson interval") {
            $0.site.map { .number($0.interval.low) }
        },
        CellColumn("agreement_high", "upper end of that share's 95 % Wilson interval") {
            $0.site.map { .number($0.interval.high) }
        },
        CellColumn(
            "sampling",
            "whether the site's seeds were fixed beforehand, or raced, which leans towards agreement",
            kind: .word(SiteShare.samplings)
        ) { $0.site.map { .text($0.sampling) } },
    ]

    /// The columns of a plan's table: its axes, then the registry with the scalar measures that it records.
    package static func all(of plan: SweepPlan) -> [CellColumn] {
        let axes = plan.spec.axes.enumerated().map { CellColumn($0.element, $0.offset) }
        let measures = plan.spec.record.measures.map(\.measure)
            .filter { $0.shape == .scalar }.map { CellColumn($0) }
        return axes + identity + run + last + measures + ending + site
    }
}

extension SweepTable {
    /// The columns of the table.
    package var columns: [CellColumn] { CellColumn.all(of: plan) }

    /// The same table with the last losses and measures of every result, which ledgers of earlier versions lack: they are
    /// read from the cells' files.
    package func completed(
        from curves: (PlannedCell) throws(SystemError) -> CellSummary?
    ) throws(SystemError) -> SweepTable {
        guard rows.contains(where: { $0.measured != nil && $0.measured?.last == nil }) else {
            return self
        }
        var completed: [Row] = []
        completed.reserveCapacity(rows.count)
        for row in rows {
            guard var result = row.result, row.measured != nil, result.summary.last == nil,
                let summary = try curves(row.cell)
            else {
                completed.append(row)
                continue
            }
            result.summary.last = summary.outcome.curve.last
            completed.append(
                Row(
                    cell: row.cell, status: row.status, attempts: row.attempts, result: result,
                    checkpoint: row.checkpoint))
        }
        return SweepTable(plan: plan, rows: completed, open: open, growth: growth)
    }
}

extension SweepTable.Row {
    /// What was measured of the cell: nothing unless it is verified.
    package var measured: ResultSummary? { status.verdict == nil ? nil : result?.summary }

    /// The run that its file is of, which may have ended before the cell was measured.
    package var run: ResultSummary? { status.isTrained ? result?.summary : nil }

    /// The cell's numbers by the names that files give them; those of a cell that is not verified are left out.
    package var numbers: [String: Double] {
        guard let measured else { return [:] }
        let fixed = CellColumn.fixed.compactMap { column in
            column.kind == .number
                ? column.value(self)?.number.map { (column.name, $0) } : nil
        }
        return (measured.last ?? [:]).merging(fixed) { $1 }
    }
}
