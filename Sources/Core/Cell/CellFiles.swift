/// Puts what a cell mapping names by file into the mapping itself, before it is read as a configuration: then a cell's
/// identity covers what the files hold.
package struct CellFiles {
    /// The bytes of a file; the error says why there are none.
    private let read: (_ path: String) throws -> [UInt8]
    /// The digest of a sweep's images as it was launched before, nil where it was not; without this a digest may be missing.
    private let launched: ((_ sweep: String, _ files: [String]) -> String?)?

    /// Files that a closure reads; another one knows the digests of sweeps that were launched before.
    package init(
        reading read: @escaping (_ path: String) throws -> [UInt8],
        launched: ((_ sweep: String, _ files: [String]) -> String?)? = nil
    ) {
        self.read = read
        self.launched = launched
    }

    /// Replaces `split: {kind: file, path: …}` by the list in the file, and adds the digest of a task's images where it is
    /// missing: that of the files here, or that of the sweep as it was launched before.
    ///
    /// - Parameters:
    ///   - cell: the mapping.
    ///   - path: the key path of the mapping.
    ///   - sweep: the name of the sweep that it is in.
    /// - Returns: whether anything was changed.
    /// - Throws: `SweepError` with file and line where a list cannot be used, or nobody knows what images are meant.
    package func resolve(
        _ cell: inout SpecNode, path: String, sweep: String = ""
    ) throws(SweepError) -> Bool {
        var reader = try MappingReader(cell, path: path)
        let task = try TaskConfiguration(try reader.mapping("task"))
        let hasList = try resolveList(&cell, task, try reader.mapping("split"))
        return try resolveDigest(&cell, task, try reader.mapping("task"), sweep) || hasList
    }

    private func resolveDigest(
        _ cell: inout SpecNode, _ task: TaskConfiguration, _ mapping: consuming MappingReader,
        _ sweep: String
    ) throws(SweepError) -> Bool {
        guard case .images(let images) = task, images.digest == nil else { return false }
        let digest: String
        do {
            digest = ImagesTask.digest(of: try images.files.map(read))
        } catch {
            // The files may lie on the workers' machines only; but cells are what they are by what the files hold.
            guard let launched else { return false }
            guard let known = launched(sweep, images.files) else {
                throw mapping.error(
                    "images", "\(error)",
                    hint: "name the directory of the files with --data, or say their digest")
            }
            digest = known
        }
        cell.set(["task", "digest"], SpecNode(.string(digest)))
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
