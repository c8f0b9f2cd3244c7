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
    struct Place: Sendable {
        /// The folder of pages and figure.
        let folder: String
        /// The consolidated file.
        let consolidatedPath: String
        /// Folders of the sweep's directory that it needs, from the outside in; none of another directory.
        private let folders: [String]

        /// The figure.
        var figurePath: String { folder + "/phase-diagram.svg" }
        /// The folder of figures asked for by kind.
        let figureFolder: String

        /// The file of a figure asked for by kind.
        func figurePath(_ request: FigureRequest) -> String {
            "\(figureFolder)/\(request.fileName).\(request.look.format.rawValue)"
        }

        /// Where a sweep's report goes.
        ///
        /// - Parameters:
        ///   - sweep: the sweep's directory.
        ///   - out: another directory for all of it.
        ///   - rule: what tells the report's rule from the sweep's own, as in `gap=500`.
        init(of sweep: some SweepPaths, out: String? = nil, rule: String = "") {
            if let out {
                folder = out
                figureFolder = out
                consolidatedPath = out + "/sweep.h5"
                folders = []
            } else if rule.isEmpty {
                folder = sweep.reportPath
                figureFolder = folder + "/figures"
                consolidatedPath = sweep.consolidatedPath
                folders = [folder]
            } else {
                let name = rule.replacingOccurrences(of: "=", with: "-")
                    .replacingOccurrences(of: ",", with: "_")
                folder = sweep.reportPath + "/" + name
                figureFolder = folder + "/figures"
                consolidatedPath = folder + "/sweep.h5"
                folders = [sweep.reportPath, folder]
            }
        }

        /// Makes what is not there yet, and sees that it can be written: before any cell is read.
        func prepare() throws(CoordinatorError) {
            for folder in folders { try Posix.makeFolder(folder) }
            try Posix.makeDirectory(folder)
            for part in ["/cells", "/sites"] { try Posix.makeFolder(folder + part) }
            let beside = consolidatedPath.lastIndex(of: "/").map { consolidatedPath[..<$0] } ?? "."
            for place in [String(beside), folder] where access(place, W_OK) != 0 {
                throw CoordinatorError("write to", place, errno: errno)
            }
        }

        /// Makes the folder of figures, and what it lies in.
        func prepareFigures() throws(CoordinatorError) {
            for folder in folders { try Posix.makeFolder(folder) }
            try Posix.makeDirectory(figureFolder)
        }
    }

    private let table: SweepTable
    private let cells: any SweepPaths
    private let place: Place
    private let hasPages: Bool
    private let look: FigureLook
    private let figures: SweepFigures?
    private let attempts: [CellID: [LedgerAttempt]]

    /// Pages of cells are drawn for so many; 1,000 take 18 MB and some seconds.
    static let mostPages = 1000

    /// The report of a table.
    ///
    /// - Parameters:
    ///   - table: where the cells stand.
    ///   - cells: the directory that their files lie in.
    ///   - place: where the report goes.
    ///   - pages: whether every cell has a page, however many there are.
    ///   - look: how figures look; nil for that of the sweep file.
    ///   - figures: what draws the figures that the sweep file asks for.
    ///   - attempts: every attempt, for the pages of cells.
    init(
        _ table: SweepTable, cellsIn cells: some SweepPaths, to place: Place, pages: Bool = false,
        look: FigureLook? = nil, figures: SweepFigures? = nil, attempts: [LedgerAttempt] = []
    ) {
        self.attempts = Dictionary(grouping: attempts, by: \.id.cell)
        self.look = look ?? table.plan.spec.report.look
        self.figures = figures
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

    /// The sweep with links to the pages that this report writes.
    private func linked(_ plain: PhaseDiagramInput) -> PhaseDiagramInput {
        guard hasPages else { return plain }
        var input = SweepReport.input(table.plan, table.statuses, links: true)
        guard table.plan.spec.seeds.count > 1 else { return input }
        for (number, site) in input.sites.enumerated()
        where site.cells.contains(where: { $0.href != nil }) {
            input.sites[number].href = SweepReport.sitePath(site.place)
        }
        return input
    }

    /// The page of a site, relative to the report's folder.
    private static func sitePath(_ place: [Int]) -> String {
        "sites/\(place.map(String.init).joined(separator: "-")).html"
    }

    /// A sweep as figures take it, with the numbers of its cells.
    static func input(_ table: SweepTable) -> PhaseDiagramInput {
        var cells: [GridPoint: CellState] = [:]
        for row in table.rows {
            var cell = CellState(row.status, id: row.cell.id.short)
            cell.point = row.cell.point
            cell.numbers = row.numbers
            cells[row.cell.point] = cell
        }
        return PhaseDiagramInput(spec: table.plan.spec, cells: cells)
    }

    /// Its files, for programs: figure, page, consolidated file, the figures that the sweep file asks for and that could be
    /// drawn.
    var files: [String: JSONValue] {
        [
            "figure": .string(place.figurePath), "page": .string(place.folder + "/index.html"),
            "data": .string(place.consolidatedPath), "has_cell_pages": .bool(hasPages),
            "figures": .array(
                (figures == nil ? [] : table.plan.spec.report.figures).map(place.figurePath)
                    .filter(Posix.exists).map { .string($0) }),
        ]
    }

    /// Writes `sweep.h5`, `phase-diagram.svg`, `index.html` and, unless there are too many, a page per verified cell.
    ///
    /// - Throws: `CoordinatorError` or `ResultsError` naming the file that could not be written.
    func write() throws {
        try place.prepare()
        if hasPages { try writePages() }
        // Last losses and measures that an older ledger does not have.
        let completed = try table.completed { cell throws(SystemError) in
            try cells.curves(of: cell, reader: CellReader.shared)
        }
        let input = SweepReport.input(table.plan, table.statuses)
        var screen = look
        screen.format = .svg
        let diagram = (PhaseDiagram(input), FigureStyle(screen))
        // Pages have colours, and the size of a screen.
        var pageLook = FigureLook()
        pageLook.palette = look.palette
        let page = ReportPage(
            linked(input), style: FigureStyle(pageLook),
            figures: [("phase-diagram.svg", "phase diagram")])
        let place = place
        // Each takes about as long as the others.
        let parts: [@Sendable () throws -> Void] = [
            { try completed.consolidate(to: place.consolidatedPath) },
            { try Posix.writeDurably(Array(page.html().utf8), to: place.folder + "/index.html") },
            {
                let figure = diagram.0.svg(diagram.1)
                try Posix.writeDurably(Array(figure.utf8), to: place.figurePath)
            },
        ]
        for outcome in parts.concurrentMap({ part in Result { try part() } }) { try outcome.get() }
        try writeFigures()
    }

    /// The figures that the sweep file asks for; those that cannot be drawn are told of.
    private func writeFigures() throws {
        let requests = table.plan.spec.report.figures
        guard let figures, !requests.isEmpty else { return }
        try place.prepareFigures()
        for request in requests {
            guard let problem = try figures.draw(request, to: place.figurePath(request)) else {
                continue
            }
            Screen.write("grokmap: \(problem); the rest of the report is drawn\n")
        }
    }

    /// A page per verified cell with its curves, and where there are several seeds one per site.
    private func writePages() throws {
        let sites = Dictionary(grouping: table.rows, by: \.cell.point.axes)
        for (place, rows) in sites {
            var members: [SitePage.Member] = []
            for row in rows.sorted(by: { $0.cell.point.seed < $1.cell.point.seed }) {
                let summary = try writePage(row)
                var state = CellState(row.status, id: row.cell.id.short)
                if summary != nil { state.href = "cells/\(row.cell.id.short).html" }
                members.append(
                    SitePage.Member(
                        name: "seed \(table.plan.spec.seeds[row.cell.point.seed])", state: state,
                        outcome: summary?.outcome))
            }
            guard members.count > 1, members.contains(where: { $0.outcome != nil }) else {
                continue
            }
            let label = table.plan.spec.axes.indices.map { axis in
                "\(table.plan.spec.axes[axis].name)=\(table.plan.spec.axes[axis].text(at: place[axis]))"
            }.joined(separator: " ")
            let page = SitePage(label, members: members, rule: table.plan.spec.phaseRule)
            try Posix.writeDurably(
                Array(page.html().utf8), to: "\(self.place.folder)/\(SweepReport.sitePath(place))")
        }
    }

    /// Writes the page of a verified cell.
    ///
    /// - Returns: what its file holds; nil where there is none.
    private func writePage(_ row: SweepTable.Row) throws -> CellSummary? {
        guard let verdict = row.status.verdict,
            let (page, summary) = try SweepReport.page(
                of: row.cell, verdict, table.plan, attempts: attempts[row.cell.id] ?? [],
                cellsIn: cells, reader: CellReader.shared)
        else { return nil }
        try Posix.writeDurably(
            Array(page.utf8), to: "\(place.folder)/cells/\(row.cell.id.short).html")
        return summary
    }

    /// The page of a cell, and what its file holds; nil where it has no file, as one that a power cut took until the next
    /// run has put it back.
    static func page(
        of cell: PlannedCell, _ verdict: PhaseVerdict, _ plan: SweepPlan,
        attempts: [LedgerAttempt] = [], cellsIn cells: any SweepPaths, reader: any CellReading
    ) throws -> (html: String, summary: CellSummary)? {
        let path = cells.cellPath(cell.id)
        guard try Posix.size(path) != nil else { return nil }
        let summary = try reader.summary(path, of: cell.definition)
        let provenance = summary.provenance
        let page = CurvePage(
            summary.outcome, label: plan.label(cell.point), id: cell.id.short,
            verdict: verdict, rule: plan.spec.phaseRule,
            provenance: [
                ("identity", cell.id.hex),
                ("trained by", "\(provenance.worker) on \(provenance.host)"),
                ("attempt", String(provenance.attempt)),
                ("engine", "\(provenance.engine), \(provenance.blasCore)"),
                ("configuration", cell.definition.canonicalText),
            ], attempts: attempts.map(SweepReport.words),
            command: CellCommand(
                cell.definition, summary.outcome, blasCore: provenance.blasCore)?.text,
            backHref: "../index.html")
        return (page.html(), summary)
    }

    /// An attempt in words.
    private static func words(_ attempt: LedgerAttempt) -> String {
        let end =
            attempt.endedAt.map { "to \($0): \(attempt.outcome ?? "unknown")" } ?? "still open"
        return "\(attempt.slot.worker) on \(attempt.process.host), from \(attempt.leasedAt) \(end)"
            + (attempt.reason.map { " (\($0))" } ?? "")
    }
}
