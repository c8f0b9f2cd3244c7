extension RecordRequest: KeyedMapping {
    init() { self.init(measures: [.weightNorm]) }

    static let keys = declared(beside: Clock())

    /// The keys in a sweep whose phase rule has this clock.
    private static func declared(beside clock: Clock) -> [Key<RecordRequest>] {
        [
            Key(
                "measures", \.measures,
                .list("list of names, or of mappings with a `name`", MeasureRequest.init) {
                    $0.item
                },
                "quantities recorded along the curve; [measures.md](measures.md) lists them with what they need,"
                    + " [measure-costs.md](measure-costs.md) has what they cost. One that a cell cannot have is an error"
            ).documented(standard: "`[weight_norm]`"),
            Key(
                "parameters", \.parameters, .steps,
                "all weights are kept at these steps; `0` is the initial network, a step beyond the end is passed over;"
                    + " `{every: 500}` is 0, 500, 1000, …"),
            Key(
                "tensors", ifWritten: \.tensors, .tensors,
                "only these tensors are kept at those steps, of the [names](results-format.md#measures) that the network has;"
                    + " where axes change the network, those of them that a cell has"
            ).documented(standard: "all").noting("beside `parameters`"),
            Key(
                "clocks", \.clocks,
                .list("list of mappings with the keys of `phase_rule` but `gap`") {
                    item, list, key throws(SweepError) in
                    var read = clock
                    var keys = try list.item(item, of: key)
                    try read.read(&keys)
                    try keys.finish()
                    return read
                } json: {
                    $0.json(.complete)
                },
                "further ways of telling when a cell has fitted and generalised, beside that of `phase_rule`, whose values stand"
                    + " for keys that are left out: `[{sustain: 20}]` beside a rule of `sustain: 1` records first crossings"
                    + " and crossings that hold. With `stop: decided` a cell runs until it is decided by all of them;"
                    + " `report --rule sustain=20` then draws the other diagram without training"
            ).late,
        ]
    }

    /// As JSON: what was added later stands in it only where it is asked for.
    package var json: JSONValue { json(.identity) }

    /// Reads a `record` mapping beside a phase rule, whose clock's values stand for those that clocks leave out.
    ///
    /// - Throws: `SweepError` also for a measure that the cell cannot have; nil is no cell in particular.
    package init(
        reading node: SpecNode, path: String, of cell: CellConfiguration?, rule: PhaseRule? = nil
    ) throws(SweepError) {
        var reader = try MappingReader(node, path: path)
        self.init()
        for key in RecordRequest.declared(beside: rule?.clock ?? Clock()) {
            try key.read(&reader, &self)
        }
        for (place, request) in measures.enumerated() {
            let measure = request.measure
            guard !measures.prefix(place).contains(where: { $0.measure == measure }) else {
                throw reader.error("measures", "\(measure.name) is given twice")
            }
        }
        guard tensors == nil || !parameters.isEmpty else {
            throw reader.error(
                "tensors", "has no meaning without steps at which parameters are kept",
                hint: "add parameters: [last], or drop the key")
        }
        if let cell, let obstacle = obstacle(in: cell) {
            throw reader.error(obstacle.key, obstacle.problem, hint: obstacle.hint)
        }
        for (place, clock) in clocks.enumerated() {
            guard clock != rule?.clock, !clocks.prefix(place).contains(clock) else {
                throw reader.error(
                    "clocks",
                    "\(clock.words) is \(clock == rule?.clock ? "that of phase_rule" : "given twice")",
                    hint:
                        "give another threshold or sustain than phase_rule has, as in {sustain: 10}"
                )
            }
        }
        try reader.finish()
    }

    /// Refuses what one of a sweep's cells cannot record.
    func refuseUnavailable(in cell: CellConfiguration) throws(SweepError) {
        guard let obstacle = obstacle(in: cell) else { return }
        throw SweepError(
            path: "record.\(obstacle.key)", problem: obstacle.problem, hint: obstacle.hint)
    }

    /// The first thing asked for that a cell cannot have.
    private func obstacle(
        in cell: CellConfiguration
    ) -> (key: String, problem: String, hint: String)? {
        for measure in measures.map(\.measure) {
            guard let need = measure.obstacle(in: cell) else { continue }
            return (
                "measures",
                "\(measure.name) has no meaning for task: {kind: \(cell.task.kind.rawValue)} with"
                    + " model: \(cell.model.words)", "it is for \(need.text)"
            )
        }
        let known = tensors == nil ? [] : cell.tensorNames
        guard let unknown = tensors?.first(where: { !known.contains($0) }) else { return nil }
        let near = NearestKey.find(unknown, among: known)
        return (
            "tensors",
            "\(unknown) is no tensor of this network, which has \(known.joined(separator: ", "))",
            near.map { "did you mean \($0)?" } ?? "docs/results-format.md says what they hold"
        )
    }
}

extension RecordRequest: Codable {
    /// Decodes what a sweep file may ask for.
    package init(from decoder: any Decoder) throws {
        self = try decoder.written { node throws(SweepError) in
            try RecordRequest(reading: node, path: "record", of: nil)
        }
    }

    /// Encodes a request as a sweep file has it.
    package func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
}

extension KeyCodec where Value == [RecordStep] {
    /// Steps of a run, or one interval by itself.
    fileprivate static var steps: KeyCodec {
        KeyCodec(
            type: "list of steps, the word `last` and `{every: …}`, or the latter alone",
            bounds: "",
            read: { reader, key, standard throws(SweepError) in
                let list = KeyCodec.list("", RecordStep.init) { $0.json }
                guard reader.isMapping(key), let interval = reader.node(key) else {
                    return try list.read(&reader, key, standard)
                }
                return [try RecordStep(interval, reader, key)]
            }, json: { .array($0.map(\.json)) })
    }
}
