import Core
import Foundation

/// Steps to generalise along an axis, and the power law through them.
enum PowerLawFigure {
    /// What there is of one panel.
    private struct Series {
        let title: String?
        let along: AlongAxis
        let steps: StepsAlong
        /// The fit over all cells that generalise at a positive step and value.
        let law: PowerLaw?

        init(_ title: String?, _ along: AlongAxis) {
            self.title = title
            self.along = along
            steps = StepsAlong(along) { $0.validation }
            law = PowerLaw(steps.points.filter { $0.x > 0 && $0.y > 0 })
        }

        /// The fit in words.
        var words: String {
            guard let law else {
                return "no fit: cells generalise at fewer than three values"
            }
            return "\(label), a = \(PowerLawFigure.short(law.factor)), which explains "
                + "\(Percent.text(law.explained)) of the variance of ln t"
        }

        /// The fit above its panel.
        var label: String {
            guard let law else { return "no fit" }
            return "γ = \(PowerLawFigure.short(law.exponent)), "
                + "b = \(PowerLawFigure.short(law.offset))"
        }

        /// The curve between the outermost values that it was fitted to.
        var curve: [Plot.Point] {
            let places = steps.points.map(\.x).filter { $0 > 0 }
            guard let law, let low = places.min(), let high = places.max() else { return [] }
            return (0...80).map { number in
                let x = low * pow(high / low, Double(number) / 80)
                return Plot.Point(x: x, y: law.value(x))
            }
        }
    }

    private static func short(_ value: Double) -> String { NumberText.value(value, digits: 3) }

    /// The figure of a map along an axis of positive numbers, whose other axes are pooled; a second axis makes panels.
    static func plot(_ map: PhaseDiagramInput) -> Plot {
        let all = AlongAxis.panels(map).map { Series($0.title, $0.part) }
        var plot = Plot(
            name: "Power law of the steps to generalise", title: map.title,
            description: all.map { series in
                (series.title.map { "\($0): " } ?? "")
                    + "median steps to generalise by \(NumberText.words(series.along.axis.name)): "
                    + "\(series.steps.words(series.along)); \(series.words)."
            }.joined(separator: " "),
            panels: all.map { series in
                let title =
                    series.title ?? map.sliceTitle
                var marks: [Plot.Mark] = [
                    .dots(
                        series.steps.points.map { Plot.Point(x: $0.x, y: $0.y) }, .validation)
                ]
                if series.law != nil {
                    marks.insert(.line(series.curve, .theory, dashed: true), at: 0)
                }
                let place = series.along.places.first?.value ?? 0
                return Plot.Panel(
                    title: title, x: series.along.plotAxis,
                    y: Plot.Axis(name: "steps to generalise", scale: .log), marks: marks,
                    labels: [Plot.Label(x: place, text: series.label, ink: .theory)])
            })
        plot.columns = min(3, all.count)
        plot.aspect = all.count > 1 ? 0.75 : 0.5
        plot.key = [Plot.Key(sign: .dot, ink: .validation, text: "cell that generalises")]
        if all.contains(where: { $0.law != nil }) {
            plot.key.append(
                Plot.Key(sign: .line(dashed: true), ink: .theory, text: "t = a·x^−γ + b"))
        }
        let never = all.reduce(0) { $0 + $1.steps.never }
        plot.notes =
            [
                "The fit is that of least squares in ln t over the cells that generalise, x in the unit "
                    + "of the axis"
                    + (never > 0
                        ? "; \(NumberText.counted(never, "cell")) that never did within the budget "
                            + "cannot be in it, so where there are such it is too flat."
                        : ".")
            ] + DiagramText.provenance(map)
        return plot
    }
}
