import ArgumentParser
import Core
import Foundation

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

    /// The files, read there.
    var cellFiles: CellFiles {
        let directory = directory
        return CellFiles { try Posix.read(directory.file($0)) }
    }
}
