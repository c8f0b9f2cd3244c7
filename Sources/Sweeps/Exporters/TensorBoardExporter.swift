import Core
import Foundation
import Results
import System

/// TensorBoard's event files: a run per verified cell, named after its coordinates, with its curves as scalars and its
/// coordinates as hyper-parameters.
struct TensorBoardExporter: Exporter {
    let name = "tensorboard"
    let summary = "a directory of event files, a run per verified cell"
    let makes = ExportProduct.folder
    let options: Set<ExportOption> = []

    func export(
        _ sweep: ExportedSweep, _ options: Set<ExportOption>, to target: ExportTarget
    ) throws {
        let plan = sweep.table.plan
        try Posix.makeDirectory(target.path)
        var taken: Set<String> = []
        for row in sweep.table.rows {
            var run = plan.label(row.cell.point).replacing(" ", with: ",").asFileName
            // What tells two long names of categories apart, or a slash from an underscore, is not in it.
            if !taken.insert(run).inserted { run += ",cell=\(row.cell.id.short)" }
            guard let summary = try sweep.curves(of: row) else { continue }
            let folder = "\(target.path)/\(run)"
            try Posix.makeDirectory(folder)
            let coordinates = sweep.keys.prefix(plan.spec.axes.count + 1).compactMap { column in
                column.value(row).map { (column.name, $0) }
            }
            let file = TensorBoardExporter.events(summary, coordinates, sweep.measures)
            let started = Int(file.started)
            // The same cell has the same name, so that it is replaced and not shown twice.
            try Posix.writeDurably(
                file.bytes, to: "\(folder)/events.out.tfevents.\(started).grokmap")
        }
    }

    /// The event file of a cell. Only start and end of a training are known; its steps are taken to have lasted equally long.
    private static func events(
        _ cell: CellSummary, _ coordinates: [(name: String, value: CellValue)],
        _ measures: [Measure]
    ) -> (bytes: [UInt8], started: Double) {
        let provenance = cell.provenance
        let started = Timestamp.date(provenance.started)?.timeIntervalSince1970 ?? 0
        let pace = provenance.wallSeconds / Double(max(cell.outcome.stepsRun, 1))
        var file = EventFile(started: started)
        file.add(hyperparameters: coordinates, at: started)
        let curve = CurveRows(cell.outcome.curve, measures: measures)
        for (place, step) in curve.steps.enumerated() {
            let values = zip(tags(measures), curve.columns).compactMap { tag, column in
                column[place].map { (tag, Float($0)) }
            }
            file.add(scalars: values, step: step, at: started + Double(step) * pace)
        }
        return (file.bytes, started)
    }

    /// A tag per column: TensorBoard puts those with the same beginning side by side.
    private static func tags(_ measures: [Measure]) -> [String] {
        ["loss/train", "accuracy/train", "loss/validation", "accuracy/validation"]
            + measures.map { "measures/\($0.name)" }
    }
}
