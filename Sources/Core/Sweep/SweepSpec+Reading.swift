extension SweepSpec: KeyedMapping {
    /// A sweep without axes, over the cell of an empty mapping.
    init() {}

    static let keys: [Key<SweepSpec>] = [
        Key(
            KeyRow(
                name: "sweep", type: "1–64 of `a-z 0-9 -`", standard: "–",
                meaning: "name; the directory is `results/<sweep>` unless `--out` says otherwise"),
            read: readName),
        Key(
            KeyRow(
                name: "title", type: "text", standard: "the name",
                meaning: "printed over the figures"),
            read: { reader, spec throws(SweepError) in
                spec.title = try reader.string("title", default: spec.name)
            }),
        Key(
            KeyRow(
                name: "cell", type: "mapping", standard: "all defaults",
                meaning: "what every cell starts from"),
            read: { reader, spec throws(SweepError) in
                if let node = reader.node("cell") { spec.cellNode = node }
            }),
        Key(
            KeyRow(
                name: "grids", type: "list of mappings", standard: "the whole grid",
                meaning: "[part of the axes' grid](#grids)"),
            read: { reader, _ throws(SweepError) in
                guard try reader.list("grids")?.isEmpty == true else { return }
                throw reader.error(
                    "grids", "the list is empty", hint: "drop the key for the whole grid")
            }),
        Key(
            KeyRow(
                name: "axes", type: "mapping", standard: "–",
                meaning: "one to four axes: x, y, panels from left to right, rows of panels"),
            read: readAxes),
        Key(
            KeyRow(
                name: "seeds",
                type: "list of whole numbers, 0 … 2⁵³−1, distinct; or a mapping",
                standard: "`[0]`",
                meaning:
                    "each grid point is trained once per seed; the mapping trains further seeds only where they disagree (below)"
            ),
            read: readSeeds),
        Key(
            KeyRow(
                name: "refine", type: "mapping", standard: "the whole grid is trained",
                meaning: "measure the grid only where its phases meet (below)"),
            read: { reader, spec throws(SweepError) in
                guard reader.node("refine") != nil else { return }
                let rounded = spec.axes.map(\.name).filter { name in
                    let round = reader.node("axes")?.member(name)?.member("round")
                    return round?.value == .bool(true)
                }
                spec.refinement = try Refinement(
                    reading: try reader.mapping("refine"), axes: &spec.axes, rounded: rounded)
            }),
        Key(
            KeyRow(
                name: "phase_rule", type: "mapping", standard: "published rule",
                meaning: "[phase-rule.md](phase-rule.md)"),
            read: { reader, spec throws(SweepError) in
                spec.phaseRule = try PhaseRule(try reader.mapping("phase_rule"))
            }),
        Key(
            "keep", \.keep, .choice,
            "whether the latest checkpoint of a trained cell is kept, up to 64 MiB each, for a"
                + " [longer budget](#budgets-that-grow)"),
        Key(
            KeyRow(
                name: "record", type: "mapping", standard: "`{measures: [weight_norm]}`",
                meaning: "what is kept beyond losses and accuracies"),
            read: { reader, spec throws(SweepError) in
                guard let node = reader.node("record") else { return }
                // Where categories choose task or model, the plan looks at each of them.
                let isOne = !spec.axes.contains(where: \.isCategorical)
                spec.record = try RecordRequest(
                    reading: node, path: "record", of: isOne ? spec.cell : nil,
                    rule: spec.phaseRule)
            }),
        Key(
            KeyRow(
                name: "report", type: "mapping", standard: "none",
                meaning:
                    "[figures](#report) that the report has beside the phase diagram, and how figures look"
            ),
            read: { reader, spec throws(SweepError) in
                guard let node = reader.node("report") else { return }
                spec.report = try ReportRequest(reading: node, path: "report", of: spec)
            }),
        Key(
            KeyRow(
                name: "stop", type: StopPolicy.words, standard: "`decided`",
                meaning:
                    "when a cell ends before its budget; [`reachable`](phase-rule.md#stop-reachable) where it has fitted and its"
                    + " split puts generalisation out of reach"),
            read: { reader, spec throws(SweepError) in
                spec.stop = try StopPolicy(&reader, spec.record)
            }),
        // Read with `stop`.
        Key(
            KeyRow(
                name: "prediction", type: "mapping", standard: "–",
                meaning: "beside `stop: predicted`: what [hopeless cells are known by](#prediction)"
            ),
            read: { _, _ in }),
    ]

    func check(_ reader: borrowing MappingReader) throws(SweepError) {
        // Measures are columns of sweep.h5 beside the axes, and curves of an exported one.
        let measured = record.measures.map(\.measure.name)
        let curves = (Axis.reserved + measured).map { "\($0)_curve" }
        if let axis = axes.first(where: { (measured + curves).contains($0.name) }) {
            throw reader.error(
                "axes", "\(axis.name) is the name of something that is recorded",
                hint: "give the axis another name")
        }
        guard !grids.isWhole, refinement != nil || race != nil else { return }
        throw reader.error(
            refinement != nil ? "refine" : "seeds",
            "has no meaning beside grids, whose cells are all trained",
            hint: "drop grids, or \(refinement != nil ? "drop refine" : "list the seeds")")
    }

    private static func readName(
        _ reader: inout MappingReader, _ spec: inout SweepSpec
    ) throws(SweepError) {
        spec.name = try reader.string("sweep", default: nil)
        guard !spec.name.isEmpty, spec.name.utf8.count <= 64,
            spec.name.utf8.allSatisfy(nameBytes.contains)
        else {
            throw reader.error(
                "sweep", "\"\(spec.name)\" cannot name a directory",
                hint: "use up to 64 of a-z, 0-9 and -")
        }
    }

    private static let nameBytes = Set("abcdefghijklmnopqrstuvwxyz0123456789-".utf8)
    private static let axisBytes = Set("abcdefghijklmnopqrstuvwxyz0123456789_".utf8)

    /// Reads the axes, with values that grids name, and the cell, in which axes may set what it does not say.
    private static func readAxes(
        _ reader: inout MappingReader, _ spec: inout SweepSpec
    ) throws(SweepError) {
        let parts = try reader.list("grids")
        var mapping = try reader.mapping("axes")
        if let parts, let node = reader.node("axes") {
            mapping = try MappingReader(
                try GridUnion.addingValues(to: node, from: parts), path: "axes")
        }
        for name in mapping.keys { spec.axisPlaces[name] = mapping.place(of: name) }
        spec.axes = try axes(mapping, reader: reader)
        if let parts { spec.grids = try GridUnion(parts, spec.axes) }
        for path in spec.axes.map(\.path) {
            // A stream has no seed of its own before it is said; an axis says it.
            let keys = path.split(separator: ".").map(String.init)
            guard keys.count == 2, keys[0] == "streams", spec.cellNode.node(at: keys[...]) == nil
            else { continue }
            spec.cellNode.set(keys[...], SpecNode(.number(0), line: spec.cellNode.line))
        }
        var written = spec.cellNode
        let followers = try Followers(takenOutOf: &written)
        spec.cell = try followers.configuration(written)
    }

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
            guard name.utf8.allSatisfy(axisBytes.contains), !name.isEmpty,
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

    private static func readSeeds(
        _ reader: inout MappingReader, _ spec: inout SweepSpec
    ) throws(SweepError) {
        if reader.isMapping("seeds") {
            let race = try SeedRace(try reader.mapping("seeds"))
            spec.seeds = (0..<race.atMost).map(UInt64.init)
            spec.race = race
            return
        }
        guard let items = try reader.list("seeds") else { return }
        var seeds: [UInt64] = []
        for item in items {
            guard case .number(let value) = item.value, value == value.rounded(), value >= 0 else {
                throw reader.error(
                    "seeds", "expected whole numbers from 0, found \(item.kindName)")
            }
            guard value <= Double(CellDefinition.largestSeed) else {
                let text = CanonicalJSON.number(value)
                throw reader.error(
                    "seeds",
                    (text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
                        + " is out of range: must be between 0 and \(CellDefinition.largestSeed)")
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
        spec.seeds = seeds
    }
}
