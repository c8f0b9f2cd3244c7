package import Core

/// Everything a phase diagram shows.
package struct PhaseDiagramInput: Sendable {
    /// The figure's title.
    package var title: String
    /// The sweep's name.
    package var sweepName: String
    /// One to four axes: x, y, panels from left to right, rows of panels.
    package var axes: [Axis]
    /// The seeds of every site.
    package var seeds: [UInt64]
    /// The rule that the verdicts below were made with.
    package var rule: PhaseRule
    /// Steps a cell may take; nil where cells differ (the number of steps is an axis).
    package var budget: Int?
    /// The sites that anything is known of, in any order; the others are missing.
    package var sites: [SiteState]
    /// The version of grokmap that made the results.
    package var version: String
    /// Further lines for the footer.
    package var notes: [String]
    /// Axes that are fixed, in words: `train fraction = 0.65`.
    package var slices: [String] = []
    /// Axes whose values are looked at together, as seeds are.
    package var pooled: [Axis] = []
    /// Whether seeds were raced, so that a site ends as soon as they agree.
    package var isSequential = false

    /// The fixed axes as a panel's title; nil where there are none.
    var sliceTitle: String? { slices.isEmpty ? nil : slices.joined(separator: ", ") }

    /// Cells of a site.
    package var cellsPerSite: Int {
        pooled.reduce(seeds.count) { $0 * $1.values.count }
    }

    /// An input; every place must lie on the grid and every site have one cell per seed.
    package init(
        title: String, sweepName: String, axes: [Axis], seeds: [UInt64], rule: PhaseRule,
        budget: Int? = nil, sites: [SiteState], version: String = Grokmap.version,
        notes: [String] = []
    ) {
        precondition((1...4).contains(axes.count), "a map has one to four axes")
        for site in sites {
            precondition(site.cells.count == seeds.count, "a site has one cell per seed")
            precondition(
                site.place.count == axes.count
                    && zip(site.place, axes).allSatisfy { $1.values.indices.contains($0) },
                "a site lies on the grid")
        }
        self.title = title
        self.sweepName = sweepName
        self.axes = axes
        self.seeds = seeds
        self.rule = rule
        self.budget = budget
        self.sites = sites
        self.version = version
        self.notes = notes
    }

    /// The map of a sweep from the state of its cells by grid point; cells that are not named are missing.
    package init(
        spec: SweepSpec, rule: PhaseRule? = nil, cells: [GridPoint: CellState],
        version: String = Grokmap.version, notes: [String] = []
    ) {
        var states: [[Int]: [CellState]] = [:]
        for (point, cell) in cells where spec.seeds.indices.contains(point.seed) {
            states[
                point.axes, default: Array(repeating: .missing, count: spec.seeds.count)
            ][point.seed] = cell
        }
        if !spec.grids.isWhole {
            for place in SiteGrid.places(spec.axes.map(\.values.count))
            where !spec.grids.contains(place) {
                states[place] = spec.seeds.map { _ in CellState(.deferred) }
            }
        }
        self.init(
            title: spec.title, sweepName: spec.name, axes: spec.axes, seeds: spec.seeds,
            rule: rule ?? spec.phaseRule,
            budget: spec.axes.contains { $0.sets("steps") } ? nil : spec.cell.steps,
            sites: states.map { SiteState(place: $0.key, cells: $0.value) }, version: version,
            notes: notes)
        isSequential = spec.race != nil
    }
}
