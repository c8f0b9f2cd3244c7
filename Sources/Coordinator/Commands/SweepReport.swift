import Core
import Foundation
@preconcurrency import Glibc
import Report
import Results

/// The report of a sweep on disk: the phase diagram, the page around it, a page per cell, and the consolidated file.
struct SweepReport {
    private let open: OpenSweep
    private let hasPages: Bool

    /// Pages of cells are drawn for so many; 1,000 take 18 MB and some seconds.
    static let mostPages = 1000

    /// The report of an open sweep.
    ///
    /// - Parameters:
    ///   - open: the sweep.
    ///   - pages: whether every cell has a page, however many there are.
    init(_ open: OpenSweep, pages: Bool = false) {
        self.open = open
        hasPages = pages || open.audit.verified.count <= SweepReport.mostPages
    }

    /// Whether a report was drawn before.
    var exists: Bool {
        Posix.exists(open.directory.reportPath + "/index.html")
            && Posix.exists(open.directory.reportPath + "/phase-diagram.svg")
            && Posix.exists(open.directory.consolidatedPath)
    }

    /// A sweep's status as the picture takes it.
    static func input(_ plan: SweepPlan, _ status: SweepStatus, links: Bool = false)
        -> PhaseDiagramInput
    {
        var cells: [GridPoint: CellState] = [:]
        for (cell, state) in zip(plan.cells, status.cells) {
            let status: Report.CellStatus =
                switch state {
                case .missing: .missing
                case .running(let step):
                    .running(step: step, budget: cell.definition.configuration.steps)
                case .verified(let verdict, let stopReason, _):
                    .phase(
                        verdict, train: verdict.train, validation: verdict.validation,
                        stopReason: stopReason)
                case .failed(let reason): .failed(reason: reason)
                }
            let hasPage = links && { if case .verified = state { true } else { false } }()
            cells[cell.point] = CellState(
                status, id: cell.id.short, href: hasPage ? "cells/\(cell.id.short).html" : nil)
        }
        return PhaseDiagramInput(spec: plan.spec, cells: cells)
    }

    /// Writes `sweep.h5`, `phase-diagram.svg`, `index.html` and, unless there are too many, a page per verified cell.
    ///
    /// - Throws: `CoordinatorError` or `ResultsError` naming the file that could not be written.
    func write() throws {
        let folder = open.directory.reportPath
        try Posix.makeFolder(folder)
        try Posix.makeFolder(folder + "/cells")
        try consolidate()
        let status = open.status
        let figure = PhaseDiagram(SweepReport.input(open.plan, status)).svg()
        try Posix.writeDurably(Array(figure.utf8), to: folder + "/phase-diagram.svg")
        if hasPages { try writePages() }
        let page = ReportPage(
            SweepReport.input(open.plan, status, links: hasPages), figureHref: "phase-diagram.svg")
        try Posix.writeDurably(Array(page.html().utf8), to: folder + "/index.html")
    }

    private func consolidate() throws {
        let attempts = Dictionary(grouping: try open.ledger.attempts(), by: \.id.cell)
            .mapValues(\.count)
        var entries: [CellID: ConsolidatedEntry] = [:]
        for cell in open.plan.cells {
            let made = attempts[cell.id] ?? 0
            if let (result, verdict) = open.audit.verified[cell.id] {
                entries[cell.id] = ConsolidatedEntry(
                    status: .verified, attempts: max(made, result.attempt), verdict: verdict,
                    trainAccuracy: result.summary.trainAccuracy,
                    validationAccuracy: result.summary.validationAccuracy,
                    wallSeconds: result.summary.wallSeconds)
            } else {
                entries[cell.id] = ConsolidatedEntry(
                    status: open.failures[cell.id] == nil ? .missing : .failed, attempts: made)
            }
        }
        try Consolidated.write(
            open.plan, entries: entries, to: open.directory.consolidatedPath)
    }

    /// A page per verified cell with its learning curve.
    private func writePages() throws {
        for cell in open.plan.cells {
            guard let (_, verdict) = open.audit.verified[cell.id] else { continue }
            let path = open.directory.cellPath(cell.id)
            let summary = try CellReader.shared.summary(path, of: cell.definition)
            let provenance = summary.provenance
            let page = CurvePage(
                summary.outcome, label: open.plan.label(cell.point), id: cell.id.short,
                verdict: verdict, rule: open.plan.spec.phaseRule,
                provenance: [
                    ("identity", cell.id.hex),
                    ("trained by", "\(provenance.worker) on \(provenance.host)"),
                    ("attempt", String(provenance.attempt)),
                    ("engine", "\(provenance.engine), \(provenance.blasCore)"),
                    ("configuration", cell.definition.canonicalText),
                ], backHref: "../index.html")
            try Posix.writeDurably(
                Array(page.html().utf8),
                to: "\(open.directory.reportPath)/cells/\(cell.id.short).html")
        }
    }
}
