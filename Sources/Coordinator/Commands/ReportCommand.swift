import ArgumentParser
import Core
import Sweeps
import System

/// `grokmap report`: draws a sweep again, under another rule if asked.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Draw a sweep's phase diagram and pages again.",
        discussion: """
            Report and sweep.h5 are drawn over. Under another rule than the sweep's own they go to \
            a folder of that rule, report/gap-500 for instance. Cells that the stored curves cannot \
            decide under the rule are drawn as missing; grokmap run with that rule in the sweep \
            file trains them. It works while the sweep runs, and with --out on directories that \
            you may only read.

            With --figure only the figures asked for are drawn, to report/figures or to --out, each \
            with its caption as a text beside it: --figure delay --at train_fraction=0.65 \
            --width 85mm --image pdf. docs/figures.md shows every kind.
            """)

    @Argument(help: "The sweep's directory.")
    var directory: String

    @Option(help: "Settings on top of the sweep's phase rule: gap=500,train_accuracy=0.95.")
    var rule: String?

    @Flag(help: "Draw a page per cell also for more than 1,000 of them.")
    var cells = false

    @Option(
        help:
            "Draw into this directory, sweep.h5 too (default: report/ in the sweep's); with one --figure also a file."
    )
    var out: String?

    @Option(help: "How to print what was drawn: text or json.")
    var format = OutputFormat.text

    @OptionGroup(title: "Figures") var figures: FigureOptions

    func validate() throws {
        guard !figures.listsKinds else { return }
        _ = try figures.requests(FigureLook())
    }

    func run() throws {
        guard !figures.listsKinds else { return print(FigureOptions.list) }
        if let out { try SweepDirectory.refuse(output: out, into: directory) }
        let sweep = try SweepReader(directory)
        let own = try sweep.storedPlan()
        let plan = rule == nil ? own : try sweep.storedPlan(rule: rule)
        let table = try sweep.table(plan)
        let place = SweepReport.Place(
            of: sweep, out: out, rule: plan.spec.phaseRule.differences(from: own.spec.phaseRule))
        guard figures.kinds.isEmpty else {
            return try draw(SweepFigures(sweep, table), place, plan.spec.report.look)
        }
        let report = SweepReport(
            table, cellsIn: sweep, to: place, pages: cells,
            look: try figures.look(plan.spec.report.look),
            figures: plan.spec.report.figures.isEmpty ? nil : SweepFigures(sweep, table),
            attempts: try sweep.ledger?.attempts() ?? [])
        do {
            try report.write()
        } catch  where out == nil {
            throw CoordinatorError(
                "draw the report", place.folder, "\(error)",
                hint:
                    "it needs a directory that you may write to: grokmap report \(directory) --out DIR"
            )
        }
        let tally = table.tally
        if format == .json {
            let members = report.files.merging(tally.members) { $1 }
            return StandardOutput.data(CanonicalJSON.text(.object(members)))
        }
        var words = "\(tally.phaseWords), \(tally.missing) missing"
        if tally.running > 0 { words += ", \(tally.running) running" }
        if tally.failed > 0 { words += ", \(tally.failed) failed" }
        if tally.inferred > 0 { words += ", \(tally.inferred) inferred" }
        if tally.predicted > 0 { words += ", \(tally.predicted) predicted" }
        if tally.unreachable > 0 { words += ", \(tally.unreachable) out of reach" }
        Screen.write("\(words)\n")
        StandardOutput.data(place.figurePath)
    }

    /// Draws the figures asked for and says where they are.
    private func draw(_ sweep: SweepFigures, _ place: SweepReport.Place, _ look: FigureLook) throws
    {
        let requests = try figures.requests(look)
        let endings = FigureLook.Format.allCases.map { "." + $0.rawValue }
        if let out, let ending = endings.first(where: out.hasSuffix) {
            guard var request = requests.first, requests.count == 1 else {
                throw ValidationError("--out \(out): several figures need a directory")
            }
            if figures.format == nil,
                let format = FigureLook.Format(rawValue: String(ending.dropFirst()))
            {
                request.look.format = format
            }
            try sweep.write(request, to: out)
            return say([out])
        }
        try place.prepareFigures()
        var paths: [String] = []
        for request in requests {
            paths.append(place.figurePath(request))
            try sweep.write(request, to: place.figurePath(request))
        }
        say(paths)
    }

    /// Says which figures were drawn.
    private func say(_ paths: [String]) {
        switch format {
        case .text: for path in paths { StandardOutput.data(path) }
        case .json:
            StandardOutput.data(
                CanonicalJSON.text(.object(["figures": .array(paths.map { .string($0) })])))
        }
    }
}
