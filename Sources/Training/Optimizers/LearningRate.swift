import Core

extension OptimizerConfiguration {
    /// Factor on every learning rate at update t, counted from 1, of a budget.
    ///
    /// t/warm-up in the first `warmup` updates. Then, with u the share of the remaining updates that have been made: 1,
    /// 1 − u, or (1 + cos πu)/2, as in `torch.optim.lr_scheduler`; a further update after the last would have u = 1.
    func learningRateFactor(update: Int, budget: Int) -> Double {
        guard update > warmup else { return Double(update) / Double(warmup) }
        let done = Double(update - 1 - warmup) / Double(max(budget - warmup, 1))
        switch schedule {
        case .constant: return 1
        case .linear: return 1 - done
        case .cosine: return (1 + cosine(done * .pi)) / 2
        }
    }
}
