extension SpecNode {
    /// Applies one `key.path=value` setting; the value is read as YAML.
    ///
    /// - Throws: `SweepError` when the setting has no `=`, a key of it is empty, or its value is not well formed.
    package mutating func apply(_ setting: String) throws(SweepError) {
        guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
            throw SweepError(
                path: "", problem: "cannot read the setting \"\(setting)\"",
                hint: "write key.path=value", place: "--set")
        }
        let path = setting[..<equals].split(separator: ".", omittingEmptySubsequences: false)
            .map(String.init)
        guard !path.contains("") else {
            throw SweepError(
                path: "", problem: "\"\(setting[..<equals])\" has an empty key",
                hint: "write key.path=value", place: "--set")
        }
        let text = String(setting[setting.index(after: equals)...])
        do {
            set(path[...], try SpecNode(parsing: text.isEmpty ? "null" : text).unplaced)
        } catch {
            var error = error
            error.place = "--set"
            error.path = path.joined(separator: ".")
            throw error
        }
    }

    /// The same tree with the command line as its place.
    private var unplaced: SpecNode {
        switch value {
        case .null, .bool, .number, .string: SpecNode(value, line: SpecNode.commandLine)
        case .sequence(let items):
            SpecNode(.sequence(items.map(\.unplaced)), line: SpecNode.commandLine)
        case .mapping(let entries):
            SpecNode(
                .mapping(
                    entries.map {
                        Entry(key: $0.key, line: SpecNode.commandLine, node: $0.node.unplaced)
                    }), line: SpecNode.commandLine)
        }
    }

    /// The line of whatever was set on the command line.
    static let commandLine = 0

    /// Puts a value at a key path, making mappings on the way.
    package mutating func set(_ path: ArraySlice<String>, _ child: SpecNode) {
        guard let key = path.first else {
            self = child
            return
        }
        var entries: [Entry] = []
        if case .mapping(let present) = value { entries = present }
        let place = entries.firstIndex { $0.key == key }
        var next = place.map { entries[$0].node } ?? SpecNode(.mapping([]), line: child.line)
        next.set(path.dropFirst(), child)
        if let place {
            entries[place].node = next
            if path.count == 1 { entries[place].line = child.line }
        } else {
            entries.append(Entry(key: key, line: child.line, node: next))
        }
        value = .mapping(entries)
    }

    /// Puts what a category of an axis sets into a `cell` mapping: a mapping joins what is there key by key, null takes the key
    /// out, anything else takes its place. A key of an update rule right below `optimizer` also takes the place of what the
    /// parameter groups of the cell say themselves.
    mutating func apply(_ setting: AxisSetting) {
        for leaf in setting.leaves where leaf.count > 1 && leaf[0] == "optimizer" {
            guard UpdateRule.hasKey(leaf[1]) else { continue }
            for group in OptimizerConfiguration.groups { remove(["optimizer", group, leaf[1]]) }
        }
        put(setting.keys[...], setting.value.specNode)
    }

    /// Puts a value at a key path, a mapping key by key; null takes the key out.
    mutating func put(_ path: ArraySlice<String>, _ child: SpecNode) {
        switch child.value {
        case .null: remove(path)
        case .mapping(let entries) where !entries.isEmpty:
            for entry in entries { put(path + [entry.key], entry.node) }
        default: set(path, child)
        }
    }

    /// What a mapping holds at a key.
    package func member(_ key: String) -> SpecNode? {
        guard case .mapping(let entries) = value else { return nil }
        return entries.first { $0.key == key }?.node
    }

    /// What stands at a path of keys.
    func node(at path: ArraySlice<String>) -> SpecNode? {
        guard let key = path.first else { return self }
        return member(key)?.node(at: path.dropFirst())
    }

    /// Takes the key at a path out of its mapping.
    mutating func remove(_ path: ArraySlice<String>) {
        guard let key = path.first, case .mapping(var entries) = value else { return }
        if path.count == 1 {
            entries.removeAll { $0.key == key }
        } else if let place = entries.firstIndex(where: { $0.key == key }) {
            entries[place].node.remove(path.dropFirst())
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
