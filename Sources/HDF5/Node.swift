import CHDF5

/// An open group or dataset, or a part of one: its identifier, its name for messages, and the file it keeps open.
final class Node {
    private let identifier: Identifier
    let file: File
    /// The path inside the file, beginning with `/`.
    let path: String

    init(_ identifier: consuming Identifier, in file: File, path: String) {
        self.identifier = identifier
        self.file = file
        self.path = path
    }

    var id: hid_t { identifier.id }

    /// How messages name this object.
    var subject: String { "\(file.path):\(path)" }

    /// The path of something inside this group.
    func path(of name: String) -> String { path == "/" ? "/\(name)" : "\(path)/\(name)" }

    /// How messages name something inside this group.
    func subject(of name: String) -> String { "\(file.path):\(path(of: name))" }
}

// HDF5 is used from one thread at a time.
@available(*, unavailable)
extension Node: Sendable {}
