package import Core

/// A quantity of a cell: a column of the table of a sweep, and so of `sweep.h5` and of every export.
///
/// The registry is `CellColumn.fixed`, with the sweep's axes before it and its measures in it; docs/columns.md is made from it.
package struct CellColumn: Sendable {
    /// What its values are.
    package enum Kind: Sendable, Equatable {
        /// A number; none where the cell has no result, or the result no such number.
        case number
        /// A whole number that every cell has.
        case count
        /// One of these words, whose places are their codes in `sweep.h5`.
        case word([String])
        /// Any text.
        case text
    }

    /// Its name, a variable of `sweep.h5`.
    package let name: String
    /// What it is, in a few words.
    package let longName: String
    /// The unit of its numbers, `1` for pure ones.
    package var unit = "1"
    /// What its values are.
    package var kind = Kind.number
    /// A cell's value; nil where it has none.
    package let value: @Sendable (SweepTable.Row) -> CellValue?

    init(
        _ name: String, _ longName: String, unit: String = "1", kind: Kind = .number,
        value: @escaping @Sendable (SweepTable.Row) -> CellValue?
    ) {
        self.name = name
        self.longName = longName
        self.unit = unit
        self.kind = kind
        self.value = value
    }

    /// Whether every cell has a value, whatever became of it.
    package var isAlwaysThere: Bool { kind == .count || kind == .text || name == "status" }

    /// A number that the result has at its last step.
    init(last name: String, _ longName: String, unit: String = "1") {
        self.init(name, longName, unit: unit) { $0.measured?.last?[name].map(CellValue.number) }
    }

    /// A measure at the last step it was evaluated at.
    package init(_ measure: Measure) {
        self.init(last: measure.name, "\(measure.longName), at the last step", unit: measure.unit)
    }

    /// An axis of a sweep, by its place.
    init(_ axis: Axis, _ place: Int) {
        self.init(
            axis.name, CellColumn.longName(of: axis), unit: axis.path == "steps" ? "step" : "1",
            kind: axis.isCategorical ? .text : .number
        ) { row in
            let index = row.cell.point.axes[place]
            return axis.isCategorical
                ? .text(axis.labels[index]) : .number(axis.values[index])
        }
    }

    /// What an axis is: its name in words, and the key that it sets.
    static func longName(of axis: Axis) -> String {
        "\(axis.name.replacing("_", with: " ")) (\(axis.path))"
    }
}

/// One value of a column.
package enum CellValue: Sendable, Equatable {
    /// A number, which may be NaN or infinite in a run that diverged.
    case number(Double)
    /// A whole number.
    case integer(Int)
    /// A word or text.
    case text(String)

    /// The text that it is, nil for numbers.
    package var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    /// The number that it is, nil for text.
    package var number: Double? {
        switch self {
        case .number(let number): number
        case .integer(let number): Double(number)
        case .text: nil
        }
    }
}
