/// What a cut said of a run.
package struct EarlyVerdict: Sendable, Hashable, Codable {
    /// The cut's text, `EarlyCut.rawValue`.
    private let text: String
    /// The value that the run had.
    package let value: Double

    /// The cut.
    package var cut: EarlyCut? { EarlyCut(rawValue: text) }

    /// A verdict on a run with this value.
    package init(_ cut: EarlyCut, value: Double) {
        text = cut.rawValue
        self.value = value
    }

    /// A verdict out of a cut's text; nil where that is none.
    package init?(text: String, value: Double) {
        guard EarlyCut(rawValue: text) != nil else { return nil }
        self.text = text
        self.value = value
    }

    /// Whether the run is taken not to generalise.
    package var isHopeless: Bool { cut?.isHopeless(value) ?? false }

    /// What is said of a run that was ended by it: it had fitted, so it is taken to memorize.
    package func verdict(train: Crossing?) -> PhaseVerdict {
        let value = CanonicalJSON.number(self.value)
        var verdict = PhaseVerdict(
            .memorization,
            "predicted, not measured: train at \(train?.step ?? 0), and of \(text) the value was \(value)"
        )
        verdict.train = train
        return verdict
    }
}
