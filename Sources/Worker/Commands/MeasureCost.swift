import Core
import Foundation
import Training

/// What `bench --measures` reports of one measure.
struct MeasureCost: Encodable, Equatable {
    /// The kind of cell.
    var cell: String
    /// The measure.
    var measure: String
    /// Whether it is cheap or costly, which decides the steps that it is evaluated at.
    var cost: String
    /// Seconds of one evaluation.
    var seconds: Double
    /// Evaluations in a run of 10,000 steps.
    var evaluations: Int
    /// What they add to the run's time, as a share of it.
    var share: Double

    /// The costs of one timed measure.
    init(_ cell: CellBenchmark.Cell, _ result: MeasureBenchmark) {
        self.cell = cell.rawValue
        measure = result.measure.name
        cost = result.measure.cost.rawValue
        seconds = result.seconds
        evaluations = result.evaluations
        share = result.share
    }

    /// A table in Markdown, with all cheap measures together at its end.
    static func table(_ costs: [MeasureCost]) -> String {
        func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
        var lines = [
            row(["measure", "", "ms each", "evaluations", "% of a run"]),
            row(["---", "---", "---:", "---:", "---:"]),
        ]
        for cost in costs {
            lines.append(
                row([
                    cost.measure, cost.cost, String(format: "%.3f", cost.seconds * 1e3),
                    String(cost.evaluations), Percent.digits(cost.share, decimals: 2),
                ]))
        }
        let cheap = costs.filter { $0.cost == Measure.Cost.cheap.rawValue }
        let share = cheap.reduce(0) { $0 + $1.share }
        lines.append(
            row(["all \(cheap.count) cheap ones", "", "", "", Percent.digits(share, decimals: 2)]))
        return lines.joined(separator: "\n")
    }
}
