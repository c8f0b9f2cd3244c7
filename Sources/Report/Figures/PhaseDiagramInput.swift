package import Core

/// One cell as a map shows it.
package struct CellState: Sendable, Hashable {
    /// The short form of the cell's identity, nil where it is not known.
    package var id: String?
    /// Where the cell's own page is, relative to the figure; nil for no link.
    package var href: String?
    /// What is known about it.
    package var status: CellStatus
    /// Where it stands in its sweep, nil where no more than its status is known.
    package var point: GridPoint?
    /// Its numbers by the names that files give them.
    package var numbers: [String: Double] = [:]

    /// A cell.
    package init(_ status: CellStatus, id: String? = nil, href: String? = nil) {
        self.status = status
        self.id = id
        self.href = href
    }

    /// A cell nothing is known of.
    package static let missing = CellState(.missing)
}

/// One site as a map shows it.
package struct SiteState: Sendable, Hashable {
    /// Index into each axis' values, in the order of the axes.
    package var place: [Int]
    /// The site's cells: one per seed in the order of the seeds, and so for each point of the pooled axes.
    package var cells: [CellState]
    /// Where the site's own page is, relative to the figure; nil for none.
    package var href: String?

    /// A site.
    package init(place: [Int], cells: [CellState], href: String? = nil) {
        self.place = place
        self.cells = cells
        self.href = href
    }
}

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
