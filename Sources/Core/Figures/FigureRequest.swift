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

    /// A figure of this kind as it comes.
    package init(_ kind: FigureKind) { self.kind = kind }

    /// A name for its file, from what tells it from other figures of the kind.
    package var fileName: String {
        var parts = [kind.rawValue]
        if let measure { parts.append(maximum ? "largest-\(measure)" : measure) }
        if let x { parts.append("x-\(x)") }
        if let y { parts.append("y-\(y)") }
        for (axis, value) in at.sorted(by: { $0.key < $1.key }) {
            let word = value.filter { $0.isLetter || $0.isNumber || ".+-".contains($0) }
            parts.append("\(axis)-\(word)")
        }
        for axis in over { parts.append("over-\(axis)") }
        if let seed { parts.append("seed-\(seed)") }
        if let budgetLine { parts.append("budget-line-\(CanonicalJSON.number(budgetLine))") }
        if theory { parts.append("theory") }
        return parts.joined(separator: "_")
    }

    /// What is wrong with it for a sweep with these axes and seeds: the option and the problem; nil when nothing is.
    package func obstacle(axes: [Axis], seeds: [UInt64]) -> (key: String, problem: String)? {
        let names = axes.map(\.name)
        func unknown(_ name: String) -> String? {
            guard !names.contains(name) else { return nil }
            let near = NearestKey.find(name, among: names)
            return "there is no axis \(name)" + (near.map { ": did you mean \($0)?" } ?? "")
                + "; the axes are \(names.joined(separator: ", "))"
        }
        for (key, name) in [("x", x), ("y", y)] {
            if let name, let problem = unknown(name) { return (key, problem) }
            if let name, at[name] != nil || over.contains(name) {
                return (key, "\(name) cannot be drawn and fixed too")
            }
        }
        if let x, x == y { return ("y", "x is \(x) too") }
        for name in over {
            if let problem = unknown(name) { return ("over", problem) }
            if at[name] != nil { return ("over", "\(name) is in at too") }
        }
        for (name, value) in at.sorted(by: { $0.key < $1.key }) {
            if let problem = unknown(name) { return ("at", problem) }
            guard let axis = axes.first(where: { $0.name == name }),
                FigureRequest.index(of: value, on: axis) == nil
            else { continue }
            let known = axis.values.indices.map(axis.text).joined(separator: ", ")
            return ("at", "\(name) has no value \(value), but \(known)")
        }
        if let seed, !seeds.contains(seed) { return ("seed", "the sweep has no seed \(seed)") }
        for (key, isGiven, takes) in [
            ("measure", measure != nil, FigureKind.measure),
            ("maximum", maximum, .measure), ("budget_line", budgetLine != nil, .phaseDiagram),
            ("theory", theory, .phaseDiagram),
        ] where isGiven && kind != takes {
            return (key, "\(kind.rawValue) has none: it is for \(takes.rawValue)")
        }
        if kind == .measure, measure == nil { return ("measure", "missing: a measure's name") }
        if let measure {
            let known =
                Measure.all.filter { $0.shape == .scalar }.map(\.name)
                + ["train_loss", "validation_loss"]
            guard known.contains(measure) else {
                let near = NearestKey.find(measure, among: known)
                return (
                    "measure",
                    "no measure with one value is named \(measure)"
                        + (near.map { ": did you mean \($0)?" } ?? "")
                )
            }
        }
        return nil
    }

    /// The index of the value that a text says: a category's name, or a number but for its last digits.
    package static func index(of text: String, on axis: Axis) -> Int? {
        if axis.isCategorical { return axis.labels.firstIndex(of: text) }
        guard let value = Double(text) else { return nil }
        return axis.values.firstIndex { abs($0 - value) <= 1e-9 * max(abs($0), abs(value)) }
    }

    /// Reads an entry of `figures`: a kind, or a mapping with one.
    init(reading node: SpecNode, look: FigureLook, path: String) throws(SweepError) {
        if case .string(let word) = node.value {
            let entry = SpecNode.Entry(key: "kind", line: node.line, node: SpecNode(.string(word)))
            self = try FigureRequest(
                reading: SpecNode(.mapping([entry]), line: node.line), look: look, path: path)
            return
        }
        var reader = try MappingReader(node, path: path)
        self.init(try reader.choice("kind", default: nil))
        self.look = look
        x = try FigureRequest.word("x", &reader)
        y = try FigureRequest.word("y", &reader)
        if let node = reader.node("at") {
            var inner = try MappingReader(node, path: path + ".at")
            for name in inner.keys {
                switch inner.node(name)?.value {
                case .number(let value): at[name] = CanonicalJSON.number(value)
                case .string(let word): at[name] = word
                case .bool(let flag): at[name] = "\(flag)"
                default: throw inner.error(name, "expected one of the axis' values")
                }
            }
        }
        for item in try reader.list("over") ?? [] {
            guard case .string(let name) = item.value else {
                throw reader.error("over", "expected axes' names, found \(item.kindName)")
            }
            over.append(name)
        }
        if reader.keys.contains("seed") {
            seed = UInt64(
                try reader.integer("seed", default: nil, in: 0...Int(CellDefinition.largestSeed)))
        } else {
            reader.alsoKnown(["seed"])
        }
        measure = try FigureRequest.word("measure", &reader)
        maximum = try reader.flag("maximum", default: false)
        if reader.keys.contains("budget_line") {
            budgetLine = try reader.number(
                "budget_line", default: nil, in: 0...1e9, excludingLowerBound: true)
        } else {
            reader.alsoKnown(["budget_line"])
        }
        theory = try reader.flag("theory", default: false)
        try self.look.read(&reader)
        try reader.finish()
    }

    private static func word(
        _ key: String, _ reader: inout MappingReader
    ) throws(SweepError) -> String? {
        guard reader.keys.contains(key) else {
            reader.alsoKnown([key])
            return nil
        }
        return try reader.string(key, default: nil)
    }
}
