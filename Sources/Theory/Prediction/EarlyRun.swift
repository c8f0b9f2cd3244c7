package import Core

/// What is known of a run after its first steps: all that a predictor may look at.
package struct EarlyRun: Sendable {
    /// Training loss of the steps 0, 1, …, as the result file keeps it.
    package var trainLoss: [Double]
    /// Kept steps within the window.
    package var steps: [Int]
    /// Training accuracy at the kept steps.
    package var trainAccuracy: [Double]
    /// Validation accuracy at the kept steps.
    package var validationAccuracy: [Double]
    /// Validation loss at the kept steps.
    package var validationLoss: [Double]
    /// Each measure that was recorded, at the steps that it was evaluated at within the window.
    package var measures: [Measure: [(step: Int, value: Double)]]

    /// A run seen up to a step, the window's end.
    package init(
        trainLoss: [Double], steps: [Int], trainAccuracy: [Double], validationAccuracy: [Double],
        validationLoss: [Double], measures: [Measure: [(step: Int, value: Double)]] = [:]
    ) {
        self.trainLoss = trainLoss
        self.steps = steps
        self.trainAccuracy = trainAccuracy
        self.validationAccuracy = validationAccuracy
        self.validationLoss = validationLoss
        self.measures = measures
    }

    /// The steps 0 ..< window of a curve.
    package init(_ curve: Curve, window: Int) {
        let kept = curve.steps.prefix { $0 < window }.count
        var measures: [Measure: [(step: Int, value: Double)]] = [:]
        for measured in curve.measures where measured.width == 1 {
            measures[measured.measure] = zip(measured.ownSteps ?? curve.steps, measured.values)
                .prefix { $0.0 < window }.map { (step: $0.0, value: $0.1) }
        }
        self.init(
            trainLoss: Array(curve.earlyTrainLoss.prefix(window)),
            steps: Array(curve.steps.prefix(kept)),
            trainAccuracy: Array(curve.trainAccuracy.prefix(kept)),
            validationAccuracy: Array(curve.validationAccuracy.prefix(kept)),
            validationLoss: Array(curve.validationLoss.prefix(kept)), measures: measures)
    }
}
