extension RecordRequest {
    /// Reads a `record` mapping: `measures` by name or as `{name: …, every: …}`, `parameters` as steps, the word `last` or
    /// `{every: …}`, `clocks` with the keys of a phase rule but its gap, which have that rule's values where they are left out.
    ///
    /// - Throws: `SweepError` also for a measure that the cell cannot have; nil is no cell in particular.
    package init(
        reading node: SpecNode, path: String, of cell: CellConfiguration?, rule: PhaseRule? = nil
    ) throws(SweepError) {
        var reader = try MappingReader(node, path: path)
        self.init()
        if let items = try reader.list("measures") {
            measures = []
            for item in items {
                let request = try RecordRequest.measure(item, reader, path: path)
                let name = request.measure.name
                guard !measures.contains(where: { $0.measure == request.measure }) else {
                    throw reader.error("measures", "\(name) is given twice")
                }
                if let cell, let obstacle = RecordRequest.obstacle(to: request.measure, in: cell) {
                    throw reader.error("measures", obstacle.problem, hint: obstacle.hint)
                }
                measures.append(request)
            }
        }
        var items = [reader.node("parameters")].compactMap { $0 }
        if case .mapping? = items.first?.value {
        } else {
            items = try reader.list("parameters") ?? []
        }
        for item in items {
            switch item.value {
            case .mapping:
                var keys = try MappingReader(item, path: "\(path).parameters")
                parameters.append(.every(try keys.integer("every", default: nil, in: 1...1 << 40)))
                try keys.finish()
            case .string("last"): parameters.append(.last)
            case .number(let step) where step == step.rounded() && step >= 0 && step < 0x1p53:
                parameters.append(.step(Int(step)))
            default:
                throw reader.error(
                    "parameters",
                    "expected steps, the word last or {every: …}, found \(item.kindName)")
            }
        }
        for item in try reader.list("clocks") ?? [] {
            var keys = try MappingReader(item, path: "\(path).clocks")
            let clock = try Clock(&keys, default: (rule ?? PhaseRule()).clock)
            try keys.finish()
            guard clock != rule?.clock, !clocks.contains(clock) else {
                throw reader.error(
                    "clocks",
                    "\(clock.words) is \(clock == rule?.clock ? "that of phase_rule" : "given twice")",
                    hint:
                        "give another threshold or sustain than phase_rule has, as in {sustain: 10}"
                )
            }
            clocks.append(clock)
        }
        try reader.finish()
    }

    /// Refuses measures that one of a sweep's cells cannot have.
    func refuseUnavailable(in cell: CellConfiguration) throws(SweepError) {
        for request in measures {
            guard let obstacle = RecordRequest.obstacle(to: request.measure, in: cell) else {
                continue
            }
            throw SweepError(
                path: "record.measures", problem: obstacle.problem, hint: obstacle.hint)
        }
    }

    private static func obstacle(
        to measure: Measure, in cell: CellConfiguration
    ) -> (problem: String, hint: String)? {
        measure.obstacle(in: cell).map { need in
            (
                "\(measure.name) has no meaning for task: {kind: \(cell.task.kind.rawValue)} with"
                    + " model: \(cell.model.words)", "it is for \(need.text)"
            )
        }
    }

    /// One item of `measures`.
    private static func measure(
        _ item: SpecNode, _ reader: MappingReader, path: String
    ) throws(SweepError) -> MeasureRequest {
        switch item.value {
        case .string(let name): return MeasureRequest(try measure(named: name, reader))
        case .mapping:
            var keys = try MappingReader(item, path: "\(path).measures")
            let name = try keys.string("name", default: nil)
            let hasInterval = keys.node("every") != nil
            let every = try keys.integer("every", default: 1, in: MeasureRequest.intervals)
            try keys.finish()
            return MeasureRequest(
                try measure(named: name, reader), every: hasInterval ? every : nil)
        default:
            throw reader.error(
                "measures", "expected names or {name: …, every: …}, found \(item.kindName)")
        }
    }

    private static func measure(
        named name: String, _ reader: MappingReader
    ) throws(SweepError) -> Measure {
        guard let measure = Measure(name: name) else {
            let near = NearestKey.find(name, among: Measure.all.map(\.name))
            throw reader.error(
                "measures", "unknown measure \"\(name)\"",
                hint: near.map { "did you mean \($0)?" } ?? "docs/measures.md lists them")
        }
        return measure
    }
}
