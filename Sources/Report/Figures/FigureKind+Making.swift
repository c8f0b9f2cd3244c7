package import Core

extension FigureKind {
    /// Makes the figure that is asked for: the registry of how kinds are made.
    ///
    /// - Parameters:
    ///   - request: what of the sweep it shows; its kind is this one.
    ///   - source: the sweep's results.
    /// - Returns: the figure, whatever it will look like.
    /// - Throws: `FigureError` when the sweep lacks what the kind needs, or what a source throws.
    package func figure(_ request: FigureRequest, _ source: FigureSource) throws -> any Figure {
        let map = source.map
        if let (key, problem) = request.obstacle(axes: map.axes, seeds: map.seeds) {
            throw FigureError(key, problem)
        }
        let selection = FigureSelection(map, request)
        switch self {
        case .phaseDiagram:
            return PhaseDiagram(
                selection.map, overlays: try MapOverlay.asked(request, selection.map, source))
        case .delay: return SiteMaps.delay(selection.map)
        case .trainStep: return SiteMaps.trainStep(selection.map)
        case .validationStep: return SiteMaps.validationStep(selection.map)
        case .accuracy: return SiteMaps.accuracies(selection.map)
        case .agreement: return SiteMaps.agreement(selection.map)
        case .measure:
            return try SiteMaps.measure(
                selection.map, request.measure ?? "", maximum: request.maximum,
                outcome: source.outcome)
        case .phaseFractions: return PhaseFractions.plot(selection.map)
        case .generalisation: return Generalisation.plot(selection.map)
        case .border: return Border.plot(selection.map)
        case .curves, .measures:
            let cells = try source.curves(selection.cells())
            guard !cells.isEmpty else { throw FigureError("no cell of this site is trained") }
            var plot = Curves.plot(
                cells, title: map.title, rule: map.rule, measures: self == .measures)
            plot.panels[0].title = selection.slices.joined(separator: ", ")
            plot.notes = DiagramText.provenance(map)
            return plot
        case .curveGallery: return try CurveGallery.plot(selection, source)
        case .bothClocks:
            return try BothClocks.row(source) { FigureSelection($0, request).map }
        case .criticalFraction:
            return CriticalFractionFigure.plot(selection.map, theory: try source.theory())
        case .predictorROC: return try PredictorROC.plot(map, try source.predictors())
        case .powerLaw: return PowerLawFigure.plot(selection.map)
        case .competingTimes: return CompetingTimes.plot(map, request)
        }
    }
}
