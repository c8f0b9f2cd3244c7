package import Core
@preconcurrency import Glibc
package import System

/// Where everything of a sweep lies in its directory.
package protocol SweepPaths {
    /// The directory.
    var path: String { get }
}

/// A directory and nothing more.
package struct SweepFolder: SweepPaths, Sendable {
    package let path: String

    /// The directory of this path.
    package init(_ path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }
}

extension SweepPaths {
    /// The sweep file as launched.
    package var specPath: String { path + "/sweep.yaml" }
    /// The ledger.
    package var ledgerPath: String { path + "/ledger.sqlite" }
    /// The consolidated file.
    package var consolidatedPath: String { path + "/sweep.h5" }
    /// The report.
    package var reportPath: String { path + "/report" }
    /// There while the report is older than the cells.
    package var outdatedReportPath: String { path + "/report.outdated" }
    /// What happened, as JSON lines.
    package var eventLogPath: String { path + "/events.jsonl" }
    /// What the workers of this machine had to say.
    package var workerLogPath: String { path + "/worker.log" }

    /// The file of a cell: `cells/3f/3fa9….h5`.
    package func cellPath(_ id: CellID) -> String { "\(cellFolder(id))/\(id.hex).h5" }

    /// The directory that a cell's file lies in: `cells/3f`.
    package func cellFolder(_ id: CellID) -> String { "\(path)/cells/\(id.hex.prefix(2))" }

    /// The latest checkpoint of a cell in training: `checkpoints/3fa9….ckpt`.
    package func checkpointPath(_ id: CellID) -> String { "\(path)/checkpoints/\(id.hex).ckpt" }

    /// What the owner says of itself.
    package var lockPath: String { path + "/lock" }

    /// Whether a sweep was ever launched here.
    package var holdsSweep: Bool { Posix.exists(specPath) }

    /// The launched sweep.
    ///
    /// - Throws: `SystemError` when there is none or it cannot be read; it is damage where its file is no sweep file.
    package func storedSpec() throws(SystemError) -> SweepSpec {
        guard holdsSweep || errno != ENOENT else {
            throw SystemError("open the sweep", path, "no sweep.yaml in it", hint: remedy)
        }
        let bytes = try Posix.read(specPath)
        do {
            return try SweepSpec(bytes, named: specPath)
        } catch {
            var problem = SystemError("read the stored sweep", path, "\(error)")
            problem.isDamage = true
            throw problem
        }
    }

    /// What to do where the sweep file is gone.
    private var remedy: String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let above = parts.count > 1 ? parts.dropLast().joined(separator: "/") : "."
        if Posix.exists(path), !above.isEmpty, SweepFolder(above).holdsSweep {
            return "it lies in a sweep's directory: name \(above)"
        }
        return Posix.exists(path + "/cells")
            ? "it holds cells: grokmap run SWEEP.yaml --out \(path), with the sweep file they are of, puts it back"
            : "name a directory that grokmap run has made"
    }
}
