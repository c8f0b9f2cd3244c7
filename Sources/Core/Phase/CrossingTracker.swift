/// Finds a crossing while a curve is being made: feed every evaluation in order.
package struct CrossingTracker: Sendable, Equatable {
    private let threshold: Double
    private let sustain: Int
    private var runStart: Crossing?
    private var runLength = 0
    private var lastEvaluated = -1
    /// The crossing, once the threshold has held for the required number of consecutive evaluations.
    package private(set) var crossing: Crossing?

    /// Whether further evaluations over the threshold would make a crossing of one that has begun.
    package var isPending: Bool { crossing == nil && runStart != nil }

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

    /// All that has been seen so far as whole numbers, −1 standing for nothing: the last evaluated step, the length, step
    /// and earliest step of the present run above the threshold, step and earliest step of the crossing.
    package var memory: [Int] {
        [lastEvaluated, runLength]
            + [runStart, crossing].flatMap { [$0?.step ?? -1, $0?.notBefore ?? -1] }
    }

    /// Takes over the memory of another tracker with the same threshold.
    ///
    /// - Returns: whether these numbers can be a memory; nothing has changed when not.
    package mutating func restore(memory: [Int]) -> Bool {
        guard memory.count == 6, memory.allSatisfy({ (-1...1 << 48).contains($0) }) else {
            return false
        }
        func crossing(_ step: Int, _ notBefore: Int) -> Crossing? {
            step < 0 ? nil : Crossing(step: step, notBefore: notBefore)
        }
        lastEvaluated = memory[0]
        runLength = memory[1]
        runStart = crossing(memory[2], memory[3])
        self.crossing = crossing(memory[4], memory[5])
        return true
    }
}
