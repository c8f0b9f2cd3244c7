/// What `stop: predicted` would save: to end, once it has fitted and its first steps are over, every run that a predictor
/// calls hopeless; and what that would spoil.
package struct EarlyStop: Sendable, Hashable {
    /// One run as it was trained.
    package struct Run: Sendable, Hashable {
        /// The predictor's value after the window.
        package var value: Double
        /// Whether it generalised in the end.
        package var generalised: Bool
        /// Steps it took.
        package var steps: Int
        /// The step at which it had fitted, before which none is ended; nil when it never had.
        package var fitted: Int?
        /// The step at which it had generalised, from which on none is ended; nil when it never had.
        package var arrived: Int?

        /// A run.
        package init(
            value: Double, generalised: Bool, steps: Int, fitted: Int? = 0, arrived: Int? = nil
        ) {
            self.value = value
            self.generalised = generalised
            self.steps = steps
            self.fitted = fitted
            self.arrived = arrived
        }

        /// Steps that ending it as hopeless would have saved; nil where it would not have been ended.
        func saving(window: Int) -> Int? {
            guard let fitted, case let end = max(fitted, window), steps > end,
                arrived ?? .max > end
            else { return nil }
            return steps - end
        }
    }

    /// The cut: what it does not call generalising is ended.
    package var cut: Discrimination.Cut
    /// Runs that would be ended.
    package var ended: Int
    /// Runs whose letter would change: they generalised, and would have been ended.
    package var changed: Int
    /// Share of all steps that would be saved.
    package var saved: Double

    /// The cut that saves most steps while at most this share of all runs changes its letter; nil where there are no runs or
    /// no cut.
    ///
    /// - Parameters:
    ///   - runs: all runs of a sweep that are longer than the window, and those that are not.
    ///   - window: steps after which runs are ended.
    ///   - above: whether large values stand for generalisation.
    ///   - share: largest share of changed letters.
    package init?(_ runs: [Run], window: Int, above: Bool, largestShare share: Double) {
        let total = runs.reduce(0.0) { $0 + Double($1.steps) }
        guard total > 0 else { return nil }
        let allowed = Int(share * Double(runs.count))
        // Hopeless first.
        let ordered = runs.sorted { above ? $0.value < $1.value : $0.value > $1.value }
        var (ended, changed, steps) = (0, 0, 0.0)
        var best: EarlyStop?
        var place = 0
        while place < ordered.count {
            let value = ordered[place].value
            while place < ordered.count, ordered[place].value == value {
                let run = ordered[place]
                // A run that was over before the window's end, or never fitted, is left as it was.
                if let saving = run.saving(window: window) {
                    ended += 1
                    changed += run.generalised ? 1 : 0
                    steps += Double(saving)
                }
                place += 1
            }
            guard changed <= allowed else { break }
            // Beyond the last run the cut ends every run; runs that were over before have no value.
            let next = place < ordered.count ? ordered[place].value : .infinity
            let threshold =
                next.isFinite ? value + (next - value) / 2 : above ? value : value.nextDown
            let stop = EarlyStop(
                cut: Discrimination.Cut(threshold: threshold, above: above),
                ended: ended, changed: changed, saved: steps / total)
            if stop.saved > best?.saved ?? 0 { best = stop }
        }
        guard let best else { return nil }
        self = best
    }

    /// What a cut that was chosen elsewhere does to a sweep's runs; nil where there are none.
    package init?(_ cut: Discrimination.Cut, on runs: [Run], window: Int) {
        let total = runs.reduce(0.0) { $0 + Double($1.steps) }
        guard total > 0 else { return nil }
        let ended = runs.compactMap { run in
            cut.predicts(run.value) ? nil : run.saving(window: window).map { (run, $0) }
        }
        self.init(
            cut: cut, ended: ended.count, changed: ended.count { $0.0.generalised },
            saved: ended.reduce(0.0) { $0 + Double($1.1) } / total)
    }

    private init(cut: Discrimination.Cut, ended: Int, changed: Int, saved: Double) {
        self.cut = cut
        self.ended = ended
        self.changed = changed
        self.saved = saved
    }
}
