/// How the phase of a cell is read off its curves: Table 1 of Liu et al. 2022 with every threshold a parameter.
package struct PhaseRule: Sendable, Hashable, Codable {
    /// Training accuracy that counts as fitted (≥).
    package var trainAccuracy: Double
    /// Validation accuracy that counts as generalised (≥).
    package var validationAccuracy: Double
    /// Steps between the two crossings from which a delay counts as grokking (≥).
    package var gap: Int
    /// Consecutive evaluations for which a threshold must hold.
    package var sustain: Int

    /// A rule; the defaults are the published ones.
    package init(
        trainAccuracy: Double = 0.9, validationAccuracy: Double = 0.9, gap: Int = 1000,
        sustain: Int = 1
    ) {
        self.trainAccuracy = trainAccuracy
        self.validationAccuracy = validationAccuracy
        self.gap = gap
        self.sustain = sustain
    }

    private enum CodingKeys: String, CodingKey {
        case trainAccuracy = "train_accuracy"
        case validationAccuracy = "validation_accuracy"
        case gap
        case sustain
    }

    /// The phase of a run whose first crossings within its budget are these, and why.
    ///
    /// - Parameters:
    ///   - train: where training accuracy reached its threshold, nil when it never did.
    ///   - validation: where validation accuracy reached its threshold, nil when it never did.
    /// - Returns: the phase with its reason; `uncertain` when another crossing inside a bracket would change it.
    package func classify(train: Crossing?, validation: Crossing?) -> PhaseVerdict {
        var verdict = judge(train: train, validation: validation)
        verdict.train = train
        verdict.validation = validation
        return verdict
    }

    private func judge(train: Crossing?, validation: Crossing?) -> PhaseVerdict {
        switch (train, validation) {
        case (let train?, let validation?):
            let delay = validation.step - train.step
            let shortest = validation.notBefore - train.step
            let longest = validation.step - train.notBefore
            let uncertain = (shortest >= gap) != (longest >= gap)
            let steps = "train at \(train.step), validation at \(validation.step)"
            return delay >= gap
                ? PhaseVerdict(
                    .grokking, "\(steps): a delay of \(delay) ≥ gap \(gap)", uncertain: uncertain)
                : PhaseVerdict(
                    .comprehension, "\(steps): a delay of \(delay) < gap \(gap)",
                    uncertain: uncertain)
        case (let train?, nil):
            return PhaseVerdict(
                .memorization,
                "train at \(train.step), validation never reached \(validationAccuracy)")
        case (nil, let validation?):
            // Table 1 leaves this corner open: what never fits its training set is confused.
            return PhaseVerdict(
                .confusion,
                "train never reached \(trainAccuracy), though validation did at \(validation.step)")
        case (nil, nil):
            return PhaseVerdict(
                .confusion,
                "neither train reached \(trainAccuracy) nor validation \(validationAccuracy)")
        }
    }

    /// Whether no further step can change the phase of a run with these crossings: only when both are known, because
    /// a validation crossing may come as late as the last step of the budget.
    package func isDecided(train: Crossing?, validation: Crossing?) -> Bool {
        train != nil && validation != nil
    }
}

/// A phase and the reason for it.
package struct PhaseVerdict: Sendable, Hashable {
    /// The phase.
    package var phase: Phase
    /// One sentence with the steps and thresholds it rests on.
    package var reason: String
    /// Whether another crossing inside an evaluation bracket would change the phase.
    package var uncertain: Bool
    /// Where training accuracy reached the rule's threshold.
    package var train: Crossing?
    /// Where validation accuracy reached the rule's threshold.
    package var validation: Crossing?

    /// A verdict, certain unless said otherwise.
    package init(_ phase: Phase, _ reason: String, uncertain: Bool = false) {
        self.phase = phase
        self.reason = reason
        self.uncertain = uncertain
    }
}
