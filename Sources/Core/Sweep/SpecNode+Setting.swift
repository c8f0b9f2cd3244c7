extension SpecNode {
    /// Applies one `key.path=value` setting; the value is read as YAML.
    ///
    /// - Throws: `SweepError` when the setting has no `=` or its value is not well formed.
    package mutating func apply(_ setting: String) throws(SweepError) {
        guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
            throw SweepError(
                path: "", problem: "cannot read the setting \"\(setting)\"",
                hint: "write key.path=value", place: "command line")
        }
        let path = setting[..<equals].split(separator: ".").map(String.init)
        let text = String(setting[setting.index(after: equals)...])
        var value = try SpecNode(parsing: text.isEmpty ? "null" : text)
        value.line = nil
        set(path[...], value)
    }

    /// Puts a value at a key path, making mappings on the way.
    package mutating func set(_ path: ArraySlice<String>, _ child: SpecNode) {
        guard let key = path.first else {
            self = child
            return
        }
        var entries: [Entry] = []
        if case .mapping(let present) = value { entries = present }
        let place = entries.firstIndex { $0.key == key }
        var next = place.map { entries[$0].node } ?? SpecNode(.mapping([]))
        next.set(path.dropFirst(), child)
        if let place {
            entries[place].node = next
        } else {
            entries.append(Entry(key: key, line: nil, node: next))
        }
        value = .mapping(entries)
    }

    /// The tree as JSON, which is YAML too, with keys in their order.
    package var flowText: String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number): CanonicalJSON.number(number)
        case .string(let text): CanonicalJSON.text(.string(text))
        case .sequence(let items): "[" + items.map(\.flowText).joined(separator: ", ") + "]"
        case .mapping(let entries):
            "{"
                + entries.map { CanonicalJSON.text(.string($0.key)) + ": " + $0.node.flowText }
                .joined(separator: ", ") + "}"
        }
    }
}
