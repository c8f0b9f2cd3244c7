import Core

/// What of a sweep a figure shows: which axes it draws, which it fixes, and which it looks at together.
struct FigureSelection {
    private let input: PhaseDiagramInput
    private let layout: FigureLayout
    private let seed: Int?

    /// What a request selects that has no obstacle in this sweep.
    init(_ input: PhaseDiagramInput, _ request: FigureRequest) {
        self.input = input
        layout = FigureLayout(request, of: input.axes)
        seed = request.seed.flatMap { input.seeds.firstIndex(of: $0) }
    }

    /// The axis drawn from left to right, by its index in the sweep; nil where none is drawn.
    var x: Int? { layout.drawn.first }

    /// The fixed axes in words.
    var slices: [String] {
        layout.fixed.sorted { $0.key < $1.key }.filter { input.axes[$0.key].values.count > 1 }
            .map { input.axes[$0.key].named(at: $0.value) }
    }

    /// The map of what is selected.
    var map: PhaseDiagramInput {
        var map = input
        map.axes = layout.drawn.map { input.axes[$0] }
        map.pooled = layout.pooled.map { input.axes[$0] }
        map.slices = slices
        if let seed { map.seeds = [input.seeds[seed]] }
        var sites: [[Int]: SiteState] = [:]
        for site in input.sites where layout.fixed.allSatisfy({ site.place[$0.key] == $0.value }) {
            let place = layout.drawn.map { site.place[$0] }
            let cells = seed.map { [site.cells[$0]] } ?? site.cells
            let empty = Array(repeating: CellState.missing, count: map.cellsPerSite)
            var group = 0
            var stride = 1
            for axis in layout.pooled {
                group += stride * site.place[axis]
                stride *= input.axes[axis].values.count
            }
            let start = group * map.seeds.count
            sites[place, default: SiteState(place: place, cells: empty)]
                .cells.replaceSubrange(start..<start + cells.count, with: cells)
            // A site of its own keeps its page.
            if layout.pooled.isEmpty, seed == nil { sites[place]?.href = site.href }
        }
        map.sites = sites.values.sorted { $0.place.lexicographicallyPrecedes($1.place) }
        return map
    }

    /// The cells at one value of the drawn axis, or all where none is drawn, each with what tells it from the others.
    func cells(at index: Int? = nil) -> [(name: String, cell: CellState)] {
        input.sites.filter { site in
            layout.fixed.allSatisfy { site.place[$0.key] == $0.value }
                && (x == nil || index == nil || x.map { site.place[$0] } == index)
        }.sorted { $0.place.lexicographicallyPrecedes($1.place) }
            .flatMap { site in
                zip(input.seeds.indices, site.cells).filter { seed == nil || $0.0 == seed }
                    .map { ("seed \(input.seeds[$0.0])", $0.1) }
            }
    }
}
