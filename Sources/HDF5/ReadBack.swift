/// A finished file, and the object in it that was looked at last: what was written is looked at in the same order.
final class ReadBack {
    private let file: File
    private var latest: Node?

    init(_ file: File) { self.file = file }

    /// Something in the file.
    func node(_ path: String) throws(HDF5Error) -> Node {
        if let latest, latest.path == path { return latest }
        latest = nil
        let node = try file.node(path)
        latest = node
        return node
    }

    /// - Throws: `HDF5Error` unless two arrays hold the same bits.
    static func require<T: Element>(
        _ found: [T], _ written: [T], _ call: StaticString, _ subject: @autoclosure () -> String
    ) throws(HDF5Error) {
        let same = found.withUnsafeBytes { found in
            written.withUnsafeBytes { found.elementsEqual($0) }
        }
        guard same else { throw difference(call, subject()) }
    }

    /// The error about something that is not as it was written.
    static func difference(_ call: StaticString, _ subject: String) -> HDF5Error {
        HDF5Error(
            call: "\(call)", subject: subject, why: "it does not read back as it was written")
    }
}

// HDF5 is used from one thread at a time.
@available(*, unavailable)
extension ReadBack: Sendable {}
