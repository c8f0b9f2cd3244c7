import Core
import Foundation

/// The share of cells that generalise along an axis, with Wilson's interval, and the border that a logistic fit finds.
enum Generalisation {
    /// What there is of one panel.
    struct Series {
        /// Shares with their intervals.
        let estimates: [Plot.Estimate]
        /// The fit, over the axis' values or their logarithms.
        let fit: LogisticFit?
        /// The border with its 95 % interval, in the axis' unit; nil without a fit, or where it lies beyond the values
        /// that were measured.
        let border: (middle: Double, low: Double, high: Double)?
        /// Neighbouring values between which the share passes one half, where the turn is too steep for a fit.
        let between: (low: Double, high: Double)?

        /// The series of a sweep along an axis.
        init(_ along: AlongAxis) {
            let isLog = along.isLog
            var estimates: [Plot.Estimate] = []
            var counts: [LogisticFit.Count] = []
            for place in along.places {
                let hits = place.phases.count { $0 == .comprehension || $0 == .grokking }
                guard !place.phases.isEmpty else { continue }
                let interval = WilsonInterval(hits, of: place.phases.count)
                estimates.append(
                    Plot.Estimate(
                        x: place.value, y: Double(hits) / Double(place.phases.count),
                        low: interval.low, high: interval.high))
                counts.append(
                    LogisticFit.Count(
                        x: isLog ? log10(place.value) : place.value, hits: hits,
                        of: place.phases.count))
            }
            self.estimates = estimates
            // Between words there is no border.
            let fit = along.axis.isCategorical ? nil : LogisticFit(counts)
            self.fit = fit
            func back(_ x: Double) -> Double { isLog ? pow(10, x) : x }
            border = fit.flatMap { fit in
                let middle = back(fit.border)
                // Beyond the outermost values nobody has looked: a fit goes on there, and claims a border anywhere.
                guard let first = estimates.first, let last = estimates.last,
                    (first.x...last.x).contains(middle)
                else { return nil }
                let half = 1.959963984540054 * fit.borderDeviation
                return (middle, back(fit.border - half), back(fit.border + half))
            }
            let turns = zip(estimates, estimates.dropFirst()).filter {
                ($0.y < 0.5) != ($1.y < 0.5)
            }
            between =
                fit == nil && !along.axis.isCategorical && turns.count == 1
                ? turns.first.map { ($0.0.x, $0.1.x) } : nil
        }

        /// The fitted curve over a range.
        func curve(_ axis: Plot.Axis) -> [Plot.Point] {
            guard let fit, let range = axis.range else { return [] }
            return (0...80).map { number in
                let share = Double(number) / 80
                let isLog = axis.scale == .log
                let x =
                    isLog
                    ? range.lowerBound * pow(range.upperBound / range.lowerBound, share)
                    : range.lowerBound + share * (range.upperBound - range.lowerBound)
                return Plot.Point(x: x, y: fit.probability(isLog ? log10(x) : x))
            }
        }

        /// The border in words.
        var words: String {
            if let border {
                return "border at \(NumberText.value(border.middle, digits: 3)) "
                    + "(95 %: \(NumberText.value(border.low, digits: 3)) to "
                    + "\(NumberText.value(border.high, digits: 3)))"
            }
            if let between {
                return "border between \(NumberText.value(between.low)) and "
                    + "\(NumberText.value(between.high)), too steep for a fit"
            }
            return "no border"
        }
    }

    /// The figure of a map whose other axes are pooled; a second axis makes panels.
    static func plot(_ map: PhaseDiagramInput) -> Plot {
        let panels = AlongAxis.panels(map).map { ($0.title, $0.part, Series($0.part)) }
        var plot = Plot(
            name: "Generalisation", title: map.title,
            description: panels.map { title, part, series in
                (title.map { "\($0): " } ?? "")
                    + "share that generalises by \(NumberText.words(part.axis.name)): "
                    + series.estimates.map {
                        "\(part.shown($0.x)): \(NumberText.value($0.y, digits: 2))"
                    }.joined(separator: "; ") + "; \(series.words)."
            }.joined(separator: " "),
            panels: panels.map { title, part, series in
                panel(
                    title ?? map.sliceTitle, part,
                    series)
            })
        plot.columns = min(3, panels.count)
        plot.aspect = panels.count > 1 ? 0.75 : 0.42
        plot.sharesY = panels.count > 1
        plot.key = [
            Plot.Key(sign: .dot, ink: .validation, text: "share of cells, 95 % interval (Wilson)")
        ]
        if panels.contains(where: { $0.2.fit != nil }) {
            plot.key.append(
                Plot.Key(sign: .line(dashed: true), ink: .theory, text: "logistic fit"))
        }
        plot.notes =
            [
                "Cells that comprehend or grok, of those whose phase is known, over "
                    + DiagramText.pooled(map)
                    + ". The border is where the fit is one half; its interval is by the delta method."
            ] + DiagramText.provenance(map)
        return plot
    }

    private static func panel(_ title: String?, _ part: AlongAxis, _ series: Series) -> Plot.Panel {
        let axis = part.plotAxis
        var marks: [Plot.Mark] = [.horizontal(0.5)]
        var labels: [Plot.Label] = []
        if let border = series.border, let range = axis.range {
            marks.append(
                .shade(
                    max(
                        border.low, range.lowerBound)...max(
                            max(border.low, range.lowerBound), min(border.high, range.upperBound))))
            marks.append(.vertical(border.middle, .theory, dashed: true))
            labels = [Plot.Label(x: border.middle, text: series.words, ink: .theory)]
        } else if let between = series.between {
            marks.append(.shade(between.low...between.high))
            labels = [Plot.Label(x: between.low, text: series.words, ink: .theory)]
        }
        if series.fit != nil { marks.append(.line(series.curve(axis), .theory, dashed: true)) }
        marks.append(.estimates(series.estimates, .validation))
        return Plot.Panel(
            title: title, x: axis, y: Plot.Axis(name: "P(generalises)", range: -0.04...1.04),
            marks: marks, labels: labels)
    }
}
