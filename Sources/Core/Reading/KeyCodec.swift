import SHA256

/// How values of a type are read and written, and what documentation says of them.
struct KeyCodec<Value: Sendable>: Sendable {
    /// What may be written.
    let type: String
    /// Within which bounds; empty where the type says it all.
    let bounds: String
    /// Reads the value of a key; with no default the key must be there.
    let read:
        @Sendable (inout MappingReader, _ key: String, _ standard: Value?) throws(SweepError) ->
            Value
    /// The value as JSON.
    let json: @Sendable (Value) -> JSONValue
}

extension KeyCodec where Value == Double {
    /// A number within bounds.
    static func number(
        _ range: ClosedRange<Double>, excludingLowerBound: Bool = false
    ) -> KeyCodec {
        let (low, high) = (KeyRow.text(range.lowerBound), KeyRow.text(range.upperBound))
        let isOpen = range.upperBound == .greatestFiniteMagnitude
        return KeyCodec(
            type: "number",
            bounds: excludingLowerBound
                ? "more than \(low)" + (isOpen ? "" : ", at most \(high)")
                : isOpen ? "\(low) or more" : "\(low) … \(high)",
            read: { reader, key, standard throws(SweepError) in
                try reader.number(
                    key, default: standard, in: range, excludingLowerBound: excludingLowerBound)
            }, json: { .number($0) })
    }

    /// Any number that is finite.
    static var anyNumber: KeyCodec {
        let largest = Double.greatestFiniteMagnitude
        let bounded = number(-largest...largest)
        return KeyCodec(type: "number", bounds: "", read: bounded.read, json: bounded.json)
    }

    /// A number from a bound on.
    static func number(atLeast low: Double) -> KeyCodec { number(low...(.greatestFiniteMagnitude)) }
}

extension KeyCodec where Value == Int {
    /// A whole number within bounds.
    static func integer(_ range: ClosedRange<Int>) -> KeyCodec {
        let low = KeyRow.text(Double(range.lowerBound))
        return KeyCodec(
            type: "whole number",
            bounds: range.upperBound == .max
                ? "\(low) or more" : "\(low) … \(KeyRow.text(Double(range.upperBound)))",
            read: { reader, key, standard throws(SweepError) in
                try reader.integer(key, default: standard, in: range)
            }, json: { .number(Double($0)) })
    }

    /// A whole number from a bound on.
    static func integer(atLeast low: Int) -> KeyCodec { integer(low...Int.max) }
}

extension KeyCodec where Value == Bool {
    /// True or false.
    static var flag: KeyCodec {
        KeyCodec(
            type: "true, false", bounds: "",
            read: { reader, key, standard throws(SweepError) in
                try reader.flag(key, default: standard ?? false)
            }, json: { .bool($0) })
    }
}

extension KeyCodec where Value == String {
    /// The name of a file.
    static var file: KeyCodec {
        KeyCodec(
            type: "file", bounds: "",
            read: { reader, key, standard throws(SweepError) in
                try reader.string(key, default: standard)
            }, json: { .string($0) })
    }
}

extension KeyCodec where Value == String {
    /// SHA-256 of the content of files.
    static var digest: KeyCodec {
        KeyCodec(
            type: "64 hexadecimal digits", bounds: "",
            read: { reader, key, standard throws(SweepError) in
                let text = try reader.string(key, default: standard)
                guard SHA256Digest.isHex(text) else {
                    throw reader.error(
                        key, "\"\(text)\" is no SHA-256: 64 of 0-9 and a-f",
                        hint: "drop the key; grokmap fills it in where it can read the files")
                }
                return text
            }, json: { .string($0) })
    }
}

extension KeyCodec where Value == [String] {
    /// Names of tensors, which are put in ascending order.
    static var tensors: KeyCodec {
        let hint = "docs/results-format.md has the names"
        return KeyCodec(
            type: "list of names", bounds: "",
            read: { reader, key, standard throws(SweepError) in
                guard let items = try reader.list(key) else { return standard ?? [] }
                var names: Set<String> = []
                for item in items {
                    guard case .string(let name) = item.value, names.insert(name).inserted else {
                        throw reader.error(
                            key, "expected different names of tensors, found \(item.kindName)",
                            hint: hint)
                    }
                }
                guard !names.isEmpty else { throw reader.error(key, "the list is empty") }
                return names.sorted()
            }, json: { .array($0.map { .string($0) }) })
    }
}

extension KeyCodec where Value == [Int] {
    /// Widths of layers.
    static var widths: KeyCodec {
        KeyCodec(
            type: "widths", bounds: "",
            read: { reader, key, standard throws(SweepError) in
                try reader.widths(key, default: standard ?? [])
            }, json: { .array($0.map { .number(Double($0)) }) })
    }
}

extension KeyCodec where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of an enumeration's words.
    static var choice: KeyCodec {
        KeyCodec(
            type: Value.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "), bounds: "",
            read: { reader, key, standard throws(SweepError) in
                try reader.choice(key, default: standard)
            }, json: { .string($0.rawValue) })
    }
}

extension KeyCodec {
    /// A list, each item of which is read by itself.
    static func list<Item>(
        _ type: String,
        _ read:
            @escaping @Sendable (SpecNode, _ list: MappingReader, _ key: String) throws(SweepError)
            -> Item, json: @escaping @Sendable (Item) -> JSONValue
    ) -> KeyCodec where Value == [Item] {
        KeyCodec(
            type: type, bounds: "",
            read: { reader, key, standard throws(SweepError) in
                guard let items = try reader.list(key) else { return standard ?? [] }
                var values: [Item] = []
                for item in items { values.append(try read(item, reader, key)) }
                return values
            }, json: { .array($0.map(json)) })
    }

    /// A list of words, called so where something else is found.
    static func words(_ type: String, called name: String) -> KeyCodec where Value == [String] {
        list(type) { item, list, key throws(SweepError) in
            guard case .string(let word) = item.value else {
                throw list.error(key, "expected \(name), found \(item.kindName)")
            }
            return word
        } json: {
            .string($0)
        }
    }
}
