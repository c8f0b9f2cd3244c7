package import Core

extension PhaseMap {
    /// What a phase diagram shows, as it can be compared with another one.
    package init(_ input: PhaseDiagramInput) {
        let grid = SiteGrid(input)
        let places = grid.places
        let cells = places.map { grid.cells($0).map { SiteSummary([$0]).phase?.phase } }
        self.init(
            axes: input.axes.map { Axis(name: $0.name, values: $0.values, labels: $0.labels) },
            sites: places.map { grid.summary($0).phase?.phase },
            seeds: Dictionary(
                input.seeds.enumerated().map { number, seed in (seed, cells.map { $0[number] }) },
                uniquingKeysWith: { $1 }))
    }
}
