/// A measure as a sweep asks for it.
package struct MeasureRequest: Sendable, Hashable {
    /// The measure.
    package var measure: Measure
    /// Steps between two evaluations; nil leaves the steps to the measure's cost.
    package var every: Int?

    /// A request.
    package init(_ measure: Measure, every: Int? = nil) {
        self.measure = measure
        self.every = every
    }

    /// Whether it is evaluated at the steps of the curve rather than at steps of its own.
    package var followsCurve: Bool { every == nil && measure.cost == .cheap }

    /// The first step of its own after this one; the first of all is 0.
    package func step(after step: Int) -> Int {
        guard step >= 0 else { return 0 }
        if let every { return (step / every + 1) * every }
        return max(step + 1, step + step / 10)
    }
}

extension MeasureRequest: KeyedMapping {
    init() { self.init(.weightNorm) }

    static let keys: [Key<MeasureRequest>] = [
        Key("name", \.measure, .measure, isRequired: true, "its name"),
        Key(
            "every", ifWritten: \.every, .integer(intervals),
            "updates between two evaluations; without it a cheap measure has the steps of the curve and a costly one steps a"
                + " tenth apart"
        ).documented(standard: "as it costs"),
    ]

    /// What an interval may be; the bounds keep sums of steps from overflowing.
    package static let intervals = 1...(1 << 40)

    /// Reads an item of a list: a name, or a mapping.
    init(_ item: SpecNode, _ list: MappingReader, _ key: String) throws(SweepError) {
        switch item.value {
        case .string(let name): self.init(try Measure(named: name, list, key))
        case .mapping: try self.init(try list.item(item, of: key))
        default:
            throw list.error(
                key, "expected names or {name: …, every: …}, found \(item.kindName)")
        }
    }

    /// The name alone where no interval is given.
    var item: JSONValue { every == nil ? .string(measure.name) : json(.complete) }
}

extension MeasureRequest: Codable {
    /// Decodes a name, or an object with a name and an interval.
    package init(from decoder: any Decoder) throws {
        // A ledger has a row per cell, nearly all of names alone.
        if let name = try? String(from: decoder), let measure = Measure(name: name) {
            self.init(measure)
            return
        }
        self = try decoder.written { node throws(SweepError) in
            let empty = try MappingReader(SpecNode(.mapping([])), path: "")
            return try MeasureRequest(node, empty, "measures")
        }
    }

    /// Encodes the name alone where no interval is given.
    package func encode(to encoder: any Encoder) throws { try item.encode(to: encoder) }
}

extension Measure {
    /// The measure of a name that stands at a key.
    fileprivate init(
        named name: String, _ reader: MappingReader, _ key: String
    ) throws(SweepError) {
        guard let measure = Measure(name: name) else {
            let near = NearestKey.find(name, among: Measure.all.map(\.name))
            throw reader.error(
                key, "unknown measure \"\(name)\"",
                hint: near.map { "did you mean \($0)?" } ?? "docs/measures.md lists them")
        }
        self = measure
    }
}

extension KeyCodec where Value == Measure {
    /// A measure's name.
    fileprivate static var measure: KeyCodec {
        KeyCodec(
            type: "word", bounds: "",
            read: { reader, key, standard throws(SweepError) in
                try Measure(named: try reader.string(key, default: standard?.name), reader, key)
            }, json: { .string($0.name) })
    }
}
