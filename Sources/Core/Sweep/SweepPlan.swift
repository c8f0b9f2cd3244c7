/// A sweep expanded to its cells, every configuration checked.
package struct SweepPlan: Sendable {
    /// The sweep.
    package let spec: SweepSpec
    /// Every cell once, coarse grid first within each seed, so that the picture emerges early. No two are the same: axes set
    /// different keys, and their values differ.
    package let cells: [PlannedCell]
    /// The numeric keys of the cell that each axis sets, as paths in its configuration; none for categories, and where they
    /// depend on categories.
    package let keys: [[String]]
    private let grid: CellGrid

    /// Expands axes × seeds.
    ///
    /// - Throws: `SweepError` when an axis names no numeric key or sets one to a value that the cell refuses.
    package init(_ spec: SweepSpec) throws(SweepError) {
        self.spec = spec
        try SweepPlan.checkSize(spec)
        let targets = try AxisTargets(spec)
        keys = spec.axes.indices.map { axis in
            (targets.paths(of: axis) ?? []).map { $0.joined(separator: ".") }
        }
        let grid = try CellGrid(spec, targets)
        self.grid = grid
        cells = spec.seeds.indices.flatMap { seed in
            grid.asked.map { PlannedCell(grid, site: $0, seed: seed) }
        }
    }

    /// Refuses what categories of a sweep that a person wrote set to no use.
    static func refuseUnused(_ spec: SweepSpec) throws(SweepError) {
        guard spec.axes.contains(where: \.isCategorical) else { return }
        try checkSize(spec)
        try AxisTargets(spec).refuseUnused()
    }

    /// The cell with these numbers.
    package func cell(_ number: PlanCell) -> PlannedCell {
        PlannedCell(grid, site: number.site, seed: number.seed)
    }

    /// The cells of a site that is asked for, by its row-major number: one per seed.
    package func cells(at site: Int) -> [PlannedCell] {
        spec.seeds.indices.map { PlannedCell(grid, site: site, seed: $0) }
    }

    /// The turn of each site, by its row-major number.
    package var turns: [Int] {
        var turns = grid.order
        for (turn, site) in grid.order.enumerated() { turns[site] = turn }
        return turns
    }

    /// A sweep has at most this many cells.
    package static let mostCells = 1_000_000

    private static func checkSize(_ spec: SweepSpec) throws(SweepError) {
        let counts = spec.axes.map(\.values.count) + [spec.seeds.count]
        // In floating point, because four long axes overflow an integer.
        let cells = counts.reduce(1.0) { $0 * Double($1) }
        guard cells <= Double(mostCells) else {
            throw SweepError(
                path: "axes", problem: "\(CanonicalJSON.number(cells)) cells are too many",
                hint: "a sweep has at most \(mostCells): use fewer points or seeds",
                place: spec.axes.first.flatMap { spec.axisPlaces[$0.name] })
        }
    }

    /// The values of the axes at a grid point, by axis name; of categories their place.
    package func coordinates(_ point: GridPoint) -> [(name: String, value: Double)] {
        zip(spec.axes, point.axes).map { ($0.name, $0.values[$1]) }
    }

    /// A grid point for people: `learning_rate=0.001 weight_decay=2 seed=0`.
    package func label(_ point: GridPoint) -> String {
        let axes = zip(spec.axes, point.axes).map { "\($0.name)=\($0.text(at: $1))" }
        return (axes + ["seed=\(spec.seeds[point.seed])"]).joined(separator: " ")
    }
}
