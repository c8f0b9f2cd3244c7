import Core

/// How many sites and cells of a map are in which state.
struct SiteCounts {
    /// Sites by the phase they show.
    private(set) var sites: [Phase: Int] = [:]
    /// Cells by their own phase.
    private(set) var cells: [Phase: Int] = [:]
    /// Sites and cells in training.
    private(set) var running = (sites: 0, cells: 0)
    /// Sites and cells given up.
    private(set) var failed = (sites: 0, cells: 0)
    /// Sites and cells that nothing is known of.
    private(set) var missing = (sites: 0, cells: 0)
    /// Sites and cells whose phase is inferred.
    private(set) var inferred = (sites: 0, cells: 0)
    /// Sites and cells that were ended early as ones that do not generalise.
    private(set) var predicted = (sites: 0, cells: 0)
    /// Sites and cells that were ended because their splits put generalisation out of reach.
    private(set) var unreachable = (sites: 0, cells: 0)
    /// Sites and cells that are not asked for.
    private(set) var deferred = (sites: 0, cells: 0)
    /// Sites whose seeds disagree.
    private(set) var disputed = 0
    /// Sites with a phase that hangs on an evaluation bracket.
    private(set) var uncertain = 0
    /// Sites that show a phase before every seed is known.
    private(set) var partial = 0

    /// The counts over these places.
    init(_ grid: SiteGrid, _ places: [[Int]]) {
        for place in places {
            count(grid.summary(place))
            for cell in grid.cells(place) { count(cell.status) }
        }
    }

    private mutating func count(_ summary: SiteSummary) {
        switch summary.kind {
        case .phase(let phase):
            sites[phase.phase, default: 0] += 1
            if phase.isDisputed { disputed += 1 }
            if phase.uncertain { uncertain += 1 }
            if summary.isPartial { partial += 1 }
        case .running: running.sites += 1
        case .failed: failed.sites += 1
        case .missing: missing.sites += 1
        case .deferred: deferred.sites += 1
        case .inferred: inferred.sites += 1
        case .predicted: predicted.sites += 1
        case .unreachable: unreachable.sites += 1
        }
    }

    private mutating func count(_ status: CellStatus) {
        switch status {
        case .verified(let verdict, _, _): cells[verdict.phase, default: 0] += 1
        case .running: running.cells += 1
        case .failed: failed.cells += 1
        case .missing: missing.cells += 1
        case .inferred: inferred.cells += 1
        case .deferred: deferred.cells += 1
        case .predicted: predicted.cells += 1
        case .unreachable: unreachable.cells += 1
        }
    }

    /// Cells whose phase is known.
    var decidedCells: Int { cells.values.reduce(0, +) }
    /// Every cell.
    var allCells: Int {
        decidedCells + running.cells + failed.cells + missing.cells + inferred.cells
            + deferred.cells + predicted.cells + unreachable.cells
    }
    /// Every site.
    var allSites: Int {
        sites.values.reduce(0, +) + running.sites + failed.sites + missing.sites
            + inferred.sites + predicted.sites + unreachable.sites + deferred.sites
    }
}
