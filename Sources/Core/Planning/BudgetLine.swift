/// A guess of how long a cell takes to generalise, by which the cells of a round are put in order and nothing else: a round ends
/// with its slowest cell, so those that take longest come first.
///
/// What decay leaves of memorised weights after t steps is about exp(−ηλt), for learning rate η and weight decay λ, so that
/// generalisation comes near t = −ln(1 − p) / (ηλ), with p = 0.99 (Verma 2026, arXiv 2605.20441, C.5). Beyond that line of
/// the budget a cell takes all its steps.
enum BudgetLine {
    /// Steps that a cell can be expected to take.
    static func steps(_ cell: CellConfiguration) -> Double {
        let group = cell.optimizer.decoder
        let rate = group.learningRate * group.weightDecay
        return rate > 0 ? min(Double(cell.steps), constant / rate) : Double(cell.steps)
    }

    private static let constant = 4.605170185988091

    /// The turn of each site of a plan, by its row-major number: the longest first, and where nothing tells them apart the
    /// coarse grid first.
    static func turns(_ plan: SweepPlan) -> [Int] {
        let coarse = plan.turns
        let steps = coarse.indices.map {
            BudgetLine.steps(plan.cell(PlanCell(site: $0, seed: 0)).configuration)
        }
        let order = coarse.indices.sorted { (-steps[$0], coarse[$0]) < (-steps[$1], coarse[$1]) }
        var turns = coarse
        for (turn, site) in order.enumerated() { turns[site] = turn }
        return turns
    }
}
