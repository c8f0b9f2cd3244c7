import Core

/// A map's sites by place, summarised once.
struct SiteGrid {
    /// The map.
    let input: PhaseDiagramInput
    /// Number of values of each axis.
    let shape: [Int]
    /// By place, the last axis fastest: where in the input a site is, -1 for one that is not there.
    private let numbers: [Int]
    private let summaries: [SiteSummary]
    private let absent: SiteSummary
    private let nothing: [CellState]

    /// The sites of a map.
    init(_ input: PhaseDiagramInput) {
        self.input = input
        let shape = input.axes.map(\.values.count)
        var numbers = [Int](repeating: -1, count: shape.reduce(1, *))
        for (number, site) in input.sites.enumerated() {
            numbers[SiteGrid.index(site.place, shape)] = number
        }
        self.shape = shape
        self.numbers = numbers
        summaries = input.sites.map { SiteSummary($0.cells) }
        nothing = Array(repeating: .missing, count: input.cellsPerSite)
        absent = SiteSummary(nothing)
    }

    /// Where a place is among all, the last axis fastest.
    private static func index(_ place: [Int], _ shape: [Int]) -> Int {
        var index = 0
        for (axis, count) in shape.enumerated() { index = index * count + place[axis] }
        return index
    }

    private func number(_ place: [Int]) -> Int { numbers[SiteGrid.index(place, shape)] }

    /// Every place of the grid, the last axis fastest.
    var places: [[Int]] { SiteGrid.places(shape) }

    /// What is shown at a place.
    func summary(_ place: [Int]) -> SiteSummary {
        let number = number(place)
        return number < 0 ? absent : summaries[number]
    }

    /// The cells at a place, one per seed.
    func cells(_ place: [Int]) -> [CellState] {
        let number = number(place)
        return number < 0 ? nothing : input.sites[number].cells
    }

    /// The page of a site: its own, else that of its first cell with the phase shown, else of its first with a page.
    func href(_ place: [Int]) -> String? {
        let number = number(place)
        guard number >= 0 else { return nil }
        let site = input.sites[number]
        if let href = site.href { return href }
        let phase = summary(place).phase?.phase
        let representative = site.cells.first {
            $0.href != nil && $0.status.verdict != nil && $0.status.verdict?.phase == phase
        }
        return representative?.href ?? site.cells.lazy.compactMap(\.href).first
    }

    /// What tells the cells of a site apart: `seed 3`, and the values of pooled axes.
    var members: [String] {
        let seeds = input.seeds.map { "seed \($0)" }
        return input.pooled.reduce(seeds) { members, axis in
            axis.values.indices.flatMap { index in
                members.map { "\(axis.named(at: index)), \($0)" }
            }
        }
    }

    /// A place in words: `learning rate = 0.0001, weight decay = 2`.
    func coordinates(_ place: [Int]) -> String {
        (zip(input.axes, place).map { $0.named(at: $1) } + input.slices).joined(separator: ", ")
    }

    /// Every index tuple of a grid of this shape, the last index fastest.
    static func places(_ shape: [Int]) -> [[Int]] {
        shape.reduce([[]]) { places, count in
            places.flatMap { place in (0..<count).map { place + [$0] } }
        }
    }
}

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
