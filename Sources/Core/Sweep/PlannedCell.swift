/// One cell of a plan: where it stands and what it trains, both made when they are asked for.
package struct PlannedCell: Sendable, Hashable {
    private let grid: CellGrid
    private let site: Int32
    private let seed: Int32

    /// The cell at a site, by its row-major number, with one of the seeds.
    init(_ grid: CellGrid, site: Int, seed: Int) {
        self.grid = grid
        self.site = Int32(site)
        self.seed = Int32(seed)
    }

    /// Where it stands on the grid.
    package var point: GridPoint {
        GridPoint(axes: CoarseToFine.place(Int(site), in: grid.extents), seed: Int(seed))
    }

    /// Its numbers.
    package var number: PlanCell { PlanCell(site: Int(site), seed: Int(seed)) }

    /// What it trains, without the seed.
    package var configuration: CellConfiguration { grid.configuration(Int(site)) }

    /// What it trains.
    package var definition: CellDefinition { grid.definition(Int(site), seed: Int(seed)) }

    /// Its identity.
    package var id: CellID { grid.id(Int(site), seed: Int(seed)) }

    /// Whether both are the same cell at the same place.
    package static func == (left: PlannedCell, right: PlannedCell) -> Bool {
        left.point == right.point && left.id == right.id
    }

    /// Hashes the place.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(site)
        hasher.combine(seed)
    }
}
