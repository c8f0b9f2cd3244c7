/// A number of a run's first steps, and the cut that calls the run hopeless.
package struct EarlyCut: Sendable, Hashable {
    /// What is computed of the first steps; `Predictor` in Theory says how.
    package enum Quantity: String, Sendable, CaseIterable {
        /// Hjorth activity of the training loss (Notsawo et al. 2023).
        case activity
        /// Hjorth mobility of the training loss.
        case mobility
        /// Complexity of the training loss, as the paper prints it.
        case complexity
        /// Share of slow components of the training loss.
        case lowFrequencyEnergy = "low_frequency_energy"
        /// Sum of the rises of the training loss' logarithm (after Thilak et al. 2022).
        case lossRises = "loss_rises"
        /// Slingshots: spikes of the training loss between which the last layer has grown (Thilak et al. 2022).
        case slingshots
        /// Entropy difference under perturbation (Tan & Huang 2023).
        case entropyDifference = "entropy_difference"
        /// Mutual information difference under perturbation (Tan & Huang 2023).
        case informationDifference = "information_difference"
        /// Validation accuracy.
        case validationAccuracy = "validation_accuracy"
        /// Validation loss.
        case validationLoss = "validation_loss"
        /// Training accuracy.
        case trainAccuracy = "train_accuracy"
        /// Training loss.
        case trainLoss = "train_loss"

        /// The measure that a run must record for it; nil where every run has what it takes.
        package var measure: Measure? {
            switch self {
            case .slingshots: .lastLayerNorm
            case .entropyDifference: .entropyDifference
            case .informationDifference: .informationDifference
            case .activity, .mobility, .complexity, .lowFrequencyEnergy, .lossRises,
                .validationAccuracy, .validationLoss, .trainAccuracy, .trainLoss:
                nil
            }
        }
    }

    /// What is computed.
    package var quantity: Quantity
    /// Steps that are looked at: 0 ..< steps.
    package var steps: Int
    /// The cut.
    package var threshold: Double
    /// Whether runs above it are taken to generalise, not those up to it.
    package var above: Bool

    /// Steps that may be looked at: those whose training loss is kept one by one.
    package static let windows = 4...400

    /// A cut.
    package init(_ quantity: Quantity, steps: Int, threshold: Double, above: Bool) {
        self.quantity = quantity
        self.steps = steps
        self.threshold = threshold
        self.above = above
    }

    /// What a run does not record and the cut needs: the problem and the remedy; nil where it records all.
    package func lack(in record: RecordRequest) -> (problem: String, hint: String)? {
        guard let measure = quantity.measure,
            !record.measures.contains(where: { $0.measure == measure })
        else { return nil }
        return (
            "\(quantity.rawValue) is computed from a measure that is not recorded",
            "add \(measure.name) to record: {measures: …}"
        )
    }

    /// Whether a run with this value is taken not to generalise; one without a value is not.
    package func isHopeless(_ value: Double) -> Bool {
        !value.isNaN && (value > threshold) != above
    }
}

extension EarlyCut: KeyedMapping {
    init() { self.init(.validationAccuracy, steps: 400, threshold: 0, above: true) }

    static let keys: [Key<EarlyCut>] = [
        Key(
            "predictor", \.quantity, .choice, isRequired: true,
            "a name that `grokmap predict` prints"),
        Key(
            "steps", \.steps, .integer(windows), "how many of the first steps it looks at"),
        side(true, "above", "runs whose value is above this are taken to generalise"),
        side(false, "below", "runs whose value is not above this are taken to generalise"),
    ]

    /// The cut, under the name that says which runs are taken to generalise.
    private static func side(_ above: Bool, _ name: String, _ meaning: String) -> Key<EarlyCut> {
        Key(
            KeyRow(
                name: name, type: "number", standard: "–", bounds: "one of both", meaning: meaning),
            read: { reader, cut throws(SweepError) in
                guard reader.node(name) != nil else { return }
                cut.threshold = try KeyCodec<Double>.anyNumber.read(&reader, name, nil)
                cut.above = above
            }, json: { cut, _ in cut.above == above ? .number(cut.threshold) : nil })
    }
}

/// The text that stands for a cut in messages and files: `validation_accuracy@400>0.2`, the quantity, the steps looked at, and
/// what it takes to be thought to generalise.
extension EarlyCut: RawRepresentable {
    /// Reads a cut's text.
    package init?(rawValue: String) {
        let halves = rawValue.split(separator: "@", omittingEmptySubsequences: false)
        guard halves.count == 2, let quantity = Quantity(rawValue: String(halves[0])) else {
            return nil
        }
        let above = halves[1].contains(">")
        let sign = above ? ">" : "<="
        guard let place = halves[1].firstRange(of: sign),
            let steps = Int(halves[1][..<place.lowerBound]), EarlyCut.windows.contains(steps),
            let threshold = Double(halves[1][place.upperBound...]), threshold.isFinite
        else { return nil }
        self.init(quantity, steps: steps, threshold: threshold, above: above)
        guard self.rawValue == rawValue else { return nil }
    }

    /// The cut's text.
    package var rawValue: String {
        let sign = above ? ">" : "<="
        return "\(quantity.rawValue)@\(steps)\(sign)\(CanonicalJSON.number(threshold))"
    }
}
