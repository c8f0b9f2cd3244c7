extension PhaseRule {
    /// The phase that a stored outcome has under this rule, or nil when its curves hold too little to decide it (the cell
    /// then counts as missing under this rule).
    ///
    /// Crossings of every clock that was read along the run are known. With `sustain` 1 the stored curves hold every new
    /// maximum of an accuracy, so the first crossing of any threshold is exact. A sustained crossing is known only by a clock
    /// that was read, or when the threshold was never touched at all.
    package func decide(_ outcome: CellOutcome) -> PhaseVerdict? {
        guard let (train, validation) = crossings(outcome),
            outcome.isComplete || isDecided(train: train, validation: validation)
        else { return nil }
        return classify(train: train, validation: validation)
    }

    /// What is said of a run that ended out of reach: it had fitted, so it is taken to memorize. Nil of all others, and under
    /// a rule that it had not fitted by, or whose threshold its split lets one expect.
    package func unreachable(_ outcome: CellOutcome) -> PhaseVerdict? {
        guard outcome.stopReason == .unreachable, let reachable = outcome.reachable,
            case (let train?, nil)? = crossings(outcome)
        else { return nil }
        return unreachable(train: train, reachable: reachable)
    }

    /// The same of a run that fitted there, whose split lets one expect this validation accuracy at most.
    package func unreachable(train: Crossing, reachable: Double) -> PhaseVerdict? {
        guard reachable < clock.validationAccuracy else { return nil }
        var verdict = PhaseVerdict(
            .memorization,
            "out of reach, not measured: train at \(train.step), and \(Percent.text(reachable)) of the validation "
                + "examples have a label that occurs in training")
        verdict.train = train
        return verdict
    }

    /// Where a stored outcome crossed this rule's thresholds; nil when its curves do not say.
    private func crossings(_ outcome: CellOutcome) -> (train: Crossing?, validation: Crossing?)? {
        let readings = outcome.readings.filter { $0.clock.sustain == clock.sustain }
        let train =
            readings.first { $0.clock.trainAccuracy == clock.trainAccuracy }.map {
                .known($0.train)
            }
            ?? crossing(clock.trainAccuracy, outcome, outcome.curve.trainAccuracy)
        let validation =
            readings.first { $0.clock.validationAccuracy == clock.validationAccuracy }
            .map { .known($0.validation) }
            ?? crossing(clock.validationAccuracy, outcome, outcome.curve.validationAccuracy)
        guard case .known(let t) = train, case .known(let v) = validation else { return nil }
        return (t, v)
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
        guard clock.sustain == 1 else { return .unknown }
        let step = outcome.curve.steps[place]
        let crossing = Crossing(step: step)
        return .known(
            outcome.evaluationInterval > 1 ? outcome.curve.bracketed(crossing) : crossing)
    }
}
