/// The first step at which an accuracy reached its threshold.
package struct Crossing: Sendable, Hashable, Codable {
    /// The first evaluated step at which the threshold held.
    package var step: Int
    /// The earliest step at which it can have held: `step` itself when every step before was evaluated.
    package var notBefore: Int

    /// A crossing known to the step.
    package init(step: Int) {
        self.step = step
        self.notBefore = step
    }

    /// A crossing known to lie in `notBefore...step`.
    package init(step: Int, notBefore: Int) {
        self.step = step
        self.notBefore = notBefore
    }
}

/// Finds a crossing while a curve is being made: feed every evaluation in order.
package struct CrossingTracker: Sendable, Equatable {
    private let threshold: Double
    private let sustain: Int
    private var runStart: Crossing?
    private var runLength = 0
    private var lastEvaluated = -1
    /// The crossing, once the threshold has held for the required number of consecutive evaluations.
    package private(set) var crossing: Crossing?

    /// A tracker for `accuracy ≥ threshold` over `sustain` consecutive evaluations.
    package init(threshold: Double, sustain: Int) {
        self.threshold = threshold
        self.sustain = sustain
    }

    /// Takes in the accuracy at `step`; steps must ascend. A NaN never holds.
    package mutating func observe(_ accuracy: Double, step: Int) {
        defer { lastEvaluated = step }
        guard crossing == nil else { return }
        guard accuracy >= threshold else {
            runStart = nil
            runLength = 0
            return
        }
        runLength += 1
        let start = runStart ?? Crossing(step: step, notBefore: lastEvaluated + 1)
        runStart = start
        if runLength >= sustain { crossing = start }
    }
}
