/// A sweep file, read and checked.
package struct SweepSpec: Sendable, Equatable {
    /// The sweep's name, which names its directory: `[a-z0-9-]+`.
    package var name: String
    /// What the sweep is about, printed over its figures.
    package var title: String
    /// The configuration every cell starts from, before the axes set their keys.
    package var cell: CellConfiguration
    /// The `cell` mapping that it was read from, with what its files hold.
    package var cellNode = SpecNode(.mapping([]))
    /// One to four axes, in the order of the file.
    package var axes: [Axis]
    /// The part of the axes' grid that is asked for.
    package var grids = GridUnion()
    /// The seeds each grid point is trained with.
    package var seeds: [UInt64]
    /// How many of the seeds each grid point is trained with as they come in; nil where it is all of them.
    package var race: SeedRace?
    /// How the grid is measured only where its phases meet; nil where all of it is.
    package var refinement: Refinement?
    /// How phases are read off the curves.
    package var phaseRule: PhaseRule
    /// When a cell ends before its budget.
    package var stop: StopPolicy
    /// What cells record beyond losses and accuracies.
    package var record: RecordRequest
    /// What is kept of cells beside their results.
    package var keep: KeepPolicy
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
        do {
            var node = try SpecNode(parsing: text)
            for setting in overrides { try node.apply(setting) }
            var isChanged = !overrides.isEmpty
            if refined, node.member("refine") == nil {
                node.set(["refine"], SpecNode(.mapping([]), line: SpecNode.commandLine))
                isChanged = true
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
            try self.init(reading: node)
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

    private init(reading node: SpecNode) throws(SweepError) {
        var reader = try MappingReader(node, path: "")
        name = try reader.string("sweep", default: nil)
        guard !name.isEmpty, name.utf8.count <= 64,
            name.utf8.allSatisfy({ SweepSpec.nameBytes.contains($0) })
        else {
            throw reader.error(
                "sweep", "\"\(name)\" cannot name a directory",
                hint: "use up to 64 of a-z, 0-9 and -")
        }
        title = try reader.string("title", default: name)
        if let node = reader.node("cell") { cellNode = node }
        let parts = try reader.list("grids")
        guard parts?.isEmpty != true else {
            throw reader.error(
                "grids", "the list is empty", hint: "drop the key for the whole grid")
        }
        var axesReader = try reader.mapping("axes")
        if let parts, let node = reader.node("axes") {
            axesReader = try MappingReader(
                try GridUnion.addingValues(to: node, from: parts), path: "axes")
        }
        axes = try SweepSpec.axes(axesReader, reader: reader)
        if let parts { grids = try GridUnion(parts, axes) }
        for path in axes.map(\.path) {
            // A stream has no seed of its own before it is said; an axis says it.
            let keys = path.split(separator: ".").map(String.init)
            guard keys.count == 2, keys[0] == "streams", cellNode.node(at: keys[...]) == nil else {
                continue
            }
            cellNode.set(keys[...], SpecNode(.number(0), line: cellNode.line))
        }
        var written = cellNode
        let followers = try Followers(takenOutOf: &written)
        cell = try followers.configuration(written)
        for axis in axes { axisPlaces[axis.name] = axesReader.place(of: axis.name) }
        if reader.isMapping("seeds") {
            let race = try SeedRace(try reader.mapping("seeds"))
            seeds = (0..<race.atMost).map(UInt64.init)
            self.race = race
        } else {
            seeds = try SweepSpec.seeds(try reader.list("seeds"), reader: reader)
        }
        if reader.keys.contains("refine") {
            refinement = try Refinement(reading: try reader.mapping("refine"), axes: &axes)
        } else {
            reader.alsoKnown(["refine"])
        }
        if !grids.isWhole, refinement != nil || race != nil {
            throw reader.error(
                refinement != nil ? "refine" : "seeds",
                "has no meaning beside grids, whose cells are all trained",
                hint: "drop grids, or \(refinement != nil ? "drop refine" : "list the seeds")")
        }
        phaseRule = try PhaseRule(try reader.mapping("phase_rule"))
        keep = try reader.choice("keep", default: .lastState)
        record = RecordRequest()
        if let node = reader.node("record") {
            // Where categories choose task or model, the plan looks at each of them.
            let isOne = !axes.contains(where: \.isCategorical)
            record = try RecordRequest(
                reading: node, path: "record", of: isOne ? cell : nil, rule: phaseRule)
        }
        if let node = reader.node("report") {
            report = try ReportRequest(
                reading: node, path: "report", axes: axes, seeds: seeds)
        }
        stop = try StopPolicy(&reader, record)
        try reader.finish()
    }

    private static let nameBytes = Set("abcdefghijklmnopqrstuvwxyz0123456789-".utf8)
    private static let axisBytes = Set("abcdefghijklmnopqrstuvwxyz0123456789_".utf8)

    private static func axes(
        _ mapping: consuming MappingReader, reader outer: MappingReader
    ) throws(SweepError) -> [Axis] {
        var reader = mapping
        let names = reader.keys
        guard (1...4).contains(names.count) else {
            guard !names.isEmpty else {
                let hint =
                    "add learning_rate: {path: optimizer.decoder.learning_rate, values: [...]}"
                throw outer.keys.contains("axes")
                    ? outer.error("axes", "empty: a sweep needs one to four axes", hint: hint)
                    : outer.missing("axes", "missing: a sweep needs one to four axes", hint: hint)
            }
            throw outer.error(
                "axes", "\(names.count) axes are too many: a sweep has one to four",
                hint: "fix the others in cell")
        }
        var axes: [Axis] = []
        for name in names {
            guard name.utf8.allSatisfy({ axisBytes.contains($0) }), !name.isEmpty,
                !Axis.reserved.contains(name)
            else {
                throw reader.error(
                    name, "cannot name an axis",
                    hint: "use a-z, 0-9 and _, and none of the result file's own names")
            }
            axes.append(try Axis(name: name, reading: try reader.mapping(name)))
        }
        return axes
    }

    private static func seeds(
        _ items: [SpecNode]?, reader: MappingReader
    ) throws(SweepError) -> [UInt64] {
        guard let items else { return [0] }
        var seeds: [UInt64] = []
        for item in items {
            guard case .number(let value) = item.value, value == value.rounded(), value >= 0,
                value <= Double(CellDefinition.largestSeed)
            else {
                throw reader.error(
                    "seeds", "expected whole numbers from 0, found \(item.kindName)")
            }
            guard !seeds.contains(UInt64(value)) else {
                throw reader.error(
                    "seeds", "\(UInt64(value)) is given twice", hint: "keep one of them")
            }
            seeds.append(UInt64(value))
        }
        guard !seeds.isEmpty else {
            throw reader.error("seeds", "the list is empty", hint: "drop the key for seed 0")
        }
        return seeds
    }
}
