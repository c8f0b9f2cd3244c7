/// How far two phase diagrams agree.
package struct MapComparison: Sendable, Equatable {
    /// A site whose phase is another one.
    package struct Change: Sendable, Equatable {
        /// The site's index along each axis.
        package var place: [Int]
        /// Its phase in the first map.
        package var first: Phase
        /// Its phase in the second map.
        package var second: Phase
    }

    /// What is compared with what.
    package struct Tally: Sendable, Equatable {
        /// How often phases meet: row by the first's, column by the second's phase.
        package let counts: [[Int]]

        /// The pairs of which both are known.
        package init(_ first: [Phase?], _ second: [Phase?]) {
            var counts = Phase.allCases.map { _ in Phase.allCases.map { _ in 0 } }
            for case (let one?, let other?) in zip(first, second) {
                counts[Int(one.rawValue)][Int(other.rawValue)] += 1
            }
            self.counts = counts
        }

        /// Pairs compared.
        package var compared: Int { counts.joined().reduce(0, +) }
        /// Pairs alike.
        package var same: Int { counts.indices.reduce(0) { $0 + counts[$1][$1] } }
        /// The share of pairs alike; nil where there are none.
        package var agreement: Double? {
            compared > 0 ? Double(same) / Double(compared) : nil
        }

        /// Agreement beyond what the phases' frequencies alone would give, 1 at most (Cohen 1960): (p − e)/(1 − e) with e the sum over
        /// phases of the product of their shares. Nil where both maps are of one and the same phase, which chance explains wholly.
        package var kappa: Double? {
            guard let agreement else { return nil }
            let total = Double(compared)
            let chance = counts.indices.reduce(0.0) { sum, phase in
                let row = counts[phase].reduce(0, +)
                let column = counts.reduce(0) { $0 + $1[phase] }
                return sum + Double(row) / total * (Double(column) / total)
            }
            return chance < 1 ? (agreement - chance) / (1 - chance) : nil
        }
    }

    /// The two maps on the sites that they share.
    package let maps: (first: PhaseMap, second: PhaseMap)
    /// Sites.
    package let sites: Tally
    /// Cells of one seed, by seed; of seeds that both maps have.
    package let seeds: [(seed: UInt64, cells: Tally)]
    /// Sites whose phase changed, in the grid's order.
    package let changes: [Change]
    /// Shared sites with a phase in one map only.
    package let known: (first: Int, second: Int)
    /// How far boundaries moved.
    package let displacement: BoundaryDisplacement

    /// Compares two maps where they share sites.
    ///
    /// - Throws: `ComparisonError` when they share none.
    package init(_ first: PhaseMap, _ second: PhaseMap) throws(ComparisonError) {
        let (first, second) = try PhaseMap.common(first, second)
        maps = (first, second)
        sites = Tally(first.sites, second.sites)
        seeds = first.seeds.keys.sorted().compactMap { seed in
            guard let one = first.seeds[seed], let other = second.seeds[seed] else { return nil }
            return (seed, Tally(one, other))
        }
        let pairs = Array(zip(first.sites, second.sites))
        changes = pairs.enumerated().compactMap { number, pair in
            guard let one = pair.0, let other = pair.1, one != other else { return nil }
            return Change(
                place: CoarseToFine.place(number, in: first.extents), first: one, second: other)
        }
        known = (
            pairs.count { $0.0 != nil && $0.1 == nil }, pairs.count { $0.0 == nil && $0.1 != nil }
        )
        displacement = BoundaryDisplacement(first.sites, second.sites, extents: first.extents)
    }

    /// Whether both say the same.
    package static func == (left: MapComparison, right: MapComparison) -> Bool {
        left.maps == right.maps
    }
}
