import Yams

/// A parsed sweep file or configuration: a tree of values that remembers the lines it came from.
package struct SpecNode: Sendable, Equatable {
    /// What stands at this place.
    package indirect enum Value: Sendable, Equatable {
        /// Nothing, or `null`.
        case null
        /// `true` or `false`.
        case bool(Bool)
        /// A number.
        case number(Double)
        /// A word, or anything in quotes.
        case string(String)
        /// A list.
        case sequence([SpecNode])
        /// Keys with what they hold, in the order of the file.
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
            throw SweepError(
                path: "", problem: "not a text file: it holds a zero byte",
                hint: "name a file in YAML or JSON")
        }
        guard SpecNode.nesting(text) <= 500 else { throw SpecNode.tooDeep(line: nil) }
        let parser: Parser
        let root: Node?
        let isMarked = text.unicodeScalars.first == SpecText.mark
        let yaml = isMarked ? String(text.unicodeScalars.dropFirst()) : text
        do {
            (parser, root) = try SpecNode.parse(yaml)
        } catch {
            throw SpecNode.syntaxError(error)
        }
        guard let root else {
            throw SweepError(path: "", problem: SpecNode.emptyFile)
        }
        // Nodes hold their anchors weakly, and only the parser keeps those alive.
        self = try withExtendedLifetime(parser) { () throws(SweepError) in
            try SpecNode(root, depth: 0)
        }
    }

    /// Parses a text; one that is JSON with pairs of surrogates takes a second reading.
    private static func parse(_ text: String) throws -> (Parser, Node?) {
        do {
            let parser = try Parser(yaml: text)
            return (parser, try parser.singleRoot())
        } catch let error as YamlError {
            guard case .scanner(_, let problem, _, _) = error, problem.contains("character escape")
            else { throw error }
            let joined = SpecText.joiningSurrogates(text)
            guard joined != text else { throw error }
            let parser = try Parser(yaml: joined)
            return (parser, try parser.singleRoot())
        }
    }

    /// What is wrong with a text that holds nothing.
    static let emptyFile = "the file is empty"

    /// A word for the kind of value, used in error texts.
    var kindName: String {
        switch value {
        case .null: "nothing"
        case .bool(let flag): "\(flag)"
        case .number(let number): "the number \(CanonicalJSON.number(number))"
        case .string(let text):
            text.count <= 60 ? "\"\(text)\"" : "\"\(text.prefix(60))…\""
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    private init(_ node: Node, depth: Int) throws(SweepError) {
        let line = node.mark?.line
        guard depth < SpecNode.deepest else { throw SpecNode.tooDeep(line: line) }
        // Yams puts what an anchor names in the place of its aliases; a few lines of them can stand for gigabytes.
        guard node.anchor == nil else {
            throw SweepError(
                path: "", problem: "YAML anchors and aliases are not supported",
                hint: "write the value out", place: MappingReader.place(line))
        }
        switch node {
        case .scalar(let scalar):
            try SpecNode.check(scalar.string, line: line)
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
                        hint: "write key: value", place: MappingReader.place(key.mark?.line))
                }
                try SpecNode.check(name, line: key.mark?.line)
                guard seen.insert(name).inserted else {
                    throw SweepError(
                        path: name, problem: "given twice", hint: "keep one of them",
                        place: MappingReader.place(key.mark?.line))
                }
                let value = try SpecNode(child, depth: depth + 1)
                entries.append(Entry(key: name, line: key.mark?.line, node: value))
            }
            self.init(.mapping(entries), line: line)
        case .alias:
            throw SweepError(
                path: "", problem: "YAML anchors and aliases are not supported",
                hint: "write the value out", place: MappingReader.place(line))
        }
    }

    /// A text of a result file ends at a zero character, as does a file's name.
    private static func check(_ text: String, line: Int?) throws(SweepError) {
        guard text.utf8.contains(0) else { return }
        throw SweepError(
            path: "", problem: "a text with a zero character: \(text.onOneLine(atMost: 60))",
            hint: "leave out the \\0", place: MappingReader.place(line))
    }

    /// Levels that a file may be nested; the deepest key of a sweep stands at the fourth.
    private static let deepest = 64

    private static func tooDeep(line: Int?) -> SweepError {
        SweepError(
            path: "", problem: "nested deeper than \(deepest) levels",
            hint: "a sweep file needs four", place: MappingReader.place(line))
    }

    /// An upper bound of how deep brackets, and list markers on one line, nest a text.
    ///
    /// Yams builds its tree by recursion, so a text that nests without end must not come that far.
    private static func nesting(_ text: String) -> Int {
        var brackets = 0
        var deepest = 0
        var markers = 0
        var previous = UInt8(ascii: "\n")
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"): brackets += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): brackets = max(0, brackets - 1)
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): markers = 0
            case UInt8(ascii: " "), UInt8(ascii: "\t"):
                if "-?:".utf8.contains(previous) { markers += 1 }
            default: break
            }
            deepest = max(deepest, brackets, markers)
            previous = byte
        }
        return deepest
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
                path: "", problem: "not well-formed YAML: \(problem)",
                hint: "look at this line and the one before", place: "line \(mark.line)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            return SweepError(
                path: duplicates.first ?? "", problem: "given twice", hint: "keep one of them",
                place: "line \(context.mark.line)")
        default:
            let text = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
            return SweepError(path: "", problem: "not well-formed YAML: \(text)")
        }
    }
}
