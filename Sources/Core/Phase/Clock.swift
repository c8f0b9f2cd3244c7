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
