/// Reads a clock while a curve is being made: feed every evaluation in order.
package struct ClockTracker: Sendable, Equatable {
    /// The clock.
    package let clock: Clock
    private var train, validation: CrossingTracker

    /// A tracker of one clock.
    package init(_ clock: Clock) {
        self.clock = clock
        train = CrossingTracker(threshold: clock.trainAccuracy, sustain: clock.sustain)
        validation = CrossingTracker(threshold: clock.validationAccuracy, sustain: clock.sustain)
    }

    /// What it says so far.
    package var reading: ClockReading {
        ClockReading(clock, train: train.crossing, validation: validation.crossing)
    }

    /// Whether nothing is left to see by it: both crossings are known.
    package var isDecided: Bool { train.crossing != nil && validation.crossing != nil }

    /// Whether further evaluations over a threshold would make a crossing of one that has begun.
    package var isPending: Bool { train.isPending || validation.isPending }

    /// Takes in the accuracies at `step`; steps must ascend.
    package mutating func observe(train: Double, validation: Double, step: Int) {
        self.train.observe(train, step: step)
        self.validation.observe(validation, step: step)
    }

    /// Whole numbers in a memory.
    package static let memoryCount = 12

    /// All that has been seen so far as whole numbers.
    package var memory: [Int] { train.memory + validation.memory }

    /// Takes over the memory of another tracker of the same clock.
    ///
    /// - Returns: whether these numbers can be a memory.
    package mutating func restore(memory: [Int]) -> Bool {
        guard memory.count == ClockTracker.memoryCount else { return false }
        return train.restore(memory: Array(memory.prefix(6)))
            && validation.restore(memory: Array(memory.dropFirst(6)))
    }
}
