import Core
package import Results

extension SweepTable {
    /// Writes the consolidated file of the table: its columns as arrays over the grid.
    ///
    /// - Parameters:
    ///   - path: where it goes.
    ///   - further: variables behind the columns.
    /// - Throws: `ResultsError` when it cannot be written.
    package func consolidate(
        to path: String, with further: [GridVariable] = []
    ) throws(ResultsError) {
        precondition(rows.count == plan.cells.count, "a row per planned cell")
        let axes = plan.spec.axes.count
        let columns = columns
        try Consolidated.write(
            plan,
            axes: columns.prefix(axes).map {
                Consolidated.AxisDescription(longName: $0.longName, units: $0.unit)
            },
            // The seed is a coordinate as the axes are.
            variables: columns.dropFirst(axes).filter { $0.name != "seed" }.map(variable) + further,
            to: path)
    }

    private func variable(_ column: CellColumn) -> GridVariable {
        let values = rows.map(column.value)
        let stored: GridVariable.Values =
            switch column.kind {
            case .number: .numbers(values.map { $0?.number ?? .nan })
            case .count: .counts(values.map { Int32(clamping: Int($0?.number ?? 0)) })
            case .text: .texts(values.map { $0?.text ?? "" })
            case .word(let words):
                .words(
                    values.map { value in
                        value?.text.flatMap(words.firstIndex).map(Int8.init) ?? -1
                    }, of: words, every: column.isAlwaysThere)
            }
        return GridVariable(column.name, column.longName, units: column.unit, stored)
    }
}
