package import Core

/// A sweep's results as figures take them; what costs reading is asked for only where a figure shows it.
package struct FigureSource: Sendable {
    /// Where every cell stands, on all axes.
    package var map: PhaseDiagramInput
    /// What a cell's training produced; nil where there is no sound file.
    package var outcome: @Sendable (GridPoint) throws -> CellOutcome? = { _ in nil }
    /// The map under another rule.
    package var mapUnder: @Sendable (PhaseRule) throws -> PhaseDiagramInput? = { _ in nil }
    /// What theory says of the share of splits that generalise, by train fraction; nil where it says nothing.
    package var theory: @Sendable () throws -> FractionTheory? = { nil }
    /// How well numbers from the first steps foretell which cells generalise.
    package var predictors: @Sendable () throws -> [PredictorCurve] = { [] }

    /// A source of nothing but the map.
    package init(_ map: PhaseDiagramInput) { self.map = map }
}

/// A probability over the train fraction that theory gives without training.
package struct FractionTheory: Sendable, Hashable {
    /// What the probability is, in words.
    package var name: String
    /// Where it was computed: train fractions and probabilities.
    package var points: [Plot.Point]
    /// The fraction at which it passes one half.
    package var critical: Double?

    /// A theory.
    package init(name: String, points: [Plot.Point], critical: Double?) {
        self.name = name
        self.points = points
        self.critical = critical
    }
}

/// The ROC curve of a predictor.
package struct PredictorCurve: Sendable, Hashable {
    /// The predictor, in words.
    package var name: String
    /// Area under the curve; below one half small values foretell generalisation.
    package var area: Double
    /// False and true positive rates from (0, 0) to (1, 1).
    package var points: [Plot.Point]

    /// A curve.
    package init(name: String, area: Double, points: [Plot.Point]) {
        self.name = name
        self.area = area
        self.points = points
    }
}
