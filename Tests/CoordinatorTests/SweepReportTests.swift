import Core
import Report
import Sweeps
import System
import TestSupport
import Testing

@testable import Coordinator

@Suite struct SweepReportTests {
    private let scratch: TemporaryDirectory
    private let sweep: SweepDirectory

    init() throws {
        scratch = try TemporaryDirectory()
        sweep = SweepDirectory(scratch.path + "/tiny")
        try sweep.claim(for: "tiny")
    }

    @Test("a report under another rule, or for another directory, leaves the sweep's own alone")
    func places() {
        let own = SweepReport.Place(of: sweep)
        #expect(own.figurePath == sweep.path + "/report/phase-diagram.svg")
        #expect(own.consolidatedPath == sweep.path + "/sweep.h5")
        let other = SweepReport.Place(of: sweep, rule: "gap=500,sustain=2")
        #expect(other.figurePath == sweep.path + "/report/gap-500_sustain-2/phase-diagram.svg")
        #expect(other.consolidatedPath == sweep.path + "/report/gap-500_sustain-2/sweep.h5")
        let out = SweepReport.Place(of: sweep, out: "/elsewhere", rule: "gap=500")
        #expect(out.folder == "/elsewhere" && out.figureFolder == "/elsewhere")
        #expect(out.consolidatedPath == "/elsewhere/sweep.h5")
        #expect(
            own.figurePath(FigureRequest(.delay))
                == sweep.path + "/report/figures/delay.svg")
    }

    @Test("what a place needs is made before any cell is read; what cannot be made is named")
    func prepare() throws {
        let place = SweepReport.Place(of: sweep, rule: "gap=500")
        try place.prepare()
        #expect(Set(Posix.list(place.folder)) == ["cells", "sites"])
        // Nobody writes there, whoever asks.
        let error = #expect(throws: CoordinatorError.self) {
            try SweepReport.Place(of: sweep, out: "/sys/kernel/report").prepare()
        }
        #expect(
            error.map { "\($0)".contains("/sys/kernel") } == true, "\(String(describing: error))")
    }

    @Test("a figure that the results do not give costs itself, with what was drawn before")
    func figures() throws {
        let reader = try SweepReader(sweep.path, reader: ReaderHere())
        let figures = SweepFigures(reader, try reader.table(try Sample.plan()))
        let (roc, delay) = (scratch.path + "/roc", scratch.path + "/delay")
        for path in [roc, delay] { try Posix.writeDurably([1], to: path + ".svg") }
        let problem = try #require(
            try figures.draw(FigureRequest(.predictorROC), to: roc + ".svg"))
        #expect(
            problem.hasPrefix("cannot draw the figure: predictor-roc: nothing to foretell"),
            "\(problem)")
        #expect(!Posix.exists(roc + ".svg"))
        #expect(try figures.draw(FigureRequest(.delay), to: delay + ".svg") == nil)
        #expect(Posix.exists(delay + ".txt"))
        // The words are those of the file, where no option was written.
        let curves = try figures.draw(FigureRequest(.curves), to: roc + ".svg")
        #expect(curves?.contains("curves: at: missing") == true, "\(curves ?? "drawn")")
    }

    @Test("sites link to pages only where a cell was verified and pages are drawn")
    func links() throws {
        let plan = try Sample.plan()
        var statuses = [CellStatus](repeating: .missing, count: plan.cells.count)
        statuses[1] = .verified(
            PhaseVerdict(.grokking, "because"), stopReason: .decided, stepsRun: 9)
        let linked = SweepReport.input(plan, statuses, links: true)
        let hrefs = linked.sites.flatMap(\.cells).compactMap(\.href)
        #expect(hrefs == ["cells/\(plan.cells[1].id.short).html"])
        let plain = SweepReport.input(plan, statuses)
        #expect(plain.sites.flatMap(\.cells).allSatisfy { $0.href == nil })
    }
}
