package import Core
import HDF5

extension CellFile {
    /// Reads a cell file whole, down to what only other programs look at: every object, attribute and value.
    ///
    /// HDF5 checks a checksum when it reads what the checksum is of, so bytes that nobody reads are damaged unnoticed.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - id: the cell it must be; nil takes any.
    /// - Throws: `ResultsError` when it is damaged anywhere, incomplete, another cell's, or its parts disagree.
    package static func audit(_ path: String, expecting id: CellID? = nil) throws(ResultsError) {
        _ = try read(path, expecting: id)
        try LibraryAccess.run(.read, path) {
            try File.read(at: path) { file in try readThrough(try file.root()) }
        }
    }

    private static func readThrough(_ group: Group) throws {
        _ = try group.attributes.names()
        for name in try group.names() {
            switch try group.kind(of: name) {
            case .group: try readThrough(try group.group(name))
            case .dataset:
                let dataset = try group.dataset(name)
                _ = try dataset.attributes.names()
                if try dataset.elementType() != nil {
                    _ = try dataset.read(as: Double.self)
                } else {
                    _ = try dataset.readStrings()
                }
            case .other:
                throw Mismatch("\(group.path) holds \(name), which is no part of a cell file")
            }
        }
    }
}
