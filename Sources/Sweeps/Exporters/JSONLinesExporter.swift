import Core
import Results

/// One JSON object a line: a cell, with its curves if asked, or a cell at a recorded step.
struct JSONLinesExporter: Exporter {
    let name = "jsonl"
    let summary = "JSON lines, an object per cell; curves: its curves in it as lists"
    let makes = ExportProduct.lines
    let options: Set<ExportOption> = [.long, .curves]

    func export(
        _ sweep: ExportedSweep, _ options: Set<ExportOption>, to target: ExportTarget
    ) throws {
        let columns = options.contains(.long) ? sweep.keys : sweep.columns
        let names = CurveRows.names(measures: sweep.measures)
        for row in sweep.table.rows {
            let members = columns.map { ($0.name, JSONLinesExporter.value($0.value(row))) }
            guard !options.isEmpty else {
                try target.line(JSONLinesExporter.object(members))
                continue
            }
            guard let summary = try sweep.curves(of: row) else {
                if !options.contains(.long) { try target.line(JSONLinesExporter.object(members)) }
                continue
            }
            let curve = CurveRows(summary.outcome.curve, measures: sweep.measures)
            if options.contains(.long) {
                for (place, step) in curve.steps.enumerated() {
                    let numbers = zip(names, curve.columns).map {
                        ($0, JSONLinesExporter.number($1[place]))
                    }
                    try target.line(
                        JSONLinesExporter.object(members + [("step", "\(step)")] + numbers))
                }
            } else {
                let lists = zip(names, curve.columns).map { name, column in
                    let numbers = column.map(JSONLinesExporter.number).joined(separator: ",")
                    return (name, "[\(numbers)]")
                }
                let steps = "[\(curve.steps.map(String.init).joined(separator: ","))]"
                let curves = JSONLinesExporter.object([("step", steps)] + lists)
                try target.line(JSONLinesExporter.object(members + [("curves", curves)]))
            }
        }
    }

    /// An object with its members in this order.
    private static func object(_ members: [(name: String, text: String)]) -> String {
        let texts = members.map { "\(CanonicalJSON.text(.string($0.name))):\($0.text)" }
        return "{\(texts.joined(separator: ","))}"
    }

    private static func value(_ value: CellValue?) -> String {
        guard case .text(let text) = value else { return number(value?.number) }
        return CanonicalJSON.text(.string(text))
    }

    /// A number; JSON has no word for those that are not finite.
    private static func number(_ number: Double?) -> String {
        number.map { $0.isFinite ? CanonicalJSON.number($0) : "null" } ?? "null"
    }
}
