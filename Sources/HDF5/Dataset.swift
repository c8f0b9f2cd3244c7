import CHDF5

/// An array in a file; keeps its file from being closed.
package final class Dataset {
    let node: Node
    /// The format of the values in the file, once somebody asked for it.
    private var type: Node?
    /// The extent, once somebody asked for it.
    private var space: Node?

    init(_ node: Node) { self.node = node }

    /// The path inside the file, beginning with `/`.
    package var path: String { node.path }

    /// The dataset's attributes.
    package var attributes: Attributes { Attributes(node) }

    /// The extent of each axis; empty for a scalar.
    package func shape() throws(HDF5Error) -> [Int] {
        let space = try dataSpace()
        let rank = try Library.check("H5Sget_simple_extent_ndims", node.subject) {
            H5Sget_simple_extent_ndims(space.id)
        }
        guard rank > 0 else { return [] }
        var extent = [hsize_t](repeating: 0, count: Int(rank))
        try Library.check("H5Sget_simple_extent_dims", node.subject) {
            H5Sget_simple_extent_dims(space.id, &extent, nil)
        }
        return try extent.map { length throws(HDF5Error) in
            guard let length = Int(exactly: length) else {
                throw HDF5Error(
                    call: "H5Sget_simple_extent_dims", subject: node.subject,
                    why: "an axis of \(length) values")
            }
            return length
        }
    }

    /// All numbers in row-major order; an integer that does not fit `T` is an error.
    package func read<T: Element>(as type: T.Type = T.self) throws(HDF5Error) -> [T] {
        try reading { transfer throws(HDF5Error) in try transfer.numbers(as: type) }
    }

    /// All texts in row-major order.
    package func readStrings() throws(HDF5Error) -> [String] {
        try reading { transfer throws(HDF5Error) in try transfer.strings() }
    }

    /// The format of the numbers in the file; nil for text and for formats not written here.
    package func elementType() throws(HDF5Error) -> ElementType? {
        let type = try fileType()
        return ElementType.allCases.first { H5Tequal(type.id, $0.file) > 0 }
    }

    private func reading<Result>(
        _ body: (Transfer) throws(HDF5Error) -> Result
    ) throws(HDF5Error) -> Result {
        let type = try fileType()
        let space = try dataSpace()
        let id = node.id
        return try body(
            Transfer(
                name: { [node] in node.subject }, readName: "H5Dread",
                read: {
                    H5Dread(id, $0, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), $1)
                }, fileType: type.id, space: space.id))
    }

    private func fileType() throws(HDF5Error) -> Node {
        try kept(&type, "H5Dget_type", H5Tclose, H5Dget_type)
    }

    private func dataSpace() throws(HDF5Error) -> Node {
        try kept(&space, "H5Dget_space", H5Sclose, H5Dget_space)
    }

    /// A part of the dataset, opened when it is first asked for.
    private func kept(
        _ part: inout Node?, _ call: StaticString, _ close: @escaping (hid_t) -> herr_t,
        _ open: (hid_t) -> hid_t
    ) throws(HDF5Error) -> Node {
        if let part { return part }
        let identifier = try Identifier(call, node.subject, close) { open(node.id) }
        let opened = Node(identifier, in: node.file, path: path)
        part = opened
        return opened
    }
}

// HDF5 is used from one thread at a time.
@available(*, unavailable)
extension Dataset: Sendable {}
