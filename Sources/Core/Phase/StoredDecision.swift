extension PhaseRule {
    /// The phase that a stored outcome has under this rule, or nil when its curves hold too little to decide it (the cell
    /// then counts as missing under this rule).
    ///
    /// Crossings of every clock that was read along the run are known. With `sustain` 1 the stored curves hold every new
    /// maximum of an accuracy, so the first crossing of any threshold is exact. A sustained crossing is known only by a clock
    /// that was read, or when the threshold was never touched at all.
    package func decide(_ outcome: CellOutcome) -> PhaseVerdict? {
        let readings = outcome.readings.filter { $0.clock.sustain == sustain }
        let train =
            readings.first { $0.clock.trainAccuracy == trainAccuracy }.map { .known($0.train) }
            ?? crossing(trainAccuracy, outcome, outcome.curve.trainAccuracy)
        let validation =
            readings.first { $0.clock.validationAccuracy == validationAccuracy }
            .map { .known($0.validation) }
            ?? crossing(validationAccuracy, outcome, outcome.curve.validationAccuracy)
        guard case .known(let t) = train, case .known(let v) = validation else { return nil }
        guard outcome.isComplete || isDecided(train: t, validation: v) else { return nil }
        return classify(train: t, validation: v)
    }

    private enum Lookup {
        case known(Crossing?)
        case unknown
    }

    private func crossing(
        _ threshold: Double, _ outcome: CellOutcome, _ accuracies: [Double]
    ) -> Lookup {
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
