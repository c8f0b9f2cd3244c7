import Core

/// The share of cells that generalise over the train fraction, beside what theory says of it.
enum CriticalFractionFigure {
    /// The figure of a map whose first axis is the train fraction and whose others are pooled.
    static func plot(_ map: PhaseDiagramInput, theory: FractionTheory?) -> Plot {
        let along = AlongAxis(map)
        let series = Generalisation.Series(along)
        var marks: [Plot.Mark] = [.horizontal(0.5)]
        var labels: [Plot.Label] = []
        var sentences = [
            "measured: "
                + series.estimates.map {
                    "\(NumberText.value($0.x)): \(NumberText.value($0.y, digits: 2))"
                }.joined(separator: "; ") + "; \(series.words)."
        ]
        if let border = series.border {
            marks.append(.shade(max(border.low, 0)...min(border.high, 1)))
            marks.append(.vertical(border.middle, .validation, dashed: true))
            labels.append(Plot.Label(x: border.middle, text: series.words, ink: .validation))
        }
        if let theory {
            marks.append(.line(theory.points, .theory, dashed: true))
            if let critical = theory.critical {
                marks.append(.vertical(critical, .theory, dashed: true))
                labels.append(
                    Plot.Label(
                        x: critical, text: "theory: \(NumberText.value(critical, digits: 3))",
                        ink: .theory))
                sentences.append(
                    "Theory has its critical fraction at \(NumberText.value(critical, digits: 3)).")
            }
        }
        marks.append(.estimates(series.estimates, .validation))
        var plot = Plot(
            name: "Critical fraction", title: map.title,
            description: sentences.joined(separator: " "),
            panels: [
                Plot.Panel(
                    title: map.sliceTitle,
                    x: Plot.Axis(name: NumberText.words(along.axis.name), range: 0...1),
                    y: Plot.Axis(name: "probability", range: -0.04...1.04), marks: marks,
                    labels: labels)
            ])
        plot.aspect = 0.5
        plot.key = [
            Plot.Key(
                sign: .dot, ink: .validation,
                text: "share of cells that generalise, 95 % interval (Wilson)")
        ]
        if let theory {
            plot.key.append(
                Plot.Key(sign: .line(dashed: true), ink: .theory, text: "theory: \(theory.name)"))
        }
        plot.notes =
            (theory == nil ? ["No theory speaks of this sweep's task and model."] : [])
            + DiagramText.provenance(map)
        return plot
    }
}
