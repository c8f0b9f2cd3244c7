/// What tells when a network has fitted and when it has generalised: thresholds, and for how many evaluations in a row they
/// must hold. A phase rule is a clock and a gap.
package struct Clock: Sendable, Hashable {
    /// Training accuracy that counts as fitted (≥).
    package var trainAccuracy: Double
    /// Validation accuracy that counts as generalised (≥).
    package var validationAccuracy: Double
    /// Consecutive evaluations for which a threshold must hold.
    package var sustain: Int

    /// A clock.
    package init(trainAccuracy: Double, validationAccuracy: Double, sustain: Int) {
        self.trainAccuracy = trainAccuracy
        self.validationAccuracy = validationAccuracy
        self.sustain = sustain
    }

    /// Its keys and numbers, as a sweep file has them.
    package var words: String {
        "{train_accuracy: \(CanonicalJSON.number(trainAccuracy)), validation_accuracy: "
            + "\(CanonicalJSON.number(validationAccuracy)), sustain: \(sustain)}"
    }
}

extension PhaseRule {
    /// The rule's clock.
    package var clock: Clock {
        Clock(
            trainAccuracy: trainAccuracy, validationAccuracy: validationAccuracy, sustain: sustain)
    }
}

extension Clock: Codable {
    private enum Key: String, CodingKey {
        case trainAccuracy = "train_accuracy"
        case validationAccuracy = "validation_accuracy"
        case sustain
    }

    /// What a threshold may be.
    package static let thresholds = Double.leastNonzeroMagnitude...1
    /// For how many evaluations it may have to hold.
    package static let sustains = 1...1_000_000

    /// Decodes its three numbers, none of which may be out of range.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        trainAccuracy = try container.decode(Double.self, forKey: .trainAccuracy)
        validationAccuracy = try container.decode(Double.self, forKey: .validationAccuracy)
        sustain = try container.decode(Int.self, forKey: .sustain)
        guard Clock.thresholds.contains(trainAccuracy),
            Clock.thresholds.contains(validationAccuracy), Clock.sustains.contains(sustain)
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .sustain, in: container, debugDescription: "\(words) is no clock")
        }
    }

    /// Encodes its three numbers.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(trainAccuracy, forKey: .trainAccuracy)
        try container.encode(validationAccuracy, forKey: .validationAccuracy)
        try container.encode(sustain, forKey: .sustain)
    }
}

/// When a run fitted and generalised by a clock.
package struct ClockReading: Sendable, Hashable, Codable {
    /// The clock.
    package var clock: Clock
    /// Where training accuracy reached its threshold; nil when it never did.
    package var train: Crossing?
    /// Where validation accuracy reached its threshold; nil when it never did.
    package var validation: Crossing?

    /// A reading.
    package init(_ clock: Clock, train: Crossing?, validation: Crossing?) {
        self.clock = clock
        self.train = train
        self.validation = validation
    }
}

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
