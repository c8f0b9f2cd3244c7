/// A place on a sweep's grid: one index per axis, and one for the seed.
package struct GridPoint: Sendable, Hashable {
    /// Index into each axis' values, in the order of the axes.
    package var axes: [Int]
    /// Index into the sweep's seeds.
    package var seed: Int

    /// A grid point.
    package init(axes: [Int], seed: Int) {
        self.axes = axes
        self.seed = seed
    }
}

/// One cell of a plan: where it stands and what it trains.
package struct PlannedCell: Sendable, Hashable {
    /// Where it stands on the grid.
    package var point: GridPoint
    /// What it trains.
    package var definition: CellDefinition

    /// Its identity.
    package var id: CellID { definition.id }
}

/// A sweep expanded to its cells, every configuration checked.
package struct SweepPlan: Sendable {
    /// The sweep.
    package let spec: SweepSpec
    /// Every cell once, coarse grid first within each seed, so that the picture emerges early.
    package let cells: [PlannedCell]

    /// Expands axes × seeds.
    ///
    /// - Throws: `SweepError` when an axis names no numeric key or sets one to a value that the cell refuses.
    package init(_ spec: SweepSpec) throws(SweepError) {
        self.spec = spec
        let targets = try AxisTargets(spec)
        try SweepPlan.checkSize(spec)
        let sites = CoarseToFine.order(spec.axes.map(\.values.count))
        var cells: [PlannedCell] = []
        cells.reserveCapacity(sites.count * spec.seeds.count)
        var configurations: [CellConfiguration] = []
        configurations.reserveCapacity(sites.count)
        let read = sites.concurrentMap { site in
            Result { () throws(SweepError) in try SweepPlan.configuration(targets, spec, site) }
        }
        for configuration in read { configurations.append(try configuration.get()) }
        for (seedIndex, seed) in spec.seeds.enumerated() {
            let definitions = configurations.concurrentMap {
                CellDefinition(configuration: $0, seed: seed)
            }
            for (site, definition) in zip(sites, definitions) {
                let point = GridPoint(axes: site, seed: seedIndex)
                cells.append(PlannedCell(point: point, definition: definition))
            }
        }
        self.cells = cells
        try SweepPlan.checkDistinct(cells, spec)
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

    private static func configuration(
        _ targets: AxisTargets, _ spec: SweepSpec, _ site: [Int]
    ) throws(SweepError) -> CellConfiguration {
        do {
            return try CellConfiguration(reading: targets.cell(at: site).specNode, path: "cell")
        } catch {
            var error = error
            let settings = zip(spec.axes, site).map {
                "\($0.name)=\(CanonicalJSON.number($0.values[$1]))"
            }
            // Without any axis the cell was sound, so one of them is at fault: the one that sets this key, if any does.
            let culprit = targets.axis(setting: error.path) ?? spec.axes.first
            error.place = culprit.flatMap { spec.axisPlaces[$0.name] }
            error.problem += " at \(settings.joined(separator: ", "))"
            throw error
        }
    }

    /// Two grid points may round to one configuration (a train fraction keeps its exact value, so only the same value
    /// can); one cell must not stand in two places.
    private static func checkDistinct(
        _ cells: [PlannedCell], _ spec: SweepSpec
    ) throws(SweepError) {
        var seen: [CellID: GridPoint] = [:]
        for cell in cells {
            guard seen.updateValue(cell.point, forKey: cell.id) == nil else {
                throw SweepError(
                    path: "axes", problem: "two grid points describe the same cell",
                    hint: "axes must set different keys",
                    place: spec.axes.first.flatMap { spec.axisPlaces[$0.name] })
            }
        }
    }

    /// The values of the axes at a grid point, by axis name.
    package func coordinates(_ point: GridPoint) -> [(name: String, value: Double)] {
        zip(spec.axes, point.axes).map { ($0.name, $0.values[$1]) }
    }

    /// A grid point for people: `learning_rate=0.001 weight_decay=2 seed=0`.
    package func label(_ point: GridPoint) -> String {
        let axes = coordinates(point).map { "\($0.name)=\(CanonicalJSON.number($0.value))" }
        return (axes + ["seed=\(spec.seeds[point.seed])"]).joined(separator: " ")
    }
}
