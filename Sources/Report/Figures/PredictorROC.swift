import Core

/// ROC curves of predictors: how well numbers from the first steps foretell which cells generalise.
enum PredictorROC {
    /// The figure.
    static func plot(_ map: PhaseDiagramInput, _ curves: [PredictorCurve]) throws -> Plot {
        guard !curves.isEmpty else {
            throw FigureError(
                "nothing to foretell: no two cells that end differently run long enough")
        }
        // Those that tell most come first, whichever side of them tells.
        let ranked = curves.sorted {
            (abs($0.area - 0.5), $1.name) > (abs($1.area - 0.5), $0.name)
        }
        let diagonal = [Plot.Point(x: 0, y: 0), Plot.Point(x: 1, y: 1)]
        var plot = Plot(
            name: "ROC of predictors", title: map.title,
            description: ranked.map {
                "\($0.name): area under the curve \(NumberText.value($0.area, digits: 3))."
            }.joined(separator: " "),
            panels: [
                Plot.Panel(
                    x: Plot.Axis(name: "false positive rate", range: 0...1),
                    y: Plot.Axis(name: "true positive rate", range: 0...1),
                    marks: [.line(diagonal, .theory, dashed: true)]
                        + ranked.enumerated().map { number, curve in
                            .line(curve.points, .series(number), dashed: number > 5)
                        })
            ])
        plot.aspect = 1
        plot.width = 480
        plot.key = ranked.enumerated().map { number, curve in
            Plot.Key(
                sign: .line(dashed: number > 5), ink: .series(number),
                text: "\(curve.name) (AUC \(NumberText.value(curve.area, digits: 3)))")
        }
        plot.notes =
            [
                "Positive is a cell that generalises. A curve below the diagonal foretells with its small "
                    + "values."
            ]
            + DiagramText.provenance(map)
        return plot
    }
}
