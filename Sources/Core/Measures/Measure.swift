/// A quantity recorded along a curve beside losses and accuracies: everything about it but its computation, which is a
/// probe of `Training`. The sweep file, the recorder, files and docs/measures.md take from here.
package struct Measure: Sendable {
    /// What there is of a quantity at one step.
    package enum Shape: Sendable, Hashable {
        /// One number.
        case scalar
        /// One number per place of an axis of this name; places are counted from `first`.
        case vector(axis: String, first: Int, meaning: String)
    }

    /// What an axis of a figure does with its values.
    package enum Scale: String, Sendable, CaseIterable {
        /// Evenly spaced, from the values themselves.
        case linear
        /// Evenly spaced, from 0 to 1.
        case share
        /// By powers of ten.
        case log
    }

    /// What evaluating it once costs, and so at which steps it is recorded unless the sweep file says.
    package enum Cost: String, Sendable, CaseIterable {
        /// Little beside a step: at every step of the curve.
        case cheap
        /// About a step or more: at steps a tenth apart.
        case costly
    }

    /// Its name in sweep files, in result files and on the wire.
    package let name: String
    /// What it is, in a few words.
    package let longName: String
    /// The unit of its values, `1` for pure numbers.
    package var unit = "1"
    /// What there is of it at one step.
    package var shape = Shape.scalar
    /// How it is best drawn.
    package var scale = Scale.linear
    /// What evaluating it costs.
    package var cost = Cost.cheap
    /// Exactly what is computed.
    package let formula: String
    /// Where it comes from.
    package let source: String
    /// What a cell must have for it.
    package var needs: [MeasureNeed] = []

    /// The first thing a cell lacks for this measure; nil when the cell can have it.
    package func obstacle(in cell: CellConfiguration) -> MeasureNeed? {
        needs.first { !$0.isMet(cell) }
    }

    /// The measure of a name, nil when there is none.
    package init?(name: String) {
        guard let measure = Measure.byName[name] else { return nil }
        self = measure
    }

    init(
        name: String, longName: String, unit: String = "1", shape: Shape = .scalar,
        scale: Scale = .linear, cost: Cost = .cheap, formula: String, source: String,
        needs: [MeasureNeed] = []
    ) {
        self.name = name
        self.longName = longName
        self.unit = unit
        self.shape = shape
        self.scale = scale
        self.cost = cost
        self.formula = formula
        self.source = source
        self.needs = needs
    }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

extension Measure: Hashable {
    /// Measures are the same when their names are.
    package static func == (left: Measure, right: Measure) -> Bool { left.name == right.name }

    /// Hashes the name.
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
