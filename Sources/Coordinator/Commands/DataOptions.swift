import ArgumentParser
import Core
import Foundation
import Sweeps
import System

/// Where the files are that a sweep's task or split names.
struct DataOptions: ParsableArguments {
    @Option(
        name: .customLong("data"),
        help: "Directory of the files a sweep names (default: GROKMAP_DATA, or the current one).")
    var option: String?

    /// The directory.
    var directory: DataDirectory {
        DataDirectory(option: option, environment: ProcessInfo.processInfo.environment)
    }

    /// The files, read there; the digests of those that are not there are taken from the sweep that was launched before in
    /// its directory.
    func cellFiles(launchedIn out: String? = nil) -> CellFiles {
        let directory = directory
        return CellFiles(
            reading: { try Posix.read(directory.file($0)) },
            launched: { sweep in
                // A directory that holds no sweep knows no digest; what else is wrong with it is told when it is opened.
                let stored = try? SweepFolder(out ?? "results/\(sweep)").storedSpec()
                return stored?.name == sweep ? stored?.cell : nil
            })
    }

    /// Makes sure that trainers on this machine can read what a sweep's cells are made of.
    ///
    /// - Throws: `CoordinatorError` naming the file that they could not.
    func check(_ spec: SweepSpec) throws(CoordinatorError) {
        for file in spec.cell.files {
            do {
                _ = try Posix.read(directory.file(file), first: 1)
            } catch {
                var error = error
                error.hint =
                    "name the directory of the files with --data, or train elsewhere: --slots 0"
                throw error
            }
        }
    }
}
