import Core
import Results
import System

/// The consolidated file, which netCDF tools read, with the curves of all cells if asked.
struct NetCDFExporter: Exporter {
    let name = "netcdf"
    let summary = "sweep.h5 for netCDF tools and xarray; curves: every cell's curves in it"
    let makes = ExportProduct.file
    let options: Set<ExportOption> = [.curves]

    /// Bytes that the curves may take in memory.
    private static let most = 1 << 30

    func export(
        _ sweep: ExportedSweep, _ options: Set<ExportOption>, to target: ExportTarget
    ) throws {
        let curves = options.contains(.curves) ? try curves(of: sweep) : []
        try sweep.table.consolidate(to: target.path, with: curves)
    }

    /// The curves as variables over the grid and `record`, the number of a recorded step. Cells have recorded steps of their
    /// own; behind the last of each stands NaN.
    private func curves(of sweep: ExportedSweep) throws -> [GridVariable] {
        let rows = try sweep.table.rows.map { row in
            try sweep.curves(of: row).map {
                CurveRows($0.outcome.curve, measures: sweep.measures)
            }
        }
        let records = GridVariable.Dimension(
            "record", "number of the recorded step",
            count: rows.map { $0?.steps.count ?? 0 }.max() ?? 0)
        let names = CurveRows.names(measures: sweep.measures)
        let bytes = 8.0 * Double(rows.count) * Double(records.count) * Double(names.count + 1)
        guard bytes <= Double(NetCDFExporter.most) else {
            throw SystemError(
                "export the curves", "netcdf", "they would take \(Int(bytes / 1e6)) MB",
                hint: "--format csv --layout long writes them one after the other")
        }
        func padded(_ column: (CurveRows) -> [Double]) -> GridVariable.Values {
            .numbers(
                rows.flatMap { row in
                    let values = row.map(column) ?? []
                    return values + repeatElement(.nan, count: records.count - values.count)
                })
        }
        let step = GridVariable(
            "step", "updates made", units: "step", padded { $0.steps.map(Double.init) },
            inner: records)
        let descriptions =
            CurveColumn.recorded.map { ($0.longName, "1") }
            + sweep.measures.map { ($0.longName, $0.unit) }
        return [step]
            + zip(names, descriptions).enumerated().map { place, column in
                GridVariable(
                    "\(column.0)_curve", column.1.0, units: column.1.1,
                    padded { $0.columns[place].map { $0 ?? .nan } }, inner: records,
                    coordinate: "step")
            }
    }
}
