import Core
import Foundation

/// Learning curves: accuracies and losses over the steps, with the crossings, and measures below them.
enum Curves {
    /// A cell with its curves.
    struct Cell: Sendable {
        /// What tells it from the others: `seed 3`.
        var name: String
        /// What its training produced.
        var outcome: CellOutcome
        /// Its phase under the rule in question.
        var verdict: PhaseVerdict
    }

    /// More cells than these are drawn as a median in a band.
    static let mostLines = 8

    /// The curves of some cells of one site.
    ///
    /// - Parameters:
    ///   - cells: the cells, one at least.
    ///   - title: what stands above.
    ///   - rule: the rule that their crossings were found with.
    ///   - measures: whether every measure that was recorded has a panel below.
    /// - Returns: panels over one axis of steps.
    static func plot(_ cells: [Cell], title: String, rule: PhaseRule, measures: Bool) -> Plot {
        var plot = Plot(
            name: measures ? "Measures" : cells.count == 1 ? "Learning curve" : "Learning curves",
            title: title, description: description(cells),
            panels: [accuracies(cells, rule), losses(cells)]
                + (measures ? MeasurePanels.panels(cells) : []))
        for place in plot.panels.indices { plot.panels[place].x = stepAxis(cells) }
        plot.key = [
            Plot.Key(sign: .line(dashed: false), ink: .train, text: "training"),
            Plot.Key(sign: .line(dashed: true), ink: .validation, text: "validation"),
        ]
        if plot.panels.count > 2, cells.count > 1, cells.count <= mostLines {
            plot.key += cells.enumerated().map { number, cell in
                Plot.Key(
                    sign: .line(dashed: MeasurePanels.isDashed(number)),
                    ink: MeasurePanels.ink(number), text: cell.name)
            }
        }
        if cells.count > mostLines {
            plot.key[0].text += " (median, range of \(cells.count) cells)"
        }
        return plot
    }

    /// The axis of steps that all panels share.
    static func stepAxis(_ cells: [Cell]) -> Plot.Axis {
        let last = cells.compactMap { $0.outcome.curve.steps.last }.max() ?? 1
        return Plot.Axis(name: "step", scale: .steps, range: 0...Double(max(10, last)))
    }

    /// What the curves come to, in words.
    private static func description(_ cells: [Cell]) -> String {
        func last(_ values: [Double]) -> String {
            values.last.map { NumberText.value($0, digits: 4) } ?? "unknown"
        }
        return cells.map { cell in
            let curve = cell.outcome.curve
            return (cells.count > 1 ? "\(cell.name): over " : "Over ")
                + "\(NumberText.counted(cell.outcome.stepsRun, "step")) training accuracy ended at "
                + "\(last(curve.trainAccuracy)), validation accuracy at "
                + "\(last(curve.validationAccuracy)), training loss at \(last(curve.trainLoss)), "
                + "validation loss at \(last(curve.validationLoss)). "
                + "\(cell.verdict.phase.name): \(cell.verdict.reason)."
        }.joined(separator: " ")
    }

    /// The panel of accuracies: thresholds, crossings, and the delay where there is one cell.
    static func accuracies(_ cells: [Cell], _ rule: PhaseRule) -> Plot.Panel {
        var marks: [Plot.Mark] = []
        var labels: [Plot.Label] = []
        let crossings: [(LineInk, Double, String, (PhaseVerdict) -> Crossing?)] = [
            (.train, rule.trainAccuracy, "training", { $0.train }),
            (.validation, rule.validationAccuracy, "validation", { $0.validation }),
        ]
        if cells.count == 1, let verdict = cells.first?.verdict {
            if let train = verdict.train?.step, let validation = verdict.validation?.step {
                marks.append(
                    .shade(Double(min(train, validation))...Double(max(train, validation))))
            }
            for (ink, threshold, name, crossing) in crossings {
                guard let step = crossing(verdict)?.step else { continue }
                marks.append(.vertical(Double(step), ink, dashed: ink == .validation))
                labels.append(
                    Plot.Label(
                        x: Double(step),
                        text:
                            "\(name) ≥ \(NumberText.value(threshold)) at \(step.grouped)",
                        ink: ink))
            }
        }
        marks += Set([rule.trainAccuracy, rule.validationAccuracy]).sorted().map {
            .horizontal($0)
        }
        marks += lines(cells, .validation) { $0.validationAccuracy }
        marks += lines(cells, .train) { $0.trainAccuracy }
        if cells.count > 1 {
            for (ink, threshold, _, crossing) in crossings {
                let points = cells.compactMap { crossing($0.verdict) }.map {
                    Plot.Point(x: Double($0.step), y: threshold)
                }
                marks.append(.dots(points, ink))
            }
        }
        return Plot.Panel(
            x: stepAxis(cells),
            y: Plot.Axis(name: "accuracy", range: -0.04...1.04, ticks: [0, 0.25, 0.5, 0.75, 1]),
            marks: marks, labels: labels)
    }

    private static func losses(_ cells: [Cell]) -> Plot.Panel {
        Plot.Panel(
            x: stepAxis(cells), y: Plot.Axis(name: "loss", scale: .log),
            marks: lines(cells, .validation) { $0.validationLoss }
                + lines(cells, .train) { $0.trainLoss })
    }

    /// A quantity of every cell: a line each, or a median in the band of all.
    private static func lines(
        _ cells: [Cell], _ ink: LineInk, _ values: (Curve) -> [Double]
    ) -> [Plot.Mark] {
        let curves = cells.map { (steps: $0.outcome.curve.steps, values: values($0.outcome.curve)) }
        let dashed = ink == .validation
        guard cells.count > mostLines else {
            return curves.map { .line(points($0.steps, $0.values), ink, dashed: dashed) }
        }
        let band = band(curves)
        return [
            .band(band, ink),
            .line(band.map { Plot.Point(x: $0.x, y: $0.y) }, ink, dashed: dashed),
        ]
    }

    /// A curve as points.
    static func points(_ steps: [Int], _ values: [Double]) -> [Plot.Point] {
        zip(steps, values).map { Plot.Point(x: Double($0), y: $1) }
    }

    /// Median and range of some curves at steps that are even on a logarithmic axis. A curve has at each the value it
    /// recorded last; it counts until it ends, and nothing is shown where fewer than half are left.
    static func band(_ curves: [(steps: [Int], values: [Double])]) -> [Plot.Estimate] {
        let last = curves.compactMap(\.steps.last).max() ?? 0
        let decades = log10(Double(max(last, 1)))
        let steps = Set([0, last] + (0...200).map { Int(pow(10, decades * Double($0) / 200)) })
        return steps.sorted().compactMap { step in
            let values = curves.compactMap { curve -> Double? in
                guard let end = curve.steps.last, step <= end,
                    let place = curve.steps.lastIndex(where: { $0 <= step })
                else { return nil }
                return curve.values[place].isFinite ? curve.values[place] : nil
            }.sorted()
            guard values.count * 2 >= curves.count, let low = values.first,
                let high = values.last, let median = Median.of(values)
            else { return nil }
            return Plot.Estimate(x: Double(step), y: median, low: low, high: high)
        }
    }
}
