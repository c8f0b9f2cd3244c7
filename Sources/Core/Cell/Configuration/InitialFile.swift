import SHA256

/// A file that a network's initial parameters come from: a cell file with kept parameters, or NumPy's `.npz`.
package struct InitialFile: Sendable, Hashable {
    /// The file, relative to the worker's data directory.
    package var path: String
    /// The step whose parameters are taken from a cell file; nil for the last that it has.
    package var step: Int?
    /// Names of the tensors that it gives, in ascending order; nil for all that the network has.
    package var tensors: [String]?
    /// SHA-256 over the file's content; nil where it was not said.
    package var digest: String?

    /// The digest of a file with this content.
    package static func digest(of content: [UInt8]) -> String { SHA256Digest.hex(of: content) }

    /// Whether it is NumPy's.
    package var isNumPy: Bool { path.hasSuffix(".npz") }

    /// Reads and checks the mapping.
    init(_ mapping: consuming MappingReader) throws(SweepError) {
        var reader = mapping
        path = try reader.string("path", default: nil)
        guard path.hasSuffix(".h5") || path.hasSuffix(".npz") else {
            throw reader.error(
                "path", "\"\(path)\" is neither a cell file (.h5) nor NumPy's (.npz)")
        }
        if reader.node("step")?.value == .string(InitialFile.last) {
            step = nil
        } else if reader.node("step") != nil {
            step = try reader.integer("step", default: nil, in: 0...Int.max)
            if isNumPy {
                throw reader.error("step", "an .npz file has no steps", hint: "drop the key")
            }
        }
        if let items = try reader.list("tensors") {
            var names: Set<String> = []
            for item in items {
                guard case .string(let name) = item.value, names.insert(name).inserted else {
                    throw reader.error(
                        "tensors", "expected different names of tensors, found \(item.kindName)",
                        hint: "docs/results-format.md has the names")
                }
            }
            guard !names.isEmpty else { throw reader.error("tensors", "the list is empty") }
            tensors = names.sorted()
        }
        if reader.node("digest") != nil {
            let text = try reader.string("digest", default: nil)
            guard SHA256Digest.isHex(text) else {
                throw reader.error(
                    "digest", "\"\(text)\" is no SHA-256: 64 of 0-9 and a-f",
                    hint: "drop the key; grokmap fills it in where it can read the file")
            }
            digest = text
        }
        try reader.finish()
    }

    private static let last = "last"

    /// As JSON, every key that has a meaning present.
    var json: JSONValue {
        var members: [String: JSONValue] = ["path": .string(path)]
        if !isNumPy {
            members["step"] = step.map { .number(Double($0)) } ?? .string(InitialFile.last)
        }
        if let tensors { members["tensors"] = .array(tensors.map(JSONValue.string)) }
        if let digest { members["digest"] = .string(digest) }
        return .object(members)
    }
}
