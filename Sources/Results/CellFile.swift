package import Core
import HDF5

/// One cell's HDF5 file: written once, then only read (`docs/results-format.md`).
///
/// Any thread may call; calls take turns, because HDF5 serves one at a time.
package enum CellFile {
    /// The version of the HDF5 library in use, as in `1.10.8`.
    package static var libraryVersion: String { File.libraryVersion }

    /// Writes a cell to a new file and puts it on the disk.
    ///
    /// The file is made in memory, and every value in it read back and compared with the cell's; its bytes are then written,
    /// and read back too. What was there before is left as it was; what fails half-way is removed.
    ///
    /// - Returns: the bytes of the file.
    /// - Throws: `ResultsError` when the file exists, cannot be written, or the cell's parts disagree.
    @discardableResult
    package static func write(_ cell: StoredCell, to path: String) throws(ResultsError) -> [UInt8] {
        let image = try LibraryAccess.run(.write, path) {
            try CellConsistency.check(cell)
            guard !DurableFile.exists(path) else { throw Mismatch("there is a file already") }
            return try File.image(named: path) { file in
                try CellFileWriter(cell).write(into: try file.root())
            }
        }
        try LibraryAccess.explaining(.write, path) { try DurableFile.create(path, image) }
        return image
    }

    /// Reads a cell file whole.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - id: the cell it must be; nil takes any.
    /// - Returns: the cell as it was written, bit for bit.
    /// - Throws: `ResultsError` when it is damaged, incomplete, another cell's, or its parts disagree.
    package static func read(
        _ path: String, expecting id: CellID? = nil
    ) throws(ResultsError) -> StoredCell {
        try LibraryAccess.run(.read, path) {
            try File.read(at: path) { file in
                let reader = CellFileReader(
                    root: try file.root(), expecting: id.map { .id($0) } ?? .any)
                let cell = try reader.complete(try reader.summary())
                try CellConsistency.check(cell)
                return cell
            }
        }
    }

    /// Reads a cell file's attributes and curves, checked as `read` checks them.
    ///
    /// Of split, targets and parameters only the shapes are looked at.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - id: the cell it must be; nil takes any.
    /// - Returns: the cell without its bulk.
    /// - Throws: `ResultsError` when it is damaged, incomplete, another cell's, or its parts disagree.
    package static func summary(
        _ path: String, expecting id: CellID? = nil
    ) throws(ResultsError) -> CellSummary {
        try summary(path, id.map { .id($0) } ?? .any)
    }

    private static func summary(
        _ path: String, _ expected: CellExpectation
    ) throws(ResultsError) -> CellSummary {
        try LibraryAccess.run(.read, path) {
            try File.read(at: path) { file in
                let reader = CellFileReader(root: try file.root(), expecting: expected)
                let summary = try reader.summary()
                try reader.checkBulk()
                try CellConsistency.check(summary)
                return summary
            }
        }
    }
}
