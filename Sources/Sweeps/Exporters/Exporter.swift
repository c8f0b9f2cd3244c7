/// Writes the table of a sweep in a form that other tools take. `Exporters.all` names every one.
package protocol Exporter: Sendable {
    /// Its name on the command line.
    var name: String { get }
    /// What it is for, in a few words.
    var summary: String { get }
    /// What it makes.
    var makes: ExportProduct { get }
    /// What can be asked of it beyond a row per cell.
    var options: Set<ExportOption> { get }

    /// Writes everything.
    ///
    /// - Parameters:
    ///   - sweep: the table, with the curves of its cells.
    ///   - options: what was asked for; only what is among its own.
    ///   - target: where it goes.
    /// - Throws: `SystemError` or `ResultsError` when something cannot be read or written.
    func export(
        _ sweep: ExportedSweep, _ options: Set<ExportOption>, to target: ExportTarget) throws
}

/// What an exporter makes.
package enum ExportProduct: Sendable {
    /// Lines of text, on the standard output unless a file is named.
    case lines
    /// A file, which must be named.
    case file
    /// Files in a directory, which must be named.
    case folder
}

/// What can be asked of an exporter.
package enum ExportOption: String, Sendable, CaseIterable {
    /// A row per cell and recorded step.
    case long
    /// The curves of each cell beside its row.
    case curves
}

/// Where an export goes.
package struct ExportTarget {
    /// The file or directory; empty where lines go to the standard output.
    package let path: String
    /// Writes one line.
    package let line: (String) throws -> Void

    /// A target.
    package init(path: String, line: @escaping (String) throws -> Void) {
        self.path = path
        self.line = line
    }
}

/// Every exporter.
package enum Exporters {
    /// In the order of help texts and docs/export.md.
    package static let all: [any Exporter] = [
        CSVExporter(), JSONLinesExporter(), NetCDFExporter(), TensorBoardExporter(),
    ]
}
