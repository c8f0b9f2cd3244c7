import Core
import Results

/// Comma-separated values (RFC 4180): a row per cell, or one per cell and recorded step.
struct CSVExporter: Exporter {
    let name = "csv"
    let summary = "comma-separated values, a row per cell; long: a row per cell and recorded step"
    let makes = ExportProduct.lines
    let options: Set<ExportOption> = [.long]

    func export(
        _ sweep: ExportedSweep, _ options: Set<ExportOption>, to target: ExportTarget
    ) throws {
        guard options.contains(.long) else {
            try target.line(CSVExporter.line(sweep.columns.map(\.name)))
            for row in sweep.table.rows {
                let values = sweep.columns.map { $0.value(row) }
                try target.line(CSVExporter.line(values.map(CSVExporter.text)))
            }
            return
        }
        let keys = sweep.keys
        try target.line(
            CSVExporter.line(
                keys.map(\.name) + ["step"] + CurveRows.names(measures: sweep.measures)))
        for row in sweep.table.rows {
            guard let summary = try sweep.curves(of: row) else { continue }
            let head = keys.map { CSVExporter.text($0.value(row)) }
            let curve = CurveRows(summary.outcome.curve, measures: sweep.measures)
            for (place, step) in curve.steps.enumerated() {
                let numbers = curve.columns.map { $0[place].map(CanonicalJSON.number) ?? "" }
                try target.line(CSVExporter.line(head + [String(step)] + numbers))
            }
        }
    }

    /// A value as text; `nan`, `inf` and `-inf` as they are, nothing where there is none.
    private static func text(_ value: CellValue?) -> String {
        switch value {
        case .number(let number): CanonicalJSON.number(number)
        case .integer(let number): String(number)
        case .text(let text): text
        case nil: ""
        }
    }

    /// A line; fields that hold what CSV is made of stand in quotation marks.
    static func line(_ fields: [String]) -> String {
        fields.map { field in
            guard field.utf8.contains(where: { [0x22, 0x2c, 0x0a, 0x0d].contains($0) }) else {
                return field
            }
            return "\"" + field.replacing("\"", with: "\"\"") + "\""
        }.joined(separator: ",")
    }
}
