import Core
import Foundation

/// A sweep as it stands on disk: its plan, its ledger and the verdicts of its cells.
struct OpenSweep {
    /// The directory.
    let directory: SweepDirectory
    /// The plan of the stored sweep file.
    let plan: SweepPlan
    /// The ledger.
    let ledger: Ledger
    /// What the cell files hold.
    let audit: CellStore.Audit
    /// Cells that were given up, and why.
    let failures: [CellID: String]

    /// Opens a sweep to look at it. Its directory is claimed for the moment, so a running one is refused.
    ///
    /// - Parameters:
    ///   - path: the sweep's directory.
    ///   - settings: what changes on top of the stored phase rule, as in `gap=500`.
    /// - Returns: the sweep.
    /// - Throws: `CoordinatorError` or `SweepError` naming what stands in the way.
    static func open(_ path: String, rule settings: String? = nil) throws -> OpenSweep {
        let directory = SweepDirectory(path)
        var spec = try directory.storedSpec()
        try directory.claim(for: spec.name)
        if let settings { spec.phaseRule = try spec.phaseRule.changed(by: settings) }
        return try OpenSweep(directory, try SweepPlan(spec))
    }

    /// Opens a plan in a directory that this process has claimed, rebuilding the ledger where it is damaged.
    init(_ directory: SweepDirectory, _ plan: SweepPlan) throws {
        self.directory = directory
        self.plan = plan
        ledger = try OpenSweep.ledger(directory)
        audit = try CellStore(directory, ledger).audit(plan)
        failures = try ledger.failures()
        for (cell, reason) in audit.quarantined {
            Screen.write("grokmap: cell \(cell.short): \(reason); moved to quarantine/\n")
            try ledger.write(
                .event(kind: "quarantined", subject: cell.short, text: reason))
        }
    }

    private static func ledger(_ directory: SweepDirectory) throws(CoordinatorError) -> Ledger {
        do {
            return try Ledger(directory.ledgerPath)
        } catch {
            guard error.isDamage else { throw error }
            let target = try directory.quarantineLedger()
            Screen.write("grokmap: \(error); moved to \(target), rebuilding it from the cells\n")
            return try Ledger(directory.ledgerPath)
        }
    }

    /// Where missing cells can go on, for a launch under the plan's own rule: checkpoints that are of no use to it are put
    /// away.
    func usableCheckpoints() throws -> [CellID: StoredCheckpoint] {
        let missing = Set(missing.map(\.id))
        let found = try CheckpointStore(directory, ledger, plan.spec).audit(plan) {
            missing.contains($0)
        }
        for (cell, reason) in found.dropped {
            Screen.write("grokmap: cell \(cell.short): checkpoint \(reason); begins at step 0\n")
            try ledger.write(
                .event(kind: "dropped checkpoint", subject: cell.short, text: reason))
        }
        return found.usable
    }

    /// Cells still to be trained: planned, neither verified nor given up.
    var missing: [PlannedCell] {
        plan.cells.filter { audit.verified[$0.id] == nil && failures[$0.id] == nil }
    }

    /// Planned cells that were given up.
    var failed: [PlannedCell] {
        plan.cells.filter { audit.verified[$0.id] == nil && failures[$0.id] != nil }
    }

    /// The status as it stands, in plan order.
    var status: SweepStatus {
        SweepStatus(
            cells: plan.cells.map { cell in
                if let (result, verdict) = audit.verified[cell.id] {
                    .verified(
                        verdict, stopReason: result.summary.stopReason,
                        stepsRun: result.summary.stepsRun)
                } else if let reason = failures[cell.id] {
                    .failed(reason: reason)
                } else {
                    .missing
                }
            })
    }
}

extension SweepStatus {
    /// How many cells are in each phase, in the order of the phases.
    var phaseCounts: [(phase: Phase, count: Int)] {
        Phase.allCases.map { phase in
            let count = count {
                if case .verified(let verdict, _, _) = $0 { verdict.phase == phase } else { false }
            }
            return (phase, count)
        }
    }

    /// The counts in words: `14 comprehension, 9 grokking, …`.
    var phaseWords: String {
        phaseCounts.map { "\($0.count) \($0.phase.name)" }.joined(separator: ", ")
    }
}
