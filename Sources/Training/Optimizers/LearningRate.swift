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
        switch schedule {
        case .constant: return 1
        case .linear(let floor): return floor + (1 - floor) * (1 - done)
        case .cosine(let floor): return floor + (1 - floor) * (1 + cosine(done * .pi)) / 2
        case .steps(let every, let factor): return power(factor, made / every)
        case .restarts(var period, let growth, let floor):
            var place = growth == 1 ? made % period : made
            while place >= period {
                place -= period
                period *= growth
            }
            let done = Double(place) / Double(period)
            return floor + (1 - floor) * (1 + cosine(done * .pi)) / 2
        }
    }
}
