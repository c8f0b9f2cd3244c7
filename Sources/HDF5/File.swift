import CHDF5

/// An HDF5 file, new or open for reading; must be closed, and closing can fail.
///
/// Prefer `create(at:_:)` and `read(at:_:)`, which close on every way out.
package final class File {
    /// The version of the library in use, as in `1.10.8`.
    package static var libraryVersion: String { Library.version }

    /// Where the file lies.
    package let path: String
    private let id: hid_t
    private var isOpen = true

    /// Creates a file that must not exist yet; an existing one is left as it is.
    package init(creating path: String) throws(HDF5Error) {
        let access = try Self.accessProperties(path)
        let creation = try Identifier("H5Pcreate", path, H5Pclose) {
            H5Pcreate(chdf5_file_create())
        }
        // Without times of day the same content gives the same bytes.
        try Library.check("H5Pset_obj_track_times", path) {
            H5Pset_obj_track_times(creation.id, false)
        }
        try Library.keepCompact(creation.id, path)
        self.path = path
        // Never truncate: H5F_ACC_TRUNC destroys an existing file even when opening it then fails.
        id = try Library.check("H5Fcreate", path) {
            H5Fcreate(path, chdf5_exclusive(), creation.id, access.id)
        }
    }

    /// Opens an existing file for reading.
    package init(reading path: String) throws(HDF5Error) {
        let access = try Self.accessProperties(path)
        self.path = path
        id = try Library.check("H5Fopen", path) { H5Fopen(path, chdf5_read_only(), access.id) }
    }

    deinit {
        assert(!isOpen, "close the file: \(path)")
    }

    /// Creates a file, fills it and closes it; the file stays, incomplete, when `fill` throws.
    package static func create(at path: String, _ fill: (File) throws -> Void) throws {
        try File(creating: path).closing(after: fill)
    }

    /// Opens a file, reads from it and closes it.
    ///
    /// The result is Sendable so that no group or dataset, which are not, leaves its file.
    package static func read<Result: Sendable>(
        at path: String, _ use: (File) throws -> Result
    ) throws -> Result {
        try File(reading: path).closing(after: use)
    }

    /// Writes everything out and closes the file; groups and datasets must be gone by then.
    package func close() throws(HDF5Error) {
        guard isOpen else { return }
        // HDF5 would keep the file open behind our back for as long as one of its objects lives.
        let open = try Library.check("H5Fget_obj_count", path) {
            H5Fget_obj_count(id, chdf5_objects_of_this_handle())
        }
        guard open == 1 else {
            throw HDF5Error(
                call: "H5Fclose", subject: path, why: "\(open - 1) of its objects are still in use")
        }
        // After a failed close the identifier's state is undefined; it is not touched again.
        isOpen = false
        try Library.check("H5Fclose", path) { H5Fclose(id) }
    }

    /// The root group.
    package func root() throws(HDF5Error) -> Group {
        let root = try Identifier("H5Gopen2", "\(path):/", H5Gclose) {
            H5Gopen2(id, "/", hid_t(H5P_DEFAULT))
        }
        return Group(Node(root, in: self, path: "/"))
    }

    private func closing<Result>(after body: (File) throws -> Result) throws -> Result {
        let result: Result
        do {
            result = try body(self)
        } catch {
            // The first error is the one that explains; a failed close would only hide it.
            try? close()
            throw error
        }
        try close()
        return result
    }

    private static func accessProperties(_ path: String) throws(HDF5Error) -> Identifier {
        Library.prepare()
        let access = try Identifier("H5Pcreate", path, H5Pclose) { H5Pcreate(chdf5_file_access()) }
        // Format 1.10 puts a checksum on all metadata; older readers than 1.10 are left out.
        try Library.check("H5Pset_libver_bounds", path) {
            H5Pset_libver_bounds(access.id, H5F_LIBVER_V110, H5F_LIBVER_V110)
        }
        try Library.check("H5Pset_fclose_degree", path) {
            H5Pset_fclose_degree(access.id, H5F_CLOSE_SEMI)
        }
        return access
    }
}

// HDF5 is used from one thread at a time.
@available(*, unavailable)
extension File: Sendable {}
