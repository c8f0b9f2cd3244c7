import ArgumentParser
import Core
import Foundation
@preconcurrency import Glibc
import Sweeps
import System

/// `grokmap export`: the table of a sweep in the forms that other tools take.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a sweep's table for pandas, xarray and the like.",
        discussion: """
            \(Exporters.all.map { "\($0.name): \($0.summary)." }.joined(separator: "\n"))

            Every cell has its row, trained or not: the column status says which are verified. It \
            works while the sweep runs and on directories that you may only read; nothing in the \
            sweep's directory changes.
            """)

    /// How rows lie.
    enum Layout: String, CaseIterable, ExpressibleByArgument {
        /// A row per cell.
        case wide
        /// A row per cell and recorded step.
        case long
    }

    @Argument(help: "The sweep's directory.")
    var directory: String

    @Option(help: "One of \(Exporters.all.map(\.name).joined(separator: ", ")).")
    var format = "csv"

    @Option(help: "A row per cell (wide), or per cell and recorded step (long).")
    var layout = Layout.wide

    @Flag(help: "With the curves of each cell.")
    var curves = false

    @Option(help: "Where to: a file, or a directory of event files (default: standard output).")
    var out: String?

    @Option(help: "Settings on top of the sweep's phase rule: gap=500,train_accuracy=0.95.")
    var rule: String?

    private var options: Set<ExportOption> {
        Set((layout == .long ? [.long] : []) + (curves ? [.curves] : []))
    }

    func validate() throws {
        guard let exporter = Exporters.all.first(where: { $0.name == format }) else {
            throw ValidationError(
                "--format \(format) is none of \(Exporters.all.map(\.name).joined(separator: ", "))"
            )
        }
        if layout == .long, curves {
            throw ValidationError("--layout long has the curves in its rows; leave --curves out")
        }
        if let option = options.subtracting(exporter.options).first {
            let name = option == .long ? "--layout long" : "--curves"
            let others = Exporters.all.filter { $0.options.contains(option) }.map(\.name)
            throw ValidationError(
                "\(name) is not for --format \(format), but for \(others.joined(separator: ", "))")
        }
        if case .lines = exporter.makes { return }
        guard out != nil else {
            throw ValidationError("--format \(format) needs --out, the place that it goes to")
        }
    }

    func run() throws {
        guard let exporter = Exporters.all.first(where: { $0.name == format }) else { return }
        if let out { try SweepDirectory.refuse(output: out, into: directory) }
        let sweep = try SweepReader(directory)
        let table = try sweep.table(try sweep.storedPlan(rule: rule))
        let exported = try ExportedSweep(table, in: sweep)
        switch exporter.makes {
        case .lines:
            let lines = try LineOutput(out)
            do {
                try exporter.export(
                    exported, options, to: ExportTarget(path: out ?? "") { try lines.write($0) })
                try lines.finish()
            } catch is LineOutput.ReaderGone {
                // The end of the program says whether anything was lost that somebody wanted.
                return
            }
        case .file, .folder:
            try exporter.export(exported, options, to: ExportTarget(path: out ?? "") { _ in })
        }
        if let out { StandardOutput.data(out) }
        let tally = table.tally
        Screen.write("\(tally.verified) of \(tally.cells) cells are verified\n")
    }
}
