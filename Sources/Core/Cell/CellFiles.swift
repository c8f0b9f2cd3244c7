/// Puts what a cell mapping names by file into the mapping itself, before it is read as a configuration: then a cell's
/// identity covers what the files hold.
package struct CellFiles {
    /// The bytes of a file; the error says why there are none.
    private let read: (_ path: String) throws -> [UInt8]

    /// Files that a closure reads.
    package init(reading read: @escaping (_ path: String) throws -> [UInt8]) { self.read = read }

    /// Replaces `split: {kind: file, path: …}` by the list in the file, and adds the digest of a task's images where it is
    /// missing and the files can be read here.
    ///
    /// - Parameters:
    ///   - cell: the mapping.
    ///   - path: the key path of the mapping.
    /// - Returns: whether anything was changed.
    /// - Throws: `SweepError` with file and line where a list cannot be used.
    package func resolve(_ cell: inout SpecNode, path: String) throws(SweepError) -> Bool {
        var reader = try MappingReader(cell, path: path)
        let task = try TaskConfiguration(try reader.mapping("task"))
        let hasList = try resolveList(&cell, task, try reader.mapping("split"))
        return resolveDigest(&cell, task) || hasList
    }

    private func resolveDigest(_ cell: inout SpecNode, _ task: TaskConfiguration) -> Bool {
        guard case .images(let images) = task, images.digest == nil else { return false }
        var contents: [[UInt8]] = []
        for file in images.files {
            // The files may lie on the workers' machines only; each worker says what it misses.
            guard let content = try? read(file) else { return false }
            contents.append(content)
        }
        cell.set(["task", "digest"], SpecNode(.string(ImagesTask.digest(of: contents))))
        return true
    }

    private func resolveList(
        _ cell: inout SpecNode, _ task: TaskConfiguration, _ mapping: consuming MappingReader
    ) throws(SweepError) -> Bool {
        var split = mapping
        guard let path = split.node("path"), case .string(let file) = path.value,
            split.node("kind")?.value == .string("file")
        else { return false }
        guard split.node("train") == nil else {
            throw split.error("path", "stands beside train", hint: "keep one of them")
        }
        let bytes: [UInt8]
        do {
            bytes = try read(file)
        } catch {
            throw split.error("path", "\(error)")
        }
        let text: String
        do {
            text = try SpecText.decode(bytes)
        } catch {
            var error = error
            error.place = error.place.map { "\(file):\($0.dropFirst(5))" } ?? file
            throw error
        }
        let list = try ExampleList(text, named: file, of: task)
        let items = list.examples.map { SpecNode(.number(Double($0)), line: path.line) }
        cell.set(["split", "train"], SpecNode(.sequence(items), line: path.line))
        cell.remove(["split", "path"])
        return true
    }
}
