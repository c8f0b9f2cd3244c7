/// One axis of a sweep's grid: what is set in the cells, and the values it takes.
package struct Axis: Sendable, Hashable, Codable {
    /// How the values are spaced, which decides how a figure draws them.
    package enum Scale: String, Sendable, Codable {
        /// Even differences.
        case linear
        /// Even ratios.
        case log
        /// As listed.
        case values
        /// Words, lists, combinations: without an order or a distance.
        case categories
    }

    /// The axis' name, used as a dimension of the consolidated file: `learning_rate`.
    package var name: String
    /// The key path inside `cell`, several joined by commas: `optimizer.decoder.learning_rate`.
    package var path: String
    /// The spacing that was asked for.
    package var scale: Scale
    /// The values, in the order of the sweep file; of categories their places 0, 1, 2, ….
    package var values: [Double]
    /// What categories are called, in the same order; empty where values are numbers.
    package var labels: [String]
    /// What each category sets; empty where values are numbers, which set the one key of the path.
    package var settings: [[AxisSetting]]
    /// Whether figures draw it from the top downwards where it is the y axis.
    package var reversed: Bool

    /// An axis of numbers; one of weight decays is reversed unless told otherwise, as in Liu et al. 2022.
    package init(
        name: String, path: String, scale: Scale, values: [Double], reversed: Bool? = nil
    ) {
        self.name = name
        self.path = path
        self.scale = scale
        self.values = values
        self.reversed = reversed ?? Axis.isOfWeightDecay(name, path)
        labels = []
        settings = []
    }

    /// An axis of categories, drawn downwards in their order unless told otherwise.
    package init(
        name: String, path: String, categories: [(label: String, settings: [AxisSetting])],
        reversed: Bool = true
    ) {
        self.name = name
        self.path = path
        scale = .categories
        values = categories.indices.map(Double.init)
        labels = categories.map(\.label)
        settings = categories.map(\.settings)
        self.reversed = reversed
    }

    /// Whether its values are categories.
    package var isCategorical: Bool { scale == .categories }

    /// A value in words, exactly.
    package func text(at index: Int) -> String {
        isCategorical ? labels[index] : CanonicalJSON.number(values[index])
    }

    /// The index of the value that a text means: the category of this name, or the number nearest to it.
    package func index(of text: String) -> Int? {
        if isCategorical { return labels.firstIndex(of: text) }
        guard let value = Double(text), value.isFinite else { return nil }
        return values.indices.min { abs(values[$0] - value) < abs(values[$1] - value) }
    }

    /// Whether it sets a key, for some value.
    package func sets(_ path: String) -> Bool {
        isCategorical
            ? settings.contains { $0.contains { $0.path == path } } : self.path == path
    }

    static func isOfWeightDecay(_ name: String, _ path: String) -> Bool {
        name.contains("weight_decay") || path.contains("weight_decay")
    }

    /// Names that would collide with what the consolidated file, or JSON of `explain` and `compare`, holds beside the axes.
    static let reserved: Set<String> = [
        "seed", "step", "early_step", "phase", "train_step", "validation_step", "delay",
        "train_accuracy", "validation_accuracy", "train_loss", "validation_loss", "status",
        "attempts", "wall_seconds", "cell", "phase_uncertain", "inferred_phase", "steps_run",
        "stop_reason", "record", "agreement", "agreement_low", "agreement_high", "sampling",
        "reason", "now", "file", "resumes_at_step", "first", "second",
    ]

    /// Evenly spaced values, rounded to 12 significant digits so that decades are exact and identities stable.
    static func spaced(from low: Double, to high: Double, points: Int, scale: Scale) -> [Double] {
        guard points > 1 else { return [low] }
        return (0..<points).map { index in
            if index == 0 { return low }
            if index == points - 1 { return high }
            let share = Double(index) / Double(points - 1)
            guard scale == .log else { return roundedEven(low + (high - low) * share) }
            return rounded(exponential(logarithm(low) + (logarithm(high) - logarithm(low)) * share))
        }
    }

    /// A value in even steps, with 12 significant digits; whole numbers that are exact stay.
    static func roundedEven(_ value: Double) -> Double {
        value == value.rounded() && abs(value) < 0x1p53 ? value : rounded(value)
    }

    /// A value with 12 significant digits.
    static func rounded(_ value: Double) -> Double {
        guard value != 0, value.isFinite else { return value }
        // Scaling by a power of ten and back would round twice; going through decimal digits does not.
        return Double(significant(value, 12)) ?? value
    }
}
