package import Core

/// How well one predictor foretells which runs of a sweep generalise.
package struct PredictorScore: Sendable {
    /// One run of a sweep, as it ended.
    package struct Run: Sendable {
        /// What was known of it at the window's end; nil when it was over by then.
        package var early: EarlyRun?
        /// Its phase.
        package var phase: Phase
        /// Its site, whose seeds are held out together.
        package var site: Int
        /// Steps it took.
        package var steps: Int
        /// The step at which it had fitted; nil when it never had.
        package var fitted: Int?
        /// The step at which it had generalised; nil when it never had.
        package var arrived: Int?

        /// A run.
        package init(
            early: EarlyRun?, phase: Phase, site: Int, steps: Int, fitted: Int? = 0,
            arrived: Int? = nil
        ) {
            self.early = early
            self.phase = phase
            self.site = site
            self.steps = steps
            self.fitted = fitted
            self.arrived = arrived
        }

        /// Whether it ended as comprehension or grokking.
        package var generalised: Bool { phase == .comprehension || phase == .grokking }
    }

    /// The predictor.
    package let predictor: Predictor
    /// Runs that had a value and were not over at the window's end, with what came of them.
    package let discrimination: Discrimination
    /// Mean value by phase, phases without a value left out.
    package let means: [(phase: Phase, mean: Double)]
    /// What stopping hopeless runs would save, by the largest share of changed letters.
    package let stops: [(share: Double, stop: EarlyStop?)]
    /// All runs as a cut sees them; those that were over at the window's end are ended by none.
    private let all: [EarlyStop.Run]
    private let window: Int

    /// Shares of changed letters that savings are said for.
    package static let shares = [0.01, 0.05]

    /// The score over a sweep's runs, looked at after so many steps.
    package init(_ predictor: Predictor, _ runs: [Run], window: Int) {
        self.predictor = predictor
        let valued = runs.compactMap { run in
            run.early.flatMap(predictor.value).map { (run: run, value: $0) }
        }
        let discrimination = Discrimination(
            valued.map { .init($0.value, generalised: $0.run.generalised, site: $0.run.site) })
        self.discrimination = discrimination
        means = Phase.allCases.compactMap { phase in
            let values = valued.filter { $0.run.phase == phase }.map(\.value)
            guard !values.isEmpty else { return nil }
            return (phase, values.reduce(0, +) / Double(values.count))
        }
        // Runs that were over before the window's end take their steps whatever is foretold.
        let over = runs.filter { $0.early == nil }
        let certain = discrimination.auc.map { $0 >= 0.5 } ?? true
        let all =
            valued.map {
                EarlyStop.Run(
                    value: $0.value, generalised: $0.run.generalised, steps: $0.run.steps,
                    fitted: $0.run.fitted, arrived: $0.run.arrived)
            }
            + over.map {
                EarlyStop.Run(
                    value: certain ? .infinity : -.infinity, generalised: $0.generalised,
                    steps: $0.steps)
            }
        stops = PredictorScore.shares.map { share in
            (share, EarlyStop(all, window: window, above: certain, largestShare: share))
        }
        self.all = all
        self.window = window
    }

    /// What this sweep's runs would have saved and lost by the cuts that another sweep's score chose, for the same shares of
    /// changed letters there; nil where it found none.
    package func stops(byCutsOf other: PredictorScore) -> [(share: Double, stop: EarlyStop?)] {
        other.stops.map { share, stop in
            (share, stop.flatMap { EarlyStop($0.cut, on: all, window: window) })
        }
    }
}
