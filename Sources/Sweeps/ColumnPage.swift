import Results

/// docs/columns.md, made from the registry of columns; a test holds the file equal.
package enum ColumnPage {
    /// The whole page.
    package static var text: String {
        ([opening] + CellColumn.fixed.map(line) + [ending]).joined(separator: "\n")
    }

    private static let opening = """
        # Columns

        The table of a sweep has a row per planned cell and these columns. `sweep.h5` has them as variables over the grid,
        `grokmap export` as columns, in this order. This page is made from the registry (`Sources/Sweeps/CellColumn+Registry.swift`),
        which a test holds it to.

        Before them stand the axes of the sweep, each under its own name: the value that the cell was trained with. Behind
        `validation_accuracy` stands each scalar measure that the sweep records, under its own name: its value at the last step
        that it was evaluated at ([measures.md](measures.md) says what each is).

        A column that is *always* there has a value for every planned cell. `steps_run`, `stop_reason` and `wall_seconds` have one
        for every cell that was trained, predicted ones and those out of reach among them, `inferred_phase` for cells that were not
        measured, `agreement` to `sampling` for every cell of a site that has a phase. The others have one for verified cells only,
        and not for each of those: a crossing that never came has no step. Nothing is written there: an empty field in CSV, `null`
        in JSON lines, NaN or the fill value in `sweep.h5`. Words are texts in CSV and JSON lines; in `sweep.h5` they are the
        numbers given here.

        | Column | Unit | Values | Meaning |
        |---|---|---|---|
        """

    private static let ending = """

        Rows per cell and step (`--layout long`) begin with the axes, `seed`, `cell`, `status` and `phase`; then come `step`, the
        updates made, and these, at that step:

        | Column | Unit | Meaning |
        |---|---|---|
        \(curves)

        and each scalar measure that the sweep records. Nothing stands where a quantity was not evaluated at that step.
        `early_train_loss` and measures that are vectors are in the cells' files only.

        """

    private static var curves: String {
        CurveColumn.recorded.map { "| `\($0.name)` | 1 | \($0.longName) |" }
            .joined(separator: "\n")
    }

    private static func line(_ column: CellColumn) -> String {
        let values =
            switch column.kind {
            case .number: "number"
            case .count: "whole number, always"
            case .text: "text, always"
            case .word(let words):
                words.enumerated().map { "\($0.offset) \($0.element)" }.joined(separator: ", ")
                    + (column.isAlwaysThere ? ", always" : "")
            }
        return "| `\(column.name)` | \(column.unit) | \(values) | \(column.longName) |"
    }
}
