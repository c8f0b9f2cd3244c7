import Yams

/// A parsed sweep file or configuration: a tree of values that remembers the lines it came from.
package struct SpecNode: Sendable, Equatable {
    /// What stands at this place.
    package indirect enum Value: Sendable, Equatable {
        case null
        case bool(Bool)
        case number(Double)
        case string(String)
        case sequence([SpecNode])
        case mapping([Entry])
    }

    /// A key with its value, in the order of the file.
    package struct Entry: Sendable, Equatable {
        /// The key.
        package var key: String
        /// The line the key stands on, from 1, where it came from a file.
        package var line: Int?
        /// What it holds.
        package var node: SpecNode
    }

    /// The value.
    package var value: Value
    /// The line it begins on, from 1, where it came from a file.
    package var line: Int?

    /// A node.
    package init(_ value: Value, line: Int? = nil) {
        self.value = value
        self.line = line
    }

    /// Parses YAML or JSON text.
    ///
    /// - Throws: `SweepError` with the line when the text is not well formed, or holds a key twice.
    package init(parsing text: String) throws(SweepError) {
        // libyaml takes no NUL; reported before it can cut the text short.
        guard !text.utf8.contains(0) else {
            throw SweepError(path: "", problem: "not a text file: it holds a zero byte")
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw SpecNode.syntaxError(error)
        }
        guard let root else { throw SweepError(path: "", problem: "the file is empty") }
        try self.init(root, depth: 0)
    }

    /// A word for the kind of value, used in error texts.
    var kindName: String {
        switch value {
        case .null: "nothing"
        case .bool(let flag): "\(flag)"
        case .number(let number): "the number \(CanonicalJSON.number(number))"
        case .string(let text): "\"\(text)\""
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    private init(_ node: Node, depth: Int) throws(SweepError) {
        guard depth < 64 else {
            throw SweepError(path: "", problem: "nested deeper than 64 levels")
        }
        let line = node.mark?.line
        switch node {
        case .scalar(let scalar):
            self.init(SpecNode.scalar(scalar), line: line)
        case .sequence(let items):
            var nodes: [SpecNode] = []
            for item in items { nodes.append(try SpecNode(item, depth: depth + 1)) }
            self.init(.sequence(nodes), line: line)
        case .mapping(let pairs):
            var entries: [Entry] = []
            var seen: Set<String> = []
            for (key, child) in pairs {
                guard let name = key.scalar?.string else {
                    throw SweepError(
                        path: "", problem: "a key must be a word",
                        place: key.mark.map { "line \($0.line)" })
                }
                guard seen.insert(name).inserted else {
                    throw SweepError(
                        path: name, problem: "given twice",
                        place: key.mark.map { "line \($0.line)" })
                }
                let value = try SpecNode(child, depth: depth + 1)
                entries.append(Entry(key: name, line: key.mark?.line, node: value))
            }
            self.init(.mapping(entries), line: line)
        case .alias:
            throw SweepError(
                path: "", problem: "YAML aliases are not supported",
                place: line.map { "line \($0)" })
        }
    }

    /// YAML 1.1 takes `1e-3` for a word; every reader takes it for a number, so plain scalars are read here.
    private static func scalar(_ scalar: Node.Scalar) -> Value {
        guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
        switch scalar.string {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        let startsLikeNumber =
            scalar.string.utf8.first.map { "0123456789+-.".utf8.contains($0) } ?? false
        if startsLikeNumber, let number = Double(scalar.string) { return .number(number) }
        return .string(scalar.string)
    }

    private static func syntaxError(_ error: any Error) -> SweepError {
        guard let error = error as? YamlError else {
            return SweepError(path: "", problem: "not well-formed YAML: \(error)")
        }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return SweepError(
                path: "", problem: "not well-formed YAML: \(problem)", place: "line \(mark.line)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            return SweepError(
                path: duplicates.first.map { "\($0)" } ?? "", problem: "given twice",
                place: "line \(context.mark.line)")
        default:
            let text = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
            return SweepError(path: "", problem: "not well-formed YAML: \(text)")
        }
    }
}
