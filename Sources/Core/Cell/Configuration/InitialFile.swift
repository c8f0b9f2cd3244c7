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

}

extension InitialFile: KeyedMapping {
    init() { path = "" }

    static let keys: [Key<InitialFile>] = [
        Key(
            "path", \.path, .file, isRequired: true,
            "a cell file that keeps parameters (`record: {parameters: [last]}`), or one that `numpy.savez` wrote, with arrays"
                + " of single or double precision under the [names of the tensors](results-format.md)"
        ).noting("`.h5`, `.npz`"),
        Key(
            KeyRow(
                name: "step", type: "whole number or `last`", standard: "`last`",
                bounds: "`.h5` only", meaning: "the step whose parameters are taken"),
            read: { reader, file throws(SweepError) in
                guard let node = reader.node("step"), node.value != .string(last) else { return }
                file.step = try reader.integer("step", default: nil, in: 0...Int.max)
            },
            json: { file, _ in
                file.isNumPy ? nil : file.step.map { .number(Double($0)) } ?? .string(last)
            }),
        Key(
            "tensors", ifWritten: \.tensors, .tensors,
            "those that are taken; the others are drawn"
        ).documented(standard: "all that the network has"),
        Key(
            "digest", ifWritten: \.digest, .digest, "SHA-256 of the file's bytes, as for images"
        ).documented(standard: "filled in"),
    ]

    private static let last = "last"

    func check(_ reader: borrowing MappingReader) throws(SweepError) {
        guard path.hasSuffix(".h5") || isNumPy else {
            throw reader.error(
                "path", "\"\(path)\" is neither a cell file (.h5) nor NumPy's (.npz)")
        }
        guard step == nil || !isNumPy else {
            throw reader.error("step", "an .npz file has no steps", hint: "drop the key")
        }
    }
}
