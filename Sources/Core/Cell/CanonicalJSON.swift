/// JSON values and their one canonical text: keys sorted, no spaces, whole numbers without a point, other numbers in the
/// shortest form that reads back the same.
package indirect enum JSONValue: Sendable, Hashable, Codable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number.
    case number(Double)
    /// Text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// Members by name.
    case object([String: JSONValue])

    /// Decodes any JSON value.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // Each attempt fails by design until the kind that fits is found.
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([String: JSONValue].self) {
            self = .object(value)
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else {
            self = .array(try container.decode([JSONValue].self))
        }
    }

    /// Encodes the value as itself.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    /// The value at a path of keys, nil where there is none.
    package subscript(path: ArraySlice<String>) -> JSONValue? {
        guard let key = path.first else { return self }
        guard case .object(let members) = self else { return nil }
        return members[key]?[path.dropFirst()]
    }

    /// The same value with another one at an existing path.
    package func replacing(_ path: ArraySlice<String>, with value: JSONValue) -> JSONValue {
        guard let key = path.first else { return value }
        guard case .object(var members) = self, let old = members[key] else { return self }
        members[key] = old.replacing(path.dropFirst(), with: value)
        return .object(members)
    }

    /// The same value without the member at a path, where that member has this value.
    package func removing(_ path: ArraySlice<String>, equalTo value: JSONValue) -> JSONValue {
        guard let key = path.first, case .object(var members) = self, let old = members[key] else {
            return self
        }
        if path.count > 1 {
            members[key] = old.removing(path.dropFirst(), equalTo: value)
        } else if old == value {
            members[key] = nil
        }
        return .object(members)
    }

    /// The tree that configuration readers take; it has no lines.
    package var specNode: SpecNode {
        switch self {
        case .null: SpecNode(.null)
        case .bool(let value): SpecNode(.bool(value))
        case .number(let value): SpecNode(.number(value))
        case .string(let value): SpecNode(.string(value))
        case .array(let items): SpecNode(.sequence(items.map(\.specNode)))
        case .object(let members):
            SpecNode(
                .mapping(
                    members.sorted { $0.key < $1.key }.map {
                        SpecNode.Entry(key: $0.key, line: nil, node: $0.value.specNode)
                    }))
        }
    }
}

extension SpecNode {
    /// The same tree as JSON, without its lines.
    package var json: JSONValue {
        switch value {
        case .null: .null
        case .bool(let value): .bool(value)
        case .number(let value): .number(value)
        case .string(let value): .string(value)
        case .sequence(let items): .array(items.map(\.json))
        case .mapping(let entries):
            .object(Dictionary(entries.map { ($0.key, $0.node.json) }, uniquingKeysWith: { $1 }))
        }
    }
}

/// Writes JSON in its canonical form, the text that identities are made of.
package enum CanonicalJSON {
    /// The canonical text of a value.
    package static func text(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number): self.number(number)
        case .string(let text): string(text)
        case .array(let items): "[" + items.map(text).joined(separator: ",") + "]"
        case .object(let members):
            "{"
                + members.sorted { $0.key < $1.key }
                .map { string($0.key) + ":" + text($0.value) }.joined(separator: ",") + "}"
        }
    }

    /// A number: whole numbers below 2⁵³ without a point, others in Swift's shortest round-trip form.
    package static func number(_ number: Double) -> String {
        if number == number.rounded(), abs(number) < 0x1p53 { return String(Int64(number)) }
        return "\(number)"
    }

    private static func string(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
