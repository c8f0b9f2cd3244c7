/// A sweep file, read and checked.
package struct SweepSpec: Sendable, Equatable {
    /// The sweep's name, which names its directory: `[a-z0-9-]+`.
    package var name = ""
    /// What the sweep is about, printed over its figures.
    package var title = ""
    /// The configuration every cell starts from, before the axes set their keys.
    package var cell = CellConfiguration()
    /// The `cell` mapping that it was read from, with what its files hold.
    package var cellNode = SpecNode(.mapping([]))
    /// One to four axes, in the order of the file.
    package var axes: [Axis] = []
    /// The part of the axes' grid that is asked for.
    package var grids = GridUnion()
    /// The seeds each grid point is trained with.
    package var seeds: [UInt64] = [0]
    /// How many of the seeds each grid point is trained with as they come in; nil where it is all of them.
    package var race: SeedRace?
    /// How the grid is measured only where its phases meet; nil where all of it is.
    package var refinement: Refinement?
    /// How phases are read off the curves.
    package var phaseRule = PhaseRule()
    /// When a cell ends before its budget.
    package var stop = StopPolicy.decided
    /// What cells record beyond losses and accuracies.
    package var record = RecordRequest()
    /// What is kept of cells beside their results.
    package var keep = KeepPolicy.lastState
    /// What its report draws beside the phase diagram.
    package var report = ReportRequest()
    /// The text that reads as this sweep: the file's own, or the tree with overrides and files put in.
    package var sourceText = ""
    /// Where each axis stands, `quickstart.yaml:12`, by its name.
    package var axisPlaces: [String: String] = [:]

    /// Reads a sweep file.
    ///
    /// - Parameters:
    ///   - text: the file's YAML.
    ///   - file: the file's name, for error messages.
    ///   - overrides: `key.path=value` settings that replace keys of the file.
    ///   - refined: whether the grid is to be refined even where the file does not say how.
    ///   - files: where the cell's own files are read; nil where the text stands for itself.
    /// - Throws: `SweepError` with file, line, key, problem and remedy.
    package init(
        parsing text: String, named file: String, overrides: [String] = [],
        refined: Bool = false, files: CellFiles? = nil
    ) throws(SweepError) {
        // Whether the key is there since the command line has the option of its name.
        var isOption = false
        do {
            var node = try SpecNode(parsing: text)
            for setting in overrides { try node.apply(setting) }
            var isChanged = !overrides.isEmpty
            if refined, node.member("refine") == nil {
                node.set(["refine"], SpecNode(.mapping([]), line: SpecNode.commandLine))
                isChanged = true
                isOption = true
            }
            if let files, var cell = node.member("cell"),
                try files.resolve(&cell, path: "cell", sweep: SweepSpec.name(node))
            {
                node.set(["cell"], cell)
                isChanged = true
            }
            if let files, var axes = node.member("axes"),
                try files.resolve(
                    axes: &axes, of: node.member("cell") ?? SpecNode(.mapping([])),
                    sweep: SweepSpec.name(node))
            {
                node.set(["axes"], axes)
                isChanged = true
            }
            try self.init(try MappingReader(node, path: ""))
            if files != nil {
                try cell.refuseUnused(
                    in: node.member("cell") ?? SpecNode(.mapping([])), path: "cell", axes: axes,
                    places: axisPlaces)
            }
            sourceText = isChanged ? node.flowText + "\n" : text
            axisPlaces = axisPlaces.mapValues { SweepSpec.place($0, in: file) }
            if files != nil { try SweepPlan.refuseUnused(self) }
        } catch {
            var placed = error
            if error.problem == SpecNode.emptyFile { placed.hint = "begin with sweep: NAME" }
            placed.place = error.place.map { SweepSpec.place($0, in: file) } ?? file
            if isOption, error.path == "refine" {
                placed.place = "--refine"
                placed.path = ""
            }
            throw placed
        }
    }

    /// Reads the bytes of a sweep file; see `init(parsing:named:overrides:files:)`.
    ///
    /// - Throws: `SweepError` also for bytes that are no text.
    package init(
        _ bytes: [UInt8], named file: String, overrides: [String] = [], refined: Bool = false,
        files: CellFiles? = nil
    ) throws(SweepError) {
        let text: String
        do {
            text = try SpecText.decode(bytes)
        } catch {
            var placed = error
            placed.place = error.place.map { SweepSpec.place($0, in: file) } ?? file
            throw placed
        }
        try self.init(
            parsing: text, named: file, overrides: overrides, refined: refined, files: files)
    }

    private static func name(_ node: SpecNode) -> String {
        guard case .string(let name)? = node.member("sweep")?.value else { return "" }
        return name
    }

    private static func place(_ place: String, in file: String) -> String {
        place.hasPrefix("line ") ? "\(file):\(place.dropFirst(5))" : place
    }
}
