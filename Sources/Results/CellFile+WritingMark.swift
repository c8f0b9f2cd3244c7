import HDF5

extension CellFile {
    /// A file's bytes without the mark that another program (h5py in mode `a`) puts there while it has the file open for
    /// writing; nil where there is no such mark.
    package static func withoutWritingMark(_ bytes: [UInt8]) -> [UInt8]? {
        Superblock.withoutWritingMark(bytes)
    }
}
