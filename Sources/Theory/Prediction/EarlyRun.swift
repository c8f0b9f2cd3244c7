/// What is known of a run after its first steps: all that a predictor may look at.
package struct EarlyRun: Sendable, Hashable {
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

    /// A run seen up to a step, the window's end.
    package init(
        trainLoss: [Double], steps: [Int], trainAccuracy: [Double], validationAccuracy: [Double],
        validationLoss: [Double]
    ) {
        self.trainLoss = trainLoss
        self.steps = steps
        self.trainAccuracy = trainAccuracy
        self.validationAccuracy = validationAccuracy
        self.validationLoss = validationLoss
    }
}
