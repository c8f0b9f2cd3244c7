import CHDF5

/// The attributes of one file root, group or dataset.
package struct Attributes {
    /// Keeps the object's identifier open.
    private let node: Node

    init(_ node: Node) { self.node = node }

    /// Adds a text: UTF-8 of fixed length, `str` in both of xarray's engines, `bytes` in bare h5py.
    package func set(_ name: String, _ value: String) throws(HDF5Error) {
        let subject = subject(name)
        let space = try Identifier("H5Screate", subject, H5Sclose) { H5Screate(H5S_SCALAR) }
        try write(name, [value], space.id)
    }

    /// Adds a list of texts, at least one.
    package func set(_ name: String, _ values: [String]) throws(HDF5Error) {
        let space = try listSpace(name, values.count)
        try write(name, values, space.id)
    }

    /// Adds a number.
    package func set<T: Element>(_ name: String, _ value: T) throws(HDF5Error) {
        let space = try Identifier("H5Screate", subject(name), H5Sclose) { H5Screate(H5S_SCALAR) }
        try write(name, [value], space.id)
    }

    /// Adds a list of numbers, at least one.
    package func set<T: Element>(_ name: String, _ values: [T]) throws(HDF5Error) {
        let space = try listSpace(name, values.count)
        try write(name, values, space.id)
    }

    /// The text of an attribute.
    package func string(_ name: String) throws(HDF5Error) -> String {
        let values = try strings(name)
        guard values.count == 1, let value = values.first else { throw notOne(name, values.count) }
        return value
    }

    /// The texts of an attribute in row-major order; one for a scalar.
    package func strings(_ name: String) throws(HDF5Error) -> [String] {
        try reading(name) { transfer throws(HDF5Error) in try transfer.strings() }
    }

    /// The number of an attribute; an integer that does not fit is an error.
    package func value<T: Element>(_ name: String, as type: T.Type = T.self) throws(HDF5Error) -> T
    {
        let values = try values(name, as: type)
        guard values.count == 1, let value = values.first else { throw notOne(name, values.count) }
        return value
    }

    /// The numbers of an attribute in row-major order; one for a scalar.
    package func values<T: Element>(_ name: String, as type: T.Type = T.self)
        throws(HDF5Error) -> [T]
    {
        try reading(name) { transfer throws(HDF5Error) in try transfer.numbers(as: type) }
    }

    /// Whether an attribute of this name exists.
    package func contains(_ name: String) throws(HDF5Error) -> Bool {
        try Library.check("H5Aexists", subject(name)) { H5Aexists(node.id, name) } > 0
    }

    /// The names of all attributes, sorted; those of the dimension scales machinery included.
    package func names() throws(HDF5Error) -> [String] {
        var names: [String] = []
        try Library.check("H5Aiterate2", node.subject) {
            withUnsafeMutablePointer(to: &names) { collected in
                var position: hsize_t = 0
                return H5Aiterate2(
                    node.id, H5_INDEX_NAME, H5_ITER_INC, &position,
                    { _, name, _, collected in
                        if let name {
                            collected?.assumingMemoryBound(to: [String].self).pointee
                                .append(String(cString: name))
                        }
                        return 0
                    }, collected)
            }
        }
        return names
    }
}

extension Attributes {
    private func subject(_ name: String) -> String { "\(node.subject)@\(name)" }

    private func notOne(_ name: String, _ count: Int) -> HDF5Error {
        HDF5Error(call: "H5Aread", subject: subject(name), why: "it holds \(count) values, not one")
    }

    private func listSpace(_ name: String, _ count: Int) throws(HDF5Error) -> Identifier {
        guard count > 0 else {
            throw HDF5Error(
                call: "H5Acreate2", subject: subject(name),
                why: "an attribute without values cannot be read by netCDF tools")
        }
        var extent = hsize_t(count)
        return try Identifier("H5Screate_simple", subject(name), H5Sclose) {
            H5Screate_simple(1, &extent, nil)
        }
    }

    private func create(_ name: String, _ type: hid_t, _ space: hid_t)
        throws(HDF5Error) -> Identifier
    {
        try Identifier("H5Acreate2", subject(name), H5Aclose) {
            H5Acreate2(
                node.id, name, type, space, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
        }
    }

    private func write<T: Element>(_ name: String, _ values: [T], _ space: hid_t)
        throws(HDF5Error)
    {
        let attribute = try create(name, T.elementType.file, space)
        try Library.check("H5Awrite", subject(name)) {
            values.withUnsafeBytes {
                H5Awrite(attribute.id, T.elementType.memory, $0.baseAddress)
            }
        }
        let (path, subject) = (node.path, subject(name))
        node.file.expect { back throws(HDF5Error) in
            let found = try Attributes(try back.node(path)).values(name, as: T.self)
            try ReadBack.require(found, values, "H5Aread", subject)
        }
    }

    /// Fixed length, so that the text lies in the object's own header under its checksum;
    /// variable-length text lies in the global heap, which has none.
    private func write(_ name: String, _ values: [String], _ space: hid_t) throws(HDF5Error) {
        let subject = subject(name)
        let (bytes, width) = try Transfer.fixed(values, "H5Awrite", subject)
        let type = try Transfer.stringType(size: width, padding: H5T_STR_NULLPAD, subject)
        let attribute = try create(name, type.id, space)
        try Library.check("H5Awrite", subject) { H5Awrite(attribute.id, type.id, bytes) }
        let path = node.path
        node.file.expect { back throws(HDF5Error) in
            guard try Attributes(try back.node(path)).strings(name) == values else {
                throw ReadBack.difference("H5Aread", subject)
            }
        }
    }

    private func reading<Result>(
        _ name: String, _ body: (Transfer) throws(HDF5Error) -> Result
    ) throws(HDF5Error) -> Result {
        let attribute = try Identifier("H5Aopen", subject(name), H5Aclose) {
            H5Aopen(node.id, name, hid_t(H5P_DEFAULT))
        }
        let type = try Identifier("H5Aget_type", subject(name), H5Tclose) {
            H5Aget_type(attribute.id)
        }
        let space = try Identifier("H5Aget_space", subject(name), H5Sclose) {
            H5Aget_space(attribute.id)
        }
        let id = attribute.id
        return try body(
            Transfer(
                name: { subject(name) }, readName: "H5Aread", read: { H5Aread(id, $0, $1) },
                fileType: type.id, space: space.id))
    }
}

// HDF5 is used from one thread at a time.
@available(*, unavailable)
extension Attributes: Sendable {}
