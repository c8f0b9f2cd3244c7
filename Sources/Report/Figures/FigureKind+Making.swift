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
        switch self {
        case .phaseDiagram:
            let shown = try FigureSelection(map, request).map
            return PhaseDiagram(
                shown, overlays: try MapOverlay.asked(request, shown, source))
        case .delay: return SiteMaps.delay(try FigureSelection(map, request).map)
        case .trainStep: return SiteMaps.trainStep(try FigureSelection(map, request).map)
        case .validationStep: return SiteMaps.validationStep(try FigureSelection(map, request).map)
        case .accuracy: return SiteMaps.accuracies(try FigureSelection(map, request).map)
        case .agreement: return try SiteMaps.agreement(try FigureSelection(map, request).map)
        case .measure:
            return try SiteMaps.measure(
                try FigureSelection(map, request).map, request.measure ?? "",
                maximum: request.maximum, outcome: source.outcome)
        case .phaseFractions:
            return PhaseFractions.plot(
                try FigureSelection(map, request, drawing: 1, rest: .pooled).map)
        case .generalisation:
            return Generalisation.plot(
                try FigureSelection(map, request, drawing: 1, rest: .pooled).map)
        case .border:
            return try Border.plot(try FigureSelection(map, request, rest: .pooled).map)
        case .curves, .measures:
            let selection = try FigureSelection(map, request, drawing: 0, rest: .fixed)
            let cells = try source.curves(selection.cells())
            guard !cells.isEmpty else { throw FigureError("no cell of this site is trained") }
            var plot = Curves.plot(
                cells, title: map.title, rule: map.rule, measures: self == .measures)
            plot.panels[0].title = selection.slices.joined(separator: ", ")
            plot.notes = DiagramText.provenance(map)
            return plot
        case .curveGallery:
            return try CurveGallery.plot(
                try FigureSelection(map, request, drawing: 1, rest: .fixed), source)
        case .bothClocks:
            return try BothClocks.row(source) { try FigureSelection($0, request).map }
        case .criticalFraction:
            var request = request
            let fractions = map.axes.filter { $0.path == "train_fraction" }
            guard let axis = fractions.first, axis.values.count > 1 else {
                throw FigureError("this sweep has no axis of train fractions")
            }
            request.x = axis.name
            return CriticalFractionFigure.plot(
                try FigureSelection(map, request, drawing: 1, rest: .pooled).map,
                theory: try source.theory())
        case .predictorROC: return try PredictorROC.plot(map, try source.predictors())
        case .powerLaw:
            return try PowerLawFigure.plot(
                try FigureSelection(map, request, drawing: 1, rest: .pooled).map)
        case .competingTimes: return try CompetingTimes.plot(map, request)
        }
    }
}
