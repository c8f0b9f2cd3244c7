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
