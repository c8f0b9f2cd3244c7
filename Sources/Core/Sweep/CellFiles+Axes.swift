extension CellFiles {
    /// Puts in what the values of axes name by file, as `resolve` does it for `cell`: splits, tables and initial parameters as
    /// values of one path, or in arms.
    ///
    /// - Parameters:
    ///   - axes: the `axes` mapping.
    ///   - cell: the `cell` mapping, resolved.
    ///   - sweep: the name of the sweep.
    /// - Returns: whether anything was changed.
    /// - Throws: `SweepError` with file and line where a file cannot be used.
    func resolve(
        axes: inout SpecNode, of cell: SpecNode, sweep: String
    ) throws(SweepError) -> Bool {
        guard case .mapping(var entries) = axes.value else { return false }
        let before = axes
        for place in entries.indices {
            let path = "axes.\(entries[place].key)"
            try resolveValues(&entries[place].node, cell, path, sweep)
            try resolveArms(&entries[place].node, cell, path, sweep)
        }
        axes.value = .mapping(entries)
        return axes != before
    }

    /// The words that a file's name is replaced by, where a key names one.
    private func replaced(
        _ key: String, _ value: SpecNode, _ cell: SpecNode, _ mapping: MappingReader,
        _ sweep: String
    ) throws(SweepError) -> [(key: String, value: SpecNode)]? {
        switch key {
        case "split.path":
            let task = try CellFiles.task(of: cell, path: "cell")
            return [("split.train", try list(value, of: task, mapping))]
        case "task.path": return [("task.table", try table(value, mapping))]
        case "initial.path":
            var node = cell.member("initial") ?? SpecNode(.mapping([]), line: value.line)
            node.remove(["digest"])
            node.set(["path"], value)
            let file = try InitialFile(try MappingReader(node, path: "cell.initial"))
            guard let digest = try digest(of: file, sweep, mapping) else { return nil }
            return [
                ("initial.path", value),
                ("initial.digest", SpecNode(.string(digest), line: value.line)),
            ]
        default: return nil
        }
    }

    private func resolveValues(
        _ axis: inout SpecNode, _ cell: SpecNode, _ path: String, _ sweep: String
    ) throws(SweepError) {
        guard case .string(let key)? = axis.member("path")?.value,
            case .sequence(let names)? = axis.member("values")?.value
        else { return }
        let mapping = try MappingReader(axis, path: path)
        var values: [SpecNode] = []
        var keys: [String] = []
        for name in names {
            guard let parts = try replaced(key, name, cell, mapping, sweep) else { return }
            keys = parts.map(\.key)
            values.append(
                parts.count == 1
                    ? parts[0].value : SpecNode(.sequence(parts.map(\.value)), line: name.line))
        }
        guard !keys.isEmpty else { return }
        let line = axis.member("path")?.line
        axis.remove(["path"])
        axis.set(
            ["paths"],
            SpecNode(.sequence(keys.map { SpecNode(.string($0), line: line) }), line: line)
        )
        axis.set(["values"], SpecNode(.sequence(values), line: axis.member("values")?.line))
        if axis.member("labels") == nil { axis.set(["labels"], SpecNode(.sequence(names))) }
    }

    private func resolveArms(
        _ axis: inout SpecNode, _ cell: SpecNode, _ path: String, _ sweep: String
    ) throws(SweepError) {
        guard case .mapping(var arms)? = axis.member("arms")?.value else { return }
        for place in arms.indices {
            guard case .mapping(let settings) = arms[place].node.value else { continue }
            let path = "\(path).arms.\(arms[place].key)"
            var node = arms[place].node
            let mapping = try MappingReader(node, path: path)
            try resolveTable(&node, path: path + ".task")
            try resolveList(&node, of: cell, path: path + ".split", cell: "cell")
            for setting in settings {
                if setting.key == "initial", let file = setting.node.member("path"),
                    setting.node.member("digest") == nil,
                    let parts = try replaced("initial.path", file, cell, mapping, sweep)
                {
                    node.set(["initial", "digest"], parts[1].value)
                }
                guard let parts = try replaced(setting.key, setting.node, cell, mapping, sweep)
                else { continue }
                node.remove([setting.key])
                for part in parts { node.set([part.key], part.value) }
            }
            arms[place].node = node
        }
        axis.set(["arms"], SpecNode(.mapping(arms), line: axis.member("arms")?.line))
    }
}
