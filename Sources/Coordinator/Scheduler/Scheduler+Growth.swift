import Core

extension Scheduler {
    /// A scheduler for what a growing plan has asked for so far; it takes what is asked for later as the rounds end.
    init(_ growth: PlanGrowth, settings: Settings) {
        self.init(growth.askedCells.map(\.definition), settings: settings)
        self.growth = growth
    }

    /// Takes the cells of the next round once every cell of the last one has ended: written down first, then leased.
    mutating func grow() {
        while verifiedCount + failedCount == cells.count, let next = growth?.ask() {
            effects.append(.recordRound(next.round))
            for cell in next.cells where places[cell.id] == nil { take(cell) }
        }
    }

    /// A cell that was trained before it was asked for has its result already, and its attempts go on counting.
    private mutating func take(_ cell: PlannedCell) {
        append(cell.definition)
        restoreKnown(cell.id)
        guard growth?.planner.phase(of: cell.number) != nil else { return }
        restoreVerified(cell.id)
    }
}
