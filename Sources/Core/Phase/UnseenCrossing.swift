// What a curve that was not evaluated at every step leaves open: a crossing before the first one that was seen.

extension Curve {
    /// The first step that is not on the curve, of which nothing is known; steps up to 100 are on it wherever they were
    /// evaluated.
    private var firstGap: Int {
        for (place, step) in steps.enumerated() where step != place { return place }
        return steps.count
    }

    /// A crossing seen on the curve, its bracket beginning with the first step at which it can have been missed.
    func bracketed(_ crossing: Crossing?) -> Crossing? {
        guard var crossing else { return nil }
        crossing.notBefore = min(crossing.notBefore, firstGap)
        return crossing
    }
}

extension CellOutcome {
    /// The same outcome with brackets as wide as its curve leaves them.
    package var bracketed: CellOutcome {
        guard evaluationInterval > 1 else { return self }
        var outcome = self
        outcome.trainCrossing = curve.bracketed(trainCrossing)
        outcome.validationCrossing = curve.bracketed(validationCrossing)
        outcome.clocks = clocks.map {
            ClockReading(
                $0.clock, train: curve.bracketed($0.train),
                validation: curve.bracketed($0.validation))
        }
        return outcome
    }
}
