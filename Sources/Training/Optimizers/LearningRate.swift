import Core

extension OptimizerConfiguration {
    /// Factor on every learning rate at update t, counted from 1, of a budget.
    ///
    /// t/warm-up in the first `warmup` updates, then as `ScheduleConfiguration` has it; a further update after the last
    /// would have u = 1.
    func learningRateFactor(update: Int, budget: Int) -> Double {
        guard update > warmup else { return Double(update) / Double(warmup) }
        let made = update - 1 - warmup
        let done = Double(made) / Double(max(budget - warmup, 1))
        let floor = schedule.floor
        switch schedule.kind {
        case .constant: return 1
        case .linear: return floor + (1 - floor) * (1 - done)
        case .cosine: return floor + (1 - floor) * (1 + cosine(done * .pi)) / 2
        case .steps: return power(schedule.factor, made / schedule.every)
        case .restarts:
            var period = schedule.period
            var place = schedule.growth == 1 ? made % period : made
            while place >= period {
                place -= period
                period *= schedule.growth
            }
            let done = Double(place) / Double(period)
            return floor + (1 - floor) * (1 + cosine(done * .pi)) / 2
        }
    }
}
