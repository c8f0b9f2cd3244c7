import CHDF5

/// An HDF5 file, new in memory or open for reading; must be closed, and closing can fail.
///
/// Prefer `image(named:_:)` and `read(at:_:)`, which close on every way out.
package final class File {
    /// The version of the library in use, as in `1.10.8`.
    package static var libraryVersion: String { Library.version }

    /// Where the file lies, or is going to lie.
    package let path: String
    private let id: hid_t
    private var isOpen = true
    /// Everything written so far: each compares what the finished file says with what is in memory.
    private var expectations: [Expectation] = []

    /// A look into the finished file at something that was written.
    typealias Expectation = (ReadBack) throws(HDF5Error) -> Void

    /// Creates a file in memory; HDF5 itself would find out that a disk is full when it is too late to tell.
    package init(creating path: String) throws(HDF5Error) {
        let access = try Self.accessProperties(path)
        try Library.check("H5Pset_fapl_core", path) { H5Pset_fapl_core(access.id, 1 << 16, false) }
        let creation = try Identifier("H5Pcreate", path, H5Pclose) {
            H5Pcreate(chdf5_file_create())
        }
        // Without times of day the same content gives the same bytes.
        try Library.check("H5Pset_obj_track_times", path) {
            H5Pset_obj_track_times(creation.id, false)
        }
        try Library.keepCompact(creation.id, path)
        self.path = path
        id = try Library.check("H5Fcreate", path) {
            H5Fcreate(Self.nowhere, chdf5_exclusive(), creation.id, access.id)
        }
    }

    /// HDF5 looks for a file of the name of an image, and wants none; below a device there never is one.
    private static let nowhere = "/dev/null/image"

    /// Opens an existing file for reading.
    package init(reading path: String) throws(HDF5Error) {
        let access = try Self.accessProperties(path)
        self.path = path
        id = try Library.check("H5Fopen", path) { H5Fopen(path, chdf5_read_only(), access.id) }
    }

    deinit {
        assert(!isOpen, "close the file: \(path)")
    }

    /// Opens the bytes of a file for reading; they must stay where they are until it is closed.
    package init(image: UnsafeRawBufferPointer, named path: String) throws(HDF5Error) {
        let access = try Self.accessProperties(path)
        try Library.check("H5Pset_fapl_core", path) { H5Pset_fapl_core(access.id, 1 << 16, false) }
        let start = UnsafeMutableRawPointer(mutating: image.baseAddress)
        // HDF5 is handed the bytes themselves wherever it would make a copy; it only reads them.
        var callbacks = H5FD_file_image_callbacks_t(
            image_malloc: { _, _, start in start }, image_memcpy: { copy, _, _, _, _ in copy },
            image_realloc: { _, _, _, _ in nil }, image_free: { _, _, _ in 0 },
            udata_copy: { $0 }, udata_free: { _ in 0 }, udata: start)
        try Library.check("H5Pset_file_image_callbacks", path) {
            H5Pset_file_image_callbacks(access.id, &callbacks)
        }
        try Library.check("H5Pset_file_image", path) {
            H5Pset_file_image(access.id, start, image.count)
        }
        self.path = path
        id = try Library.check("H5Fopen", path) {
            H5Fopen(Self.nowhere, chdf5_read_only(), access.id)
        }
    }

    /// Makes the bytes of a new file, and reads every value in them back.
    ///
    /// - Throws: what `fill` throws, or `HDF5Error` when something does not read back as it was written.
    package static func image(
        named path: String, _ fill: (File) throws -> Void
    ) throws -> [UInt8] {
        let file = try File(creating: path)
        let image = try file.closing(after: { file in
            try fill(file)
            return try file.image()
        })
        try read(image: image, named: path) { finished in
            let back = ReadBack(finished)
            for expectation in file.expectations { try expectation(back) }
        }
        return image
    }

    /// Reads from the bytes of a file.
    package static func read<Result: Sendable>(
        image: [UInt8], named path: String, _ use: (File) throws -> Result
    ) throws -> Result {
        try image.withUnsafeBytes { try read(image: $0, named: path, use) }
    }

    /// Reads from the bytes of a file, wherever they lie.
    package static func read<Result: Sendable>(
        image: UnsafeRawBufferPointer, named path: String, _ use: (File) throws -> Result
    ) throws -> Result {
        try File(image: image, named: path).closing(after: use)
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

    /// Something inside the file, opened by its whole path.
    func node(_ path: String) throws(HDF5Error) -> Node {
        let object = try Identifier("H5Oopen", "\(self.path):\(path)", H5Oclose) {
            H5Oopen(id, path, hid_t(H5P_DEFAULT))
        }
        return Node(object, in: self, path: path)
    }

    /// Notes what the finished file must say.
    func expect(_ expectation: @escaping Expectation) { expectations.append(expectation) }

    /// The bytes of a file whose groups and datasets are all closed.
    private func image() throws(HDF5Error) -> [UInt8] {
        try Library.check("H5Fflush", path) { H5Fflush(id, H5F_SCOPE_GLOBAL) }
        let size = try Library.check("H5Fget_file_image", path) { H5Fget_file_image(id, nil, 0) }
        var bytes = [UInt8](repeating: 0, count: size)
        let copied = try Library.check("H5Fget_file_image", path) {
            H5Fget_file_image(id, &bytes, bytes.count)
        }
        guard copied == size, Superblock.seal(&bytes) else {
            throw HDF5Error(call: "H5Fget_file_image", subject: path, why: "it is no whole file")
        }
        return bytes
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
        // What lies at a path of ours is never changed: a lock would only be refused, by a notebook that has the file open
        // or by a file system that has none.
        try Library.check("H5Pset_file_locking", path) {
            H5Pset_file_locking(access.id, false, true)
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
