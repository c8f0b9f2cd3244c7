import CHDF5
import Synchronization

/// Runs HDF5 calls and turns their negative results into errors.
enum Library {
    /// Every file is closed by its owner, so there is nothing to clean up at exit; after a damaged file HDF5 1.10.8 would
    /// complain there of an "infinite loop closing library". Must be the first call of all.
    private static let cleanUpAtExit: herr_t = H5dont_atexit()

    /// Prepares the library for a file, on the thread that opens and then uses it.
    static func prepare() {
        _ = cleanUpAtExit
        // Printing errors to stderr is a setting of each thread in a thread-safe build.
        _ = H5Eset_auto2(hid_t(H5E_DEFAULT), nil, nil)
    }

    /// The result of a call, or the error stack it left behind.
    @inline(never)
    @discardableResult
    static func check<Result: SignedInteger>(
        _ call: StaticString, _ subject: @autoclosure () -> String, _ body: () -> Result
    ) throws(HDF5Error) -> Result {
        let result = body()
        // The next API function clears the stack, so it is read before anything else.
        if result < 0 { throw HDF5Error(call: call, subject: subject()) }
        return result
    }

    /// The version in use, as in `1.10.8`.
    static var version: String {
        var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
        guard H5get_libversion(&major, &minor, &release) >= 0 else { return "unknown" }
        return "\(major).\(minor).\(release)"
    }

    /// Lets a new group hold its attributes and links in its own header however many there are, as far as a header goes: by
    /// default, from the ninth on, each is found through a heap and a tree, at several times the cost.
    static func keepCompact(_ creation: hid_t, _ subject: @autoclosure () -> String)
        throws(HDF5Error)
    {
        try check("H5Pset_attr_phase_change", subject()) {
            H5Pset_attr_phase_change(creation, 256, 0)
        }
        try check("H5Pset_link_phase_change", subject()) {
            H5Pset_link_phase_change(creation, 256, 0)
        }
    }

    /// How many files, groups, datasets and attributes HDF5 has open, plus the identifiers of ours:
    /// what tests want to see return to where it was.
    static var openIdentifiers: Int {
        let objects = H5Fget_obj_count(hid_t(chdf5_all_objects()), chdf5_all_objects())
        return objects + Identifier.live.load(ordering: .relaxed)
    }
}

/// One HDF5 identifier, closed at the end of its life.
struct Identifier: ~Copyable {
    /// How many there are in this process.
    static let live = Atomic<Int>(0)

    let id: hid_t
    private let close: (hid_t) -> herr_t

    /// Takes over the identifier that `make` opens.
    init(
        _ call: StaticString, _ subject: @autoclosure () -> String,
        _ close: @escaping (hid_t) -> herr_t, _ make: () -> hid_t
    ) throws(HDF5Error) {
        id = try Library.check(call, subject(), make)
        self.close = close
        Self.live.add(1, ordering: .relaxed)
    }

    deinit {
        // Closing anything but a file fails only for an identifier that is none.
        let status = close(id)
        assert(status >= 0, "an HDF5 identifier was closed twice")
        Self.live.subtract(1, ordering: .relaxed)
    }
}
