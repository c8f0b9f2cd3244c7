/// How a sweep's grid is measured only where its phases meet: `refine` in a sweep file.
package struct Refinement: Sendable, Hashable {
    /// The coarse grid's spacing along each axis, in steps of the grid: a region that is as wide as this along every axis
    /// holds a coarse site and cannot be missed. 0 for an axis of categories, which is refined at each of them by itself.
    package var pitch: [Int]
    /// How many levels, from the coarsest on, also measure the boxes beside those that the boundary runs through.
    package var ring: Int
    /// Share of all sites that are measured at once wherever they lie, spread evenly.
    package var probes: Double
    /// Share of the inferred sites that are measured in the end, to know how many are wrong.
    package var audit: Double

    /// A refinement.
    package init(pitch: [Int], ring: Int = 1, probes: Double = 0.01, audit: Double = 0.05) {
        self.pitch = pitch
        self.ring = ring
        self.probes = probes
        self.audit = audit
    }

    /// The coarse spacing of an axis that nobody chose one for: the largest power of two up to an eighth of it.
    package static func standardPitch(_ extent: Int) -> Int {
        var pitch = 1
        while pitch * 16 <= extent - 1 { pitch *= 2 }
        return pitch
    }

    /// Sites spread evenly over a grid, in the order of an additive recurrence (Roberts 2018, the plastic number's
    /// generalisation): each next one falls into the largest gap.
    func probes(in lattice: RefinementLattice) -> [Int] {
        let dimensions = Double(lattice.extents.count)
        var root = 2.0
        for _ in 0..<64 { root = power(1 + root, 1 / (dimensions + 1)) }
        let count = Int((probes * Double(lattice.count)).rounded())
        return (0..<count).map { number in
            var share = 1.0
            return lattice.number(
                lattice.extents.map { extent in
                    share /= root
                    let position = 0.5 + share * Double(number + 1)
                    let fraction = position - position.rounded(.down)
                    return min(extent - 1, Int(fraction * Double(extent)))
                })
        }
    }
}
