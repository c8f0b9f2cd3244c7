package import Core
package import Results
package import System

/// A sweep's directory, looked at: no lock is taken, nothing is repaired, nothing written.
package struct SweepReader: SweepPaths, Sendable {
    package let path: String
    /// The ledger as it stood when the directory was opened; nil where there is none.
    package let ledger: LedgerSnapshot?
    /// Who runs the sweep, or ran it last.
    package let owner: SweepOwner?

    private let reader: any CellReading

    /// Looks at a directory, whether there is one or not.
    ///
    /// - Throws: `SystemError` when its ledger cannot be read, or is damaged.
    package init(_ path: String, reader: any CellReading) throws(SystemError) {
        self.reader = reader
        let paths = SweepFolder(path)
        self.path = paths.path
        // The owner first: one that ends now has left everything it did in the ledger.
        owner = SweepOwner(lock: paths.lockPath)
        let found =
            try Posix.size(paths.ledgerPath) ?? 0 > 0
            ? LedgerSnapshot(paths.ledgerPath, isWritten: owner?.isAlive ?? true) : nil
        // One that a killed coordinator had only begun to make holds nothing yet.
        ledger = try found?.isWhole() == true ? found : nil
    }

    /// The plan of the stored sweep file, under another rule if asked.
    ///
    /// - Throws: `SystemError` or `SweepError` when there is none, or the rule is none.
    package func storedPlan(rule settings: String? = nil) throws -> SweepPlan {
        var spec = try storedSpec()
        if let settings { spec.phaseRule = try spec.phaseRule.changed(by: settings) }
        return try SweepPlan(spec)
    }

    /// Where the cells of a plan stand; all of them unless some are named.
    package func table(
        _ plan: SweepPlan, of cells: [PlannedCell]? = nil
    ) throws(SystemError) -> SweepTable {
        try SweepTable(
            plan, of: cells, in: self, ledger: ledger, reader: reader,
            isRunning: owner?.isAlive ?? false)
    }

    /// A cell's curves, nil where there is no sound file.
    package func curves(of cell: PlannedCell) throws(SystemError) -> CellSummary? {
        try curves(of: cell, reader: reader)
    }
}

extension SweepPaths {
    /// A cell's curves, nil where there is no sound file.
    package func curves(
        of cell: PlannedCell, reader: any CellReading
    ) throws(SystemError) -> CellSummary? {
        let path = cellPath(cell.id)
        guard try Posix.size(path) != nil else { return nil }
        return try? FileCheck.read(path) { try reader.summary(path, of: cell.definition) }.get()
    }
}
