package import Core

/// How many steps cells will take that are not done: those of the nearest sites that are.
///
/// How long a cell takes depends on where it stands much more than on its seed. So the steps of sites that are done spread
/// over the grid, one step along one axis at a time; a site that several reach at once takes their mean.
package struct ExpectedSteps: Sendable {
    /// Steps by site, row-major; empty while no cell is done.
    private let sites: [Double]
    private let extents: [Int]

    /// Expectations from what cells that are done took.
    ///
    /// - Parameters:
    ///   - plan: the sweep.
    ///   - steps: the steps of a cell that is done, by its place in the plan; nil where it is not.
    package init(_ plan: SweepPlan, steps: (Int) -> Int?) {
        extents = plan.spec.axes.map(\.values.count)
        let count = extents.reduce(1, *)
        var sums = [Double](repeating: 0, count: count)
        var seeds = [Int](repeating: 0, count: count)
        for (place, cell) in plan.cells.enumerated() {
            guard let steps = steps(place) else { continue }
            let site = ExpectedSteps.number(cell.point.axes, extents)
            sums[site] += Double(steps)
            seeds[site] += 1
        }
        var front = seeds.indices.filter { seeds[$0] > 0 }
        guard !front.isEmpty else {
            sites = []
            return
        }
        for site in front { sums[site] /= Double(seeds[site]) }
        var isKnown = seeds.map { $0 > 0 }
        while !front.isEmpty {
            var next: [Int] = []
            var reached = [Int: Int]()
            for site in front {
                for neighbour in ExpectedSteps.neighbours(of: site, extents)
                where !isKnown[neighbour] {
                    if reached[neighbour] == nil { next.append(neighbour) }
                    reached[neighbour, default: 0] += 1
                    sums[neighbour] += sums[site]
                }
            }
            for site in next {
                sums[site] /= Double(reached[site] ?? 1)
                isKnown[site] = true
            }
            front = next
        }
        sites = sums
    }

    /// The steps that a cell will take, nil while no cell is done.
    package func steps(of cell: PlannedCell) -> Double? {
        sites.isEmpty ? nil : sites[ExpectedSteps.number(cell.point.axes, extents)]
    }

    private static func number(_ place: [Int], _ extents: [Int]) -> Int {
        zip(place, extents).reduce(0) { $0 * $1.1 + $1.0 }
    }

    /// The sites one step away along an axis.
    private static func neighbours(of site: Int, _ extents: [Int]) -> [Int] {
        var neighbours: [Int] = []
        var stride = 1
        for extent in extents.reversed() {
            let index = site / stride % extent
            if index > 0 { neighbours.append(site - stride) }
            if index < extent - 1 { neighbours.append(site + stride) }
            stride *= extent
        }
        return neighbours
    }
}

extension SweepTable {
    /// Expectations from the cells that are done.
    package var expectedSteps: ExpectedSteps {
        // Of a table of some cells there is no telling where each stands in the plan.
        precondition(rows.count == plan.cells.count, "a row per planned cell")
        return ExpectedSteps(plan) { rows[$0].run?.stepsRun }
    }
}
