/// Puts what a cell mapping names by file into the mapping itself, before it is read as a configuration: then a cell's
/// identity covers what the files hold.
package struct CellFiles {
    /// The bytes of a file; the error says why there are none.
    private let read: (_ path: String) throws -> [UInt8]
    /// The cell of a sweep as it was launched before, nil where it was not; without this a digest may be missing.
    private let launched: ((_ sweep: String) -> CellConfiguration?)?

    /// Files that a closure reads; another one knows the sweeps that were launched before.
    package init(
        reading read: @escaping (_ path: String) throws -> [UInt8],
        launched: ((_ sweep: String) -> CellConfiguration?)? = nil
    ) {
        self.read = read
        self.launched = launched
    }

    /// Replaces `split: {kind: file, path: …}` and `task: {kind: table, path: …}` by what is in the file, and adds the digest of
    /// a task's images and of a file of initial parameters where it is missing: that of the files here, or that of the sweep
    /// as it was launched before.
    ///
    /// - Parameters:
    ///   - cell: the mapping.
    ///   - path: the key path of the mapping.
    ///   - sweep: the name of the sweep that it is in.
    /// - Returns: whether anything was changed.
    /// - Throws: `SweepError` with file and line where a file cannot be used, or nobody knows what it holds.
    package func resolve(
        _ cell: inout SpecNode, path: String, sweep: String = ""
    ) throws(SweepError) -> Bool {
        let before = cell
        let prefix = path.isEmpty ? "" : path + "."
        try resolveTable(&cell, path: prefix + "task")
        if let node = cell.member("task"), node.member("kind")?.value == .string("images") {
            let mapping = try MappingReader(node.withoutFollowers, path: prefix + "task")
            if case .images(let images) = try TaskConfiguration(mapping), images.digest == nil {
                let digest = try digest(sweep, mapping, "images") {
                    try ImagesTask.digest(of: images.files.map(read))
                } known: { launched in
                    guard case .images(let task) = launched.task, task.files == images.files else {
                        return nil
                    }
                    return task.digest
                }
                if let digest { cell.set(["task", "digest"], SpecNode(.string(digest))) }
            }
        }
        let whole = cell
        try resolveList(&cell, of: whole, path: prefix + "split", cell: path)
        if let node = cell.member("initial") {
            let mapping = try MappingReader(node.withoutFollowers, path: prefix + "initial")
            let file = try InitialFile(mapping)
            if let digest = try digest(of: file, sweep, mapping) {
                cell.set(["initial", "digest"], SpecNode(.string(digest)))
            }
        }
        return cell != before
    }

    /// What a digest is; nil where a worker may find out.
    private func digest(
        _ sweep: String, _ mapping: MappingReader, _ key: String, of files: () throws -> String,
        known: (CellConfiguration) -> String?
    ) throws(SweepError) -> String? {
        do {
            return try files()
        } catch {
            // The files may lie on the workers' machines only; but cells are what they are by what the files hold.
            guard let launched else { return nil }
            if let digest = launched(sweep).flatMap(known) { return digest }
            throw mapping.error(
                key, "\(error)",
                hint: "name the directory of the files with --data, or say their digest")
        }
    }

    /// The digest to be added to a file of initial parameters.
    func digest(
        of file: InitialFile, _ sweep: String, _ mapping: MappingReader
    ) throws(SweepError) -> String? {
        guard file.digest == nil else { return nil }
        return try digest(sweep, mapping, "path") {
            InitialFile.digest(of: try read(file.path))
        } known: { launched in
            launched.initial?.path == file.path ? launched.initial?.digest : nil
        }
    }

    /// Replaces the path at `task: {kind: table, path: …}` by the rows of the table in the file.
    func resolveTable(_ node: inout SpecNode, path: String) throws(SweepError) {
        try resolve(&node, "task", kind: "table", as: "table", path: path, table)
    }

    /// Replaces the path at `split: {kind: file, path: …}` by the examples of a cell's task that the file lists.
    func resolveList(
        _ node: inout SpecNode, of cell: SpecNode, path: String, cell cellPath: String
    ) throws(SweepError) {
        try resolve(&node, "split", kind: "file", as: "train", path: path) {
            (file, reader) throws(SweepError) in
            try list(file, of: CellFiles.task(of: cell, path: cellPath), reader)
        }
    }

    /// The task of a `cell` mapping whose examples a list names.
    static func task(of cell: SpecNode, path: String) throws(SweepError) -> TaskConfiguration {
        var reader = try MappingReader(cell, path: path)
        let mapping = try reader.mapping("task")
        if case .mapping(let entries)? = cell.member("task")?.value,
            let follower = entries.first(where: { Follower.isOne($0.node) })
        {
            throw mapping.error(
                follower.key, Followers.besideList.problem, hint: Followers.besideList.hint)
        }
        return try TaskConfiguration(mapping)
    }

    /// Replaces the path at a key's mapping of this kind by what its file holds, as `member`.
    private func resolve(
        _ node: inout SpecNode, _ key: String, kind: String, as member: String, path: String,
        _ contents: (SpecNode, MappingReader) throws(SweepError) -> SpecNode
    ) throws(SweepError) {
        guard let mapping = node.member(key), mapping.member("kind")?.value == .string(kind),
            let file = mapping.member("path")
        else { return }
        let reader = try MappingReader(mapping, path: path)
        guard mapping.member(member) == nil else {
            throw reader.error("path", "stands beside \(member)", hint: "keep one of them")
        }
        node.set([key, member], try contents(file, reader))
        node.remove([key, "path"])
    }

    /// The table in a file that stands at the key `path` of a mapping.
    func table(_ file: SpecNode, _ mapping: MappingReader) throws(SweepError) -> SpecNode {
        let (name, text) = try text(file, mapping)
        let rows = try TableText(text, named: name).rows.map { row in
            SpecNode(.sequence(row.map { SpecNode(.number($0), line: file.line) }), line: file.line)
        }
        return SpecNode(.sequence(rows), line: file.line)
    }

    /// The examples in a file that stands at the key `path` of a mapping.
    func list(
        _ file: SpecNode, of task: TaskConfiguration, _ mapping: MappingReader
    ) throws(SweepError) -> SpecNode {
        let (name, text) = try text(file, mapping)
        let list = try ExampleList(text, named: name, of: task)
        let items = list.examples.map { SpecNode(.number(Double($0)), line: file.line) }
        return SpecNode(.sequence(items), line: file.line)
    }

    /// A file's name and what stands in it.
    private func text(
        _ file: SpecNode, _ mapping: MappingReader
    ) throws(SweepError) -> (name: String, text: String) {
        guard case .string(let name) = file.value else {
            throw mapping.error("path", "expected a file, found \(file.kindName)")
        }
        let bytes: [UInt8]
        do {
            bytes = try read(name)
        } catch {
            throw mapping.error(
                "path", "\(error)", hint: "name the directory of the files with --data")
        }
        do {
            return (name, try SpecText.decode(bytes))
        } catch {
            var error = error
            error.place = error.place.map { "\(name):\($0.dropFirst(5))" } ?? name
            throw error
        }
    }
}

extension CellConfiguration {
    /// The files that a worker reads to train such a cell: images, and parameters to begin with.
    package var files: [String] {
        var files = initial.map { [$0.path] } ?? []
        if case .images(let task) = task { files += task.files }
        return files
    }
}
