import Foundation

/// The Python that reads what we write: h5py, xarray and numpy.
package enum Python {
    /// There is no such Python.
    package struct Missing: Error, CustomStringConvertible {
        /// What is missing, and how to get it.
        package let description: String
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// `GROKMAP_PYTHON`, or that of the package's `.venv`.
    package static func interpreter() throws -> String {
        let named = ProcessInfo.processInfo.environment["GROKMAP_PYTHON"]
        let path = named ?? root.appendingPathComponent(".venv/bin/python").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(
                description: """
                    no Python at \(path): run `make test`, which makes one, or set GROKMAP_PYTHON to one with \
                    h5py, xarray, h5netcdf and netCDF4 (apt install hdf5-tools for h5dump)
                    """)
        }
        return path
    }

    /// Runs to the end; returns the exit status with everything that was printed.
    package static func run(
        _ python: String, _ arguments: [String], in directory: String? = nil
    ) throws -> (Int32, String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = arguments
        if let directory {
            process.currentDirectoryURL = URL(fileURLWithPath: directory)
        }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
