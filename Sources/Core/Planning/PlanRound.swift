/// A cell of a plan by its numbers: the row-major number of its site, and the place of its seed among the sweep's.
package struct PlanCell: Sendable, Hashable {
    /// The site.
    package var site: Int
    /// The seed's place.
    package var seed: Int

    /// A cell.
    package init(site: Int, seed: Int) {
        self.site = site
        self.seed = seed
    }
}

/// Cells that a planner asks for together.
package struct PlanRound: Sendable, Hashable {
    /// What a round is for.
    package enum Kind: String, Sendable, CaseIterable {
        /// The coarse grid with its probes, or every site.
        case first
        /// What the rounds before gave reason for: sites along the boundary, further seeds.
        case growth
        /// A random share of the inferred sites.
        case audit
        /// Sites that were measured before without having been asked for.
        case found
    }

    /// What it is for.
    package var kind: Kind
    /// Its cells, those to be trained first in front.
    package var cells: [PlanCell]
    /// The phase that was inferred for each site of an audit.
    package var inferred: [Int: Phase]

    /// A round.
    package init(_ kind: Kind, _ cells: [PlanCell], inferred: [Int: Phase] = [:]) {
        self.kind = kind
        self.cells = cells
        self.inferred = inferred
    }
}
