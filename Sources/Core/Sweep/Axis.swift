/// One axis of a sweep's grid: a numeric key of the cell and the values it takes.
package struct Axis: Sendable, Hashable, Codable {
    /// How the values are spaced, which decides how a figure draws them.
    package enum Scale: String, Sendable, Codable {
        /// Even differences.
        case linear
        /// Even ratios.
        case log
        /// As listed.
        case values
    }

    /// The axis' name, used as a dimension of the consolidated file: `learning_rate`.
    package var name: String
    /// The key path inside `cell`: `optimizer.decoder.learning_rate`.
    package var path: String
    /// The spacing that was asked for.
    package var scale: Scale
    /// The values, in the order of the sweep file.
    package var values: [Double]
    /// Whether figures draw it from the top downwards where it is the y axis.
    package var reversed: Bool

    /// An axis; one of weight decays is reversed unless told otherwise, as in Liu et al. 2022.
    package init(
        name: String, path: String, scale: Scale, values: [Double], reversed: Bool? = nil
    ) {
        self.name = name
        self.path = path
        self.scale = scale
        self.values = values
        self.reversed = reversed ?? Axis.isOfWeightDecay(name, path)
    }

    private static func isOfWeightDecay(_ name: String, _ path: String) -> Bool {
        name.contains("weight_decay") || path.contains("weight_decay")
    }

    /// Names that would collide with what the consolidated file holds beside the axes.
    static let reserved: Set<String> = [
        "seed", "step", "early_step", "phase", "train_step", "validation_step", "delay",
        "train_accuracy", "validation_accuracy", "train_loss", "validation_loss", "status",
        "attempts", "wall_seconds", "cell", "phase_uncertain",
    ]

    /// Reads one entry of the `axes` mapping.
    ///
    /// - Throws: `SweepError` when values are empty, duplicate, or not positive on a log axis.
    init(name: String, reading mapping: consuming MappingReader) throws(SweepError) {
        var reader = mapping
        self.name = name
        path = try reader.string("path", default: nil)
        reversed = try reader.flag(
            "reversed", default: Axis.isOfWeightDecay(name, path))
        let given = ["log", "linear", "values"].filter(reader.keys.contains)
        guard given.count == 1, let kind = given.first else {
            reader.alsoKnown(["log", "linear", "values", "points"])
            try reader.finish()
            throw reader.error(
                given.first ?? "values",
                given.isEmpty
                    ? "missing: an axis needs one of log, linear or values"
                    : "an axis takes one of log, linear or values, not \(given.joined(separator: " and "))"
            )
        }
        let numbers = try Axis.numbers(try reader.list(kind) ?? [], key: kind, reader: reader)
        switch kind {
        case "values":
            scale = .values
            values = numbers
        default:
            scale = kind == "log" ? .log : .linear
            guard numbers.count == 2, let low = numbers.first, let high = numbers.last else {
                throw reader.error(
                    kind, "expected [first, last], found \(numbers.count) values",
                    hint: "use values: [...] to name every value")
            }
            let points = try reader.integer("points", default: nil, in: 1...100_000)
            if scale == .log, let bad = numbers.first(where: { $0 <= 0 }) {
                throw reader.error(
                    kind, "\(CanonicalJSON.number(bad)) has no place on a log axis",
                    hint: "use values: [0, ...] for an axis with a zero")
            }
            values = Axis.spaced(from: low, to: high, points: points, scale: scale)
        }
        guard !values.isEmpty else {
            throw reader.error(kind, "the axis has no values", hint: "name at least one")
        }
        if let repeated = Dictionary(grouping: values, by: { $0 }).filter({ $0.value.count > 1 })
            .keys.min()
        {
            throw reader.error(
                kind, "the value \(CanonicalJSON.number(repeated)) is given twice",
                hint: "keep one of them")
        }
        try reader.finish()
    }

    /// Evenly spaced values, rounded to 12 significant digits so that decades are exact and identities stable.
    static func spaced(from low: Double, to high: Double, points: Int, scale: Scale) -> [Double] {
        guard points > 1 else { return [low] }
        return (0..<points).map { index in
            if index == 0 { return low }
            if index == points - 1 { return high }
            let share = Double(index) / Double(points - 1)
            guard scale == .log else { return rounded(low + (high - low) * share) }
            return rounded(exponential(logarithm(low) + (logarithm(high) - logarithm(low)) * share))
        }
    }

    private static func rounded(_ value: Double) -> Double {
        guard value != 0, value.isFinite else { return value }
        // Scaling by a power of ten and back would round twice; going through decimal digits does not.
        return Double(significant(value, 12)) ?? value
    }

    private static func numbers(
        _ items: [SpecNode], key: String, reader: MappingReader
    ) throws(SweepError) -> [Double] {
        var numbers: [Double] = []
        for item in items {
            guard case .number(let value) = item.value, value.isFinite else {
                throw reader.error(key, "expected numbers, found \(item.kindName)")
            }
            numbers.append(value)
        }
        return numbers
    }
}
