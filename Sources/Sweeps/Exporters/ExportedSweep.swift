package import Core
package import Results
package import System

/// A sweep as exporters take it: its table, and the curves of its cells, read one after the other.
package struct ExportedSweep {
    /// Where every cell stands, with its numbers.
    package let table: SweepTable
    private let sweep: SweepReader

    /// The sweep in a directory.
    ///
    /// - Throws: `SystemError` when a cell's file has to be read and cannot be.
    package init(_ table: SweepTable, in sweep: SweepReader) throws(SystemError) {
        self.sweep = sweep
        self.table = try table.completed(from: sweep.curves)
    }

    /// The columns of the table.
    package var columns: [CellColumn] { table.columns }

    /// The columns that say which cell a row is of: axes, seed, identity, status and phase.
    package var keys: [CellColumn] {
        let names = ["seed", "cell", "status", "phase"]
        let count = table.plan.spec.axes.count
        return columns.enumerated().filter { $0.offset < count || names.contains($0.element.name) }
            .map(\.element)
    }

    /// What a cell's file holds; nil where the cell is not verified or its file gone.
    package func curves(of row: SweepTable.Row) throws(SystemError) -> CellSummary? {
        row.measured == nil ? nil : try sweep.curves(of: row.cell)
    }

    /// The measures along curves that are numbers, in the order asked for.
    package var measures: [Measure] {
        table.plan.spec.record.measures.map(\.measure).filter { $0.shape == .scalar }
    }
}

/// Losses, accuracies and scalar measures of a cell at every step at which any of them was recorded.
package struct CurveRows {
    /// The steps, ascending.
    package let steps: [Int]
    /// One column per name, with a number or nothing per step.
    package let columns: [[Double?]]

    /// The rows of a curve.
    ///
    /// - Parameters:
    ///   - curve: what was recorded.
    ///   - measures: the measures that have a column each, behind losses and accuracies.
    package init(_ curve: Curve, measures: [Measure]) {
        let measured = measures.map { measure in
            curve.measures.first { $0.measure == measure }
        }
        let own = measured.flatMap { $0?.ownSteps ?? [] }
        let steps = own.isEmpty ? curve.steps : Set(curve.steps).union(own).sorted()
        self.steps = steps
        func spread(_ values: [Double], _ at: [Int]) -> [Double?] {
            if at.count == steps.count { return values }
            var spread = [Double?](repeating: nil, count: steps.count)
            var place = 0
            for (step, value) in zip(at, values) {
                while steps[place] < step { place += 1 }
                spread[place] = value
            }
            return spread
        }
        columns =
            CurveColumn.recorded.map { spread($0.values(curve), curve.steps) }
            + measured.map { measured in
                measured.map { spread($0.values, $0.ownSteps ?? curve.steps) }
                    ?? [Double?](repeating: nil, count: steps.count)
            }
    }

    /// The names of the columns.
    package static func names(measures: [Measure]) -> [String] {
        CurveColumn.recorded.map(\.name) + measures.map(\.name)
    }
}
