import ArgumentParser
import Core
import System

/// `grokmap report`: draws a sweep again, under another rule if asked.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Draw a sweep's phase diagram and pages again.",
        discussion: """
            The report and sweep.h5 are drawn over; without --rule they are drawn back. Cells \
            that the stored curves cannot decide under the rule are drawn as missing; \
            grokmap run with that rule in the sweep file trains them.
            """)

    @Argument(help: "The sweep's directory.")
    var directory: String

    @Option(help: "Settings on top of the sweep's phase rule: gap=500,train_accuracy=0.95.")
    var rule: String?

    @Flag(help: "Draw a page per cell also for more than 1,000 of them.")
    var cells = false

    func run() throws {
        let open = try OpenSweep.open(directory, rule: rule)
        try SweepReport(open, pages: cells).write()
        Screen.write("\(open.status.phaseWords), \(open.missing.count) missing\n")
        StandardOutput.data("\(open.directory.reportPath)/phase-diagram.svg")
    }
}
