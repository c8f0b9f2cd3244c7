import Core
import Foundation
@preconcurrency import Glibc
import Report
import Results
import Sweeps
import System

/// The report of a sweep: the phase diagram, the page around it, a page per cell, and the consolidated file.
struct SweepReport {
    /// Where a report goes.
    struct Place {
        /// The folder of pages and figure.
        let folder: String
        /// The consolidated file.
        let consolidatedPath: String
        /// Folders of the sweep's directory that it needs, from the outside in; none of another directory.
        private let folders: [String]

        /// The figure.
        var figurePath: String { folder + "/phase-diagram.svg" }

        /// Where a sweep's report goes.
        ///
        /// - Parameters:
        ///   - sweep: the sweep's directory.
        ///   - out: another directory for all of it.
        ///   - rule: what tells the report's rule from the sweep's own, as in `gap=500`.
        init(of sweep: some SweepPaths, out: String? = nil, rule: String = "") {
            if let out {
                folder = out
                consolidatedPath = out + "/sweep.h5"
                folders = []
            } else if rule.isEmpty {
                folder = sweep.reportPath
                consolidatedPath = sweep.consolidatedPath
                folders = [folder]
            } else {
                let name = rule.replacingOccurrences(of: "=", with: "-")
                    .replacingOccurrences(of: ",", with: "_")
                folder = sweep.reportPath + "/" + name
                consolidatedPath = folder + "/sweep.h5"
                folders = [sweep.reportPath, folder]
            }
        }

        /// Makes what is not there yet.
        func prepare() throws(CoordinatorError) {
            for folder in folders { try Posix.makeFolder(folder) }
            try Posix.makeDirectory(folder)
            try Posix.makeFolder(folder + "/cells")
        }
    }

    private let table: SweepTable
    private let cells: any SweepPaths
    private let place: Place
    private let hasPages: Bool

    /// Pages of cells are drawn for so many; 1,000 take 18 MB and some seconds.
    static let mostPages = 1000

    /// The report of a table.
    ///
    /// - Parameters:
    ///   - table: where the cells stand.
    ///   - cells: the directory that their files lie in.
    ///   - place: where the report goes.
    ///   - pages: whether every cell has a page, however many there are.
    init(
        _ table: SweepTable, cellsIn cells: some SweepPaths, to place: Place, pages: Bool = false
    ) {
        self.table = table
        self.cells = cells
        self.place = place
        hasPages = pages || table.tally.verified <= SweepReport.mostPages
    }

    /// Whether a report was drawn before.
    var exists: Bool {
        Posix.exists(place.folder + "/index.html") && Posix.exists(place.figurePath)
            && Posix.exists(place.consolidatedPath)
    }

    /// A sweep as the picture takes it: where its cells stand, in plan order.
    static func input(_ plan: SweepPlan, _ statuses: [CellStatus], links: Bool = false)
        -> PhaseDiagramInput
    {
        var cells: [GridPoint: CellState] = [:]
        for (cell, status) in zip(plan.cells, statuses) {
            let hasPage = links && status.verdict != nil
            cells[cell.point] = CellState(
                status, id: cell.id.short, href: hasPage ? "cells/\(cell.id.short).html" : nil)
        }
        return PhaseDiagramInput(spec: plan.spec, cells: cells)
    }

    /// Writes `sweep.h5`, `phase-diagram.svg`, `index.html` and, unless there are too many, a page per verified cell.
    ///
    /// - Throws: `CoordinatorError` or `ResultsError` naming the file that could not be written.
    func write() throws {
        let folder = place.folder
        try place.prepare()
        // Last losses and measures that an older ledger does not have.
        try table.completed { cell throws(SystemError) in
            try cells.curves(of: cell, reader: CellReader.shared)
        }.consolidate(to: place.consolidatedPath)
        let figure = PhaseDiagram(SweepReport.input(table.plan, table.statuses)).svg()
        try Posix.writeDurably(Array(figure.utf8), to: place.figurePath)
        if hasPages { try writePages() }
        let page = ReportPage(
            SweepReport.input(table.plan, table.statuses, links: hasPages),
            figureHref: "phase-diagram.svg")
        try Posix.writeDurably(Array(page.html().utf8), to: folder + "/index.html")
    }

    /// A page per verified cell with its learning curve.
    private func writePages() throws {
        for row in table.rows {
            guard let verdict = row.status.verdict,
                let page = try SweepReport.page(
                    of: row.cell, verdict, table.plan, cellsIn: cells, reader: CellReader.shared)
            else { continue }
            try Posix.writeDurably(
                Array(page.utf8), to: "\(place.folder)/cells/\(row.cell.id.short).html")
        }
    }

    /// The page of a cell; nil where it has no file, as one that a power cut took until the next run has put it back.
    static func page(
        of cell: PlannedCell, _ verdict: PhaseVerdict, _ plan: SweepPlan,
        cellsIn cells: any SweepPaths, reader: any CellReading
    ) throws -> String? {
        let path = cells.cellPath(cell.id)
        guard try Posix.size(path) != nil else { return nil }
        let summary = try reader.summary(path, of: cell.definition)
        let provenance = summary.provenance
        return CurvePage(
            summary.outcome, label: plan.label(cell.point), id: cell.id.short,
            verdict: verdict, rule: plan.spec.phaseRule,
            provenance: [
                ("identity", cell.id.hex),
                ("trained by", "\(provenance.worker) on \(provenance.host)"),
                ("attempt", String(provenance.attempt)),
                ("engine", "\(provenance.engine), \(provenance.blasCore)"),
                ("configuration", cell.definition.canonicalText),
            ], backHref: "../index.html"
        ).html()
    }
}
