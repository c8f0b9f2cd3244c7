import Core

/// What of a sweep a figure shows: which axes it draws, which it fixes, and which it looks at together.
struct FigureSelection {
    private let input: PhaseDiagramInput
    /// Axes that are drawn: x, y, and the others as panels.
    let drawn: [Int]
    /// Axes at one of their values.
    private let fixed: [Int: Int]
    /// Axes that are looked at together, as seeds are.
    private let pooled: [Int]
    private let seed: Int?

    /// What happens to axes that a request does not name.
    enum Rest {
        /// They are drawn, as panels.
        case drawn
        /// They are looked at together.
        case pooled
        /// They must not be: each needs a value, unless it has one only.
        case fixed
    }

    /// What a request selects.
    ///
    /// - Parameters:
    ///   - input: the whole sweep.
    ///   - request: what is asked for.
    ///   - drawing: how many axes are drawn in any case: x, or x and y.
    ///   - rest: what becomes of the axes beyond these.
    /// - Throws: `FigureError` naming the option.
    init(
        _ input: PhaseDiagramInput, _ request: FigureRequest, drawing: Int = 2, rest: Rest = .drawn
    ) throws(FigureError) {
        if let (key, problem) = request.obstacle(axes: input.axes, seeds: input.seeds) {
            throw FigureError(key, problem)
        }
        func place(_ name: String) -> Int? { input.axes.firstIndex { $0.name == name } }
        var fixed: [Int: Int] = [:]
        for (name, value) in request.at {
            guard let axis = place(name) else { continue }
            fixed[axis] = FigureRequest.index(of: value, on: input.axes[axis])
        }
        var pooled = request.over.compactMap(place)
        let named = [request.x, request.y].map { $0.flatMap(place) }
        var left = input.axes.indices.filter { axis in
            fixed[axis] == nil && !pooled.contains(axis) && !named.contains(axis)
        }
        var drawn: [Int] = []
        // A y axis that is not asked for is drawn only by kinds that have one.
        for (number, name) in named.enumerated() where number < drawing || name != nil {
            if let axis = name {
                drawn.append(axis)
            } else if !left.isEmpty {
                drawn.append(left.removeFirst())
            }
        }
        switch rest {
        case .drawn: drawn += left
        case .pooled: pooled += left
        case .fixed:
            for axis in left {
                guard input.axes[axis].values.count == 1 else {
                    let name = input.axes[axis].name
                    throw FigureError("at", "missing: \(name)=VALUE, one of its values")
                }
                fixed[axis] = 0
            }
        }
        guard !drawn.isEmpty || drawing == 0 else {
            throw FigureError("at", "no axis is left to be drawn")
        }
        self.input = input
        self.drawn = drawn
        self.fixed = fixed
        self.pooled = pooled
        seed = request.seed.flatMap { input.seeds.firstIndex(of: $0) }
    }

    /// The fixed axes in words.
    var slices: [String] {
        fixed.sorted { $0.key < $1.key }.filter { input.axes[$0.key].values.count > 1 }.map {
            input.axes[$0.key].named(at: $0.value)
        }
    }

    /// The map of what is selected.
    var map: PhaseDiagramInput {
        var map = input
        map.axes = drawn.map { input.axes[$0] }
        map.pooled = pooled.map { input.axes[$0] }
        map.slices = slices
        if let seed { map.seeds = [input.seeds[seed]] }
        var sites: [[Int]: SiteState] = [:]
        for site in input.sites where fixed.allSatisfy({ site.place[$0.key] == $0.value }) {
            let place = drawn.map { site.place[$0] }
            let cells = seed.map { [site.cells[$0]] } ?? site.cells
            let empty = Array(repeating: CellState.missing, count: map.cellsPerSite)
            var group = 0
            var stride = 1
            for axis in pooled {
                group += stride * site.place[axis]
                stride *= input.axes[axis].values.count
            }
            let start = group * map.seeds.count
            sites[place, default: SiteState(place: place, cells: empty)]
                .cells.replaceSubrange(start..<start + cells.count, with: cells)
            // A site of its own keeps its page.
            if pooled.isEmpty, seed == nil { sites[place]?.href = site.href }
        }
        map.sites = sites.values.sorted { $0.place.lexicographicallyPrecedes($1.place) }
        return map
    }

    /// The cells at one value of the drawn axis, or all where none is drawn, each with what tells it from the others.
    func cells(at index: Int? = nil) -> [(name: String, cell: CellState)] {
        let free = drawn.first
        return input.sites.filter { site in
            fixed.allSatisfy { site.place[$0.key] == $0.value }
                && (free == nil || index == nil || free.map { site.place[$0] } == index)
        }.sorted { $0.place.lexicographicallyPrecedes($1.place) }
            .flatMap { site in
                zip(input.seeds.indices, site.cells).filter { seed == nil || $0.0 == seed }
                    .map { ("seed \(input.seeds[$0.0])", $0.1) }
            }
    }
}
