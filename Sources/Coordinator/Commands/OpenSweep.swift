import Core
import Foundation
import Sweeps
import System

/// A sweep that this process owns: its ledger and files checked against one another, what was damaged put away.
struct OpenSweep {
    /// The directory.
    let directory: SweepDirectory
    /// The ledger.
    let ledger: Ledger
    /// Where every cell stands.
    let table: SweepTable
    /// Files that could not be used; they lie in `quarantine/` now.
    let quarantined: [CellStore.Damage]
    /// What is kept and what is decided again where the last rounds were made under other settings; nil where they were not.
    let decidedAnew: String?

    /// The plan.
    var plan: SweepPlan { table.plan }

    /// Opens a plan in a directory that this process has claimed, rebuilding the ledger where it is damaged.
    init(_ directory: SweepDirectory, _ plan: SweepPlan) throws {
        self.directory = directory
        ledger = try OpenSweep.ledger(directory)
        quarantined = try CellStore(directory, ledger).audit(plan)
        for (cell, reason) in quarantined {
            Screen.write("grokmap: cell \(cell.short): \(reason); moved to quarantine/\n")
            try ledger.write(
                .event(kind: "quarantined", subject: cell.short, text: reason))
        }
        // Whoever had a cell in hand is told by the run that is about to begin.
        table = try SweepTable(
            plan, in: SweepFolder(directory.path), ledger: ledger,
            reader: CellReader.shared, isRunning: false)
        decidedAnew = OpenSweep.news(try ledger.rounds(), table)
        if let growth = table.growth {
            try ledger.write(growth.rounds(from: growth.recorded).map(LedgerEntry.round))
        }
    }

    private static func news(_ rounds: [PlanGrowth.Round], _ table: SweepTable) -> String? {
        guard let last = rounds.last, last.settings != table.growth?.settings,
            table.growth?.recorded ?? 0 == 0
        else { return nil }
        let made = rounds.count { $0.settings == last.settings }
        let next =
            table.growth == nil
            ? "every cell is asked for now" : "which cells are asked for is decided again"
        return "the last \(made) rounds were made under other settings: \(next);"
            + " \(table.tally.verified) verified cells are kept"
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
        let missing = Set(table.missing.map(\.id))
        let store = CheckpointStore(directory, ledger, plan.spec)
        for (cell, step) in try store.adoptStates(plan, isMissing: missing.contains) {
            try ledger.write(
                .event(
                    kind: "grown", subject: cell.short,
                    text: "resumes at step \(step), the last state of a shorter budget"))
        }
        let found = try store.audit(plan) { missing.contains($0) }
        for (cell, reason) in found.dropped {
            Screen.write(
                "grokmap: cell \(cell.short) begins at step 0: its checkpoint: \(reason)\n")
            try ledger.write(
                .event(kind: "dropped checkpoint", subject: cell.short, text: reason))
        }
        return found.usable
    }
}
