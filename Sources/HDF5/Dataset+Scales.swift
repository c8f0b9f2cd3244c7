import CHDF5

/// Dimension scales: how a dataset says what its axes are (HDF5 Dimension Scale specification).
extension Dataset {
    /// Makes this one-dimensional dataset the coordinate of a dimension named `name`.
    package func makeScale(_ name: String) throws(HDF5Error) {
        try Library.check("H5DSset_scale", node.subject) { H5DSset_scale(node.id, name) }
    }

    /// Says that `axis` runs along `scale`; every axis of every dataset wants one, or netCDF
    /// readers invent a name for it.
    package func attach(_ scale: Dataset, axis: Int) throws(HDF5Error) {
        try Library.check("H5DSattach_scale", "\(node.subject) axis \(axis)") {
            H5DSattach_scale(node.id, scale.node.id, UInt32(axis))
        }
    }

    /// Whether this dataset is a dimension scale.
    package func isScale() throws(HDF5Error) -> Bool {
        try Library.check("H5DSis_scale", node.subject) { H5DSis_scale(node.id) } > 0
    }

    /// The dimension name this scale was given, empty when none.
    package func scaleName() throws(HDF5Error) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        try Library.check("H5DSget_scale_name", node.subject) {
            H5DSget_scale_name(node.id, &buffer, buffer.count)
        }
        return text(buffer)
    }

    /// Whether `axis` runs along `scale`.
    package func isAttached(_ scale: Dataset, axis: Int) throws(HDF5Error) -> Bool {
        try Library.check("H5DSis_attached", "\(node.subject) axis \(axis)") {
            H5DSis_attached(node.id, scale.node.id, UInt32(axis))
        } > 0
    }

    private func text(_ buffer: [CChar]) -> String {
        String(
            decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
