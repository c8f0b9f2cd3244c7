import SHA256

/// A figure as it is asked for: its kind, what of a sweep it shows, and how it looks.
package struct FigureRequest: Sendable, Hashable {
    /// Its kind.
    package var kind: FigureKind
    /// The axis drawn from left to right; nil for the sweep's first that is left.
    package var x: String?
    /// The axis drawn upwards; nil for the sweep's next.
    package var y: String?
    /// Axes at one of their values, as texts.
    package var at: [String: String] = [:]
    /// Axes whose values are looked at together, as seeds are.
    package var over: [String] = []
    /// The one seed shown; nil for all.
    package var seed: UInt64?
    /// The measure shown.
    package var measure: String?
    /// Whether a measure's largest value is shown, not its last.
    package var maximum = false
    /// e-folds of weight decay within the budget at which a line is drawn over a map of learning rate and weight decay.
    package var budgetLine: Double?
    /// Whether a line over a phase diagram says where theory has its critical train fraction.
    package var theory = false
    /// How it looks.
    package var look = FigureLook()
    /// Its number among figures of a report whose files would have the same name.
    var copy = 1

    /// A figure of this kind as it comes.
    package init(_ kind: FigureKind) { self.kind = kind }

    /// A name for its file, from what tells it from other figures of the kind.
    package var fileName: String {
        var parts = [kind.rawValue]
        if let measure { parts.append(maximum ? "largest-\(measure)" : measure) }
        if let x { parts.append("x-\(x)") }
        if let y { parts.append("y-\(y)") }
        for (axis, value) in at.sorted(by: { $0.key < $1.key }) {
            parts.append("\(axis)-\(FigureRequest.word(value))")
        }
        for axis in over { parts.append("over-\(axis)") }
        if let seed { parts.append("seed-\(seed)") }
        if let budgetLine { parts.append("budget-line-\(CanonicalJSON.number(budgetLine))") }
        if theory { parts.append("theory") }
        let name = parts.joined(separator: "_").asFileName
        return copy > 1 ? "\(name)_\(copy)" : name
    }

    /// A value as part of a file's name; one with signs that none can have also has what tells it from those that differ in
    /// them.
    private static func word(_ value: String) -> String {
        let word = value.filter { $0.isLetter || $0.isNumber || ".+-".contains($0) }
        return word == value ? word : "\(word)-\(SHA256Digest.hex(of: Array(value.utf8)).prefix(6))"
    }

    /// Whether another one goes to the same file.
    func hasFile(of other: FigureRequest) -> Bool {
        fileName == other.fileName && look.format == other.look.format
    }

    /// The index of the value that a text says: a category's name, or a number but for its last digits.
    package static func index(of text: String, on axis: Axis) -> Int? {
        if axis.isCategorical { return axis.labels.firstIndex(of: text) }
        guard let value = Double(text) else { return nil }
        return axis.values.firstIndex { abs($0 - value) <= 1e-9 * max(abs($0), abs(value)) }
    }
}

extension FigureRequest: KeyedMapping {
    init() { self.init(.phaseDiagram) }

    static let keys: [Key<FigureRequest>] =
        [
            Key("kind", \.kind, .choice, isRequired: true, "which figure; figures.md has them"),
            Key(
                "x", ifWritten: \.x, .word,
                "the axis drawn from left to right; by default the sweep's first that is left"),
            Key("y", ifWritten: \.y, .word, "the axis drawn upwards; by default the next"),
            Key(
                KeyRow(
                    name: "at", type: "mapping from axes to values",
                    standard: "none",
                    meaning:
                        "axes at one of their values; `--at AXIS=VALUE` for each on the command line"
                ),
                read: { reader, figure throws(SweepError) in
                    guard reader.node("at") != nil else { return }
                    var values = try reader.mapping("at")
                    for name in values.keys {
                        switch values.node(name)?.value {
                        case .number(let value): figure.at[name] = CanonicalJSON.number(value)
                        case .string(let word): figure.at[name] = word
                        case .bool(let flag): figure.at[name] = "\(flag)"
                        default: throw values.error(name, "expected one of the axis' values")
                        }
                    }
                }),
            Key(
                "over", \.over, .words("list of axes", called: "axes' names"),
                "axes whose values are looked at together, as seeds are: majority, median, share"),
            Key("seed", ifWritten: \.seed, .seed, "one seed only"),
            Key("measure", ifWritten: \.measure, .word, "the measure shown"),
            Key("maximum", \.maximum, .flag, "a measure's largest value in place of its last"),
            Key(
                "budget_line", ifWritten: \.budgetLine,
                .number(0...1e9, excludingLowerBound: true),
                "over a phase diagram of learning rate η and weight decay λ, the dashed line where ηλT is this, T being the"
                    + " budget; it is theory, and labelled"),
            Key(
                "theory", \.theory, .flag,
                "over a phase diagram with train fractions as x or y, a dashed line where theory has the critical fraction"
            ),
        ] + FigureLook.keys.map { $0.inside(\FigureRequest.look) }

    /// Reads an item of a list of figures: a kind, or a mapping with one. What it leaves out of a look is as in this one.
    init(
        _ item: SpecNode, _ list: MappingReader, _ key: String, look: FigureLook
    ) throws(SweepError) {
        var node = item
        if case .string = item.value {
            let kind = SpecNode.Entry(key: "kind", line: item.line, node: SpecNode(item.value))
            node = SpecNode(.mapping([kind]), line: item.line)
        }
        var reader = try list.item(node, of: key)
        self.init()
        self.look = look
        try read(&reader)
        try reader.finish()
    }
}

extension KeyCodec where Value == String {
    /// A word.
    fileprivate static var word: KeyCodec {
        KeyCodec(
            type: "word", bounds: "",
            read: { reader, key, standard throws(SweepError) in
                try reader.string(key, default: standard)
            }, json: { .string($0) })
    }
}

extension KeyCodec where Value == UInt64 {
    /// A cell's seed.
    fileprivate static var seed: KeyCodec {
        KeyCodec(
            type: "whole number", bounds: "0 … 2⁵³−1",
            read: { reader, key, _ throws(SweepError) in
                UInt64(
                    try reader.integer(key, default: nil, in: 0...CellDefinition.largestSeed))
            }, json: { .number(Double($0)) })
    }
}
