import CHDF5

/// A group of datasets and further groups; keeps its file from being closed.
package final class Group {
    /// What a name in a group stands for.
    package enum Kind: Sendable {
        /// A group.
        case group
        /// A dataset.
        case dataset
        /// Something this wrapper does not handle.
        case other
    }

    let node: Node

    init(_ node: Node) { self.node = node }

    /// The path inside the file, beginning with `/`.
    package var path: String { node.path }

    /// The group's attributes.
    package var attributes: Attributes { Attributes(node) }

    /// Adds an empty group under a new name.
    package func createGroup(_ name: String) throws(HDF5Error) -> Group {
        let subject = node.subject(of: name)
        try requireSimple(name)
        let creation = try Identifier("H5Pcreate", subject, H5Pclose) {
            H5Pcreate(chdf5_group_create())
        }
        try Library.check("H5Pset_obj_track_times", subject) {
            H5Pset_obj_track_times(creation.id, false)
        }
        try Library.keepCompact(creation.id, subject)
        let group = try Identifier("H5Gcreate2", subject, H5Gclose) {
            H5Gcreate2(
                node.id, name, hid_t(H5P_DEFAULT), creation.id, hid_t(H5P_DEFAULT))
        }
        return Group(Node(group, in: node.file, path: node.path(of: name)))
    }

    /// Opens a group in this one.
    package func group(_ name: String) throws(HDF5Error) -> Group {
        let group = try Identifier("H5Gopen2", node.subject(of: name), H5Gclose) {
            H5Gopen2(node.id, name, hid_t(H5P_DEFAULT))
        }
        return Group(Node(group, in: node.file, path: node.path(of: name)))
    }

    /// Opens a dataset in this group.
    package func dataset(_ name: String) throws(HDF5Error) -> Dataset {
        let dataset = try Identifier("H5Dopen2", node.subject(of: name), H5Dclose) {
            H5Dopen2(node.id, name, hid_t(H5P_DEFAULT))
        }
        return Dataset(Node(dataset, in: node.file, path: node.path(of: name)))
    }

    /// Whether the group has something of this name.
    package func contains(_ name: String) throws(HDF5Error) -> Bool {
        try requireSimple(name)
        return try Library.check("H5Lexists", node.subject(of: name)) {
            H5Lexists(node.id, name, hid_t(H5P_DEFAULT))
        } > 0
    }

    /// What a name in this group stands for.
    package func kind(of name: String) throws(HDF5Error) -> Kind {
        let object = try Identifier("H5Oopen", node.subject(of: name), H5Oclose) {
            H5Oopen(node.id, name, hid_t(H5P_DEFAULT))
        }
        return switch H5Iget_type(object.id) {
        case H5I_GROUP: .group
        case H5I_DATASET: .dataset
        default: .other
        }
    }

    /// All names in the group, sorted.
    package func names() throws(HDF5Error) -> [String] {
        var names: [String] = []
        try Library.check("H5Literate", node.subject) {
            withUnsafeMutablePointer(to: &names) { collected in
                var position: hsize_t = 0
                return H5Literate(
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

    /// H5Lexists answers for a path only when all but its last part exist; so one part at a time.
    func requireSimple(_ name: String) throws(HDF5Error) {
        guard name.isEmpty || name == "." || name.utf8.contains(where: { $0 == 0x2f || $0 == 0 })
        else { return }
        throw HDF5Error(
            call: "H5Lexists", subject: node.subject(of: name), why: "not a name in one group")
    }
}

// HDF5 is used from one thread at a time.
@available(*, unavailable)
extension Group: Sendable {}
