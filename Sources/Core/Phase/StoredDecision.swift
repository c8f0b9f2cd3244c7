extension PhaseRule {
    /// The phase that a stored outcome has under this rule, or nil when its curves hold too little to decide it (the cell
    /// then counts as missing under this rule).
    ///
    /// With `sustain` 1 the stored curves hold every new maximum of an accuracy, so the first crossing of any threshold
    /// is exact. A sustained crossing is known only under the rule the cell was trained with, or when the threshold was
    /// never touched at all.
    package func decide(_ outcome: CellOutcome) -> PhaseVerdict? {
        let train = crossing(
            threshold: trainAccuracy, stored: outcome.trainCrossing,
            storedThreshold: outcome.rule.trainAccuracy, outcome: outcome,
            accuracies: outcome.curve.trainAccuracy)
        let validation = crossing(
            threshold: validationAccuracy, stored: outcome.validationCrossing,
            storedThreshold: outcome.rule.validationAccuracy, outcome: outcome,
            accuracies: outcome.curve.validationAccuracy)
        guard case .known(let t) = train, case .known(let v) = validation else { return nil }
        guard outcome.isComplete || isDecided(train: t, validation: v) else { return nil }
        return classify(train: t, validation: v)
    }

    private enum Lookup {
        case known(Crossing?)
        case unknown
    }

    private func crossing(
        threshold: Double, stored: Crossing?, storedThreshold: Double, outcome: CellOutcome,
        accuracies: [Double]
    ) -> Lookup {
        if threshold == storedThreshold, sustain == outcome.rule.sustain { return .known(stored) }
        guard let place = accuracies.firstIndex(where: { $0 >= threshold }) else {
            return .known(nil)
        }
        guard sustain == 1 else { return .unknown }
        let step = outcome.curve.steps[place]
        let crossing = Crossing(step: step)
        return .known(
            outcome.evaluationInterval > 1 ? outcome.curve.bracketed(crossing) : crossing)
    }
}
