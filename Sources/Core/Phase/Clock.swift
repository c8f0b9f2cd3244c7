/// What tells when a network has fitted and when it has generalised: thresholds, and for how many evaluations in a row they
/// must hold. A phase rule is a clock and a gap.
package struct Clock: Sendable, Hashable {
    /// Training accuracy that counts as fitted (≥).
    package var trainAccuracy = 0.9
    /// Validation accuracy that counts as generalised (≥).
    package var validationAccuracy = 0.9
    /// Consecutive evaluations for which a threshold must hold.
    package var sustain = 1

    /// The published clock.
    package init() {}

    /// A clock.
    package init(trainAccuracy: Double, validationAccuracy: Double, sustain: Int) {
        self.trainAccuracy = trainAccuracy
        self.validationAccuracy = validationAccuracy
        self.sustain = sustain
    }

    /// Its keys and numbers, as a sweep file has them.
    package var words: String {
        let settings = entries.map { "\($0.key): \(CanonicalJSON.text($0.value))" }
        return "{\(settings.joined(separator: ", "))}"
    }
}

extension Clock: KeyedMapping {
    static let keys: [Key<Clock>] = [
        Key(
            "train_accuracy", \.trainAccuracy, .number(0...1, excludingLowerBound: true),
            "fitted from this training accuracy on (≥)"),
        Key(
            "validation_accuracy", \.validationAccuracy, .number(0...1, excludingLowerBound: true),
            "generalised from this validation accuracy on (≥)"),
        Key(
            "sustain", \.sustain, .integer(1...1_000_000),
            "how many evaluations in a row a threshold must hold"),
    ]
}

extension Clock: Codable {
    /// Decodes its three numbers, none of which may be out of range.
    package init(from decoder: any Decoder) throws {
        self = try decoder.written { node throws(SweepError) in
            try Clock(try MappingReader(node, path: "clocks"))
        }
    }

    /// Encodes its three numbers.
    package func encode(to encoder: any Encoder) throws {
        try json(.complete).encode(to: encoder)
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
