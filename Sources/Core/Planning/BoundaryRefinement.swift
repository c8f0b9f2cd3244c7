/// What the sites measured so far say of a grid: which to measure next, and which phase the others have by inference.
///
/// A box whose measured sites, wherever in it they lie, have no phase in common is *mixed*: it is measured at its own middle
/// and at those of its edges and faces that are mixed themselves, and cut there. So is, on coarse levels, a box beside a
/// mixed one (the ring). Any other box is left: its sites are taken to have the phase that its measured ones share. Of a
/// mixed box of the finest level every corner is measured. Since a box is judged by its faces too, the boundary is followed
/// from box to box wherever it turns.
struct BoundaryRefinement {
    /// Sites to be measured next, ascending; empty once every mixed box is down to single sites and these are measured.
    private(set) var wanted: [Int] = []
    /// The phase of each site that is not measured, by its number; nil where nothing can be said yet.
    private(set) var inferred: [Phase?]

    /// What the evidence, one element per site, says.
    ///
    /// - Parameters:
    ///   - lattice: how the grid is cut.
    ///   - ring: how many levels, the coarsest first, have a ring.
    ///   - evidence: what is known of each site.
    init(_ lattice: RefinementLattice, ring: Int, evidence: [SiteEvidence]) {
        inferred = Array(repeating: nil, count: lattice.count)
        var missing: Set<Int> = []
        var open = lattice.coarsest
        for level in 0..<lattice.levels {
            let sites = open.map(lattice.sites)
            let mixed = Set(
                zip(open, sites).filter { _, sites in
                    BoundaryRefinement.isMixed(sites, evidence)
                }.map(\.0))
            var next: [RefinementLattice.Box] = []
            for (box, sites) in zip(open, sites) {
                let isFinest = level == lattice.levels - 1
                let isCut =
                    !isFinest
                    && (mixed.contains(box)
                        || level < ring && lattice.neighbours(box).contains(where: mixed.contains))
                let wanted =
                    isCut
                    ? lattice.subdivision(box).filter { node in
                        let face = lattice.face(of: box, around: node)
                        return face.count == sites.count
                            || BoundaryRefinement.isMixed(face, evidence)
                    } : isFinest && mixed.contains(box) ? sites : []
                let unknown = wanted.filter { !evidence[$0].isMeasured }
                missing.formUnion(unknown)
                if !isCut {
                    infer(sites, evidence)
                } else if unknown.isEmpty {
                    next += lattice.children(box)
                }
            }
            open = next
        }
        wanted = missing.sorted()
    }

    /// Whether the measured ones of these sites have no phase in common.
    private static func isMixed(_ sites: [Int], _ evidence: [SiteEvidence]) -> Bool {
        sites.reduce(SiteEvidence.anything) { $0 & evidence[$1].contenders } == 0
    }

    /// Where measured sites differ only as their own seeds do, the phase is that of most seeds in the box.
    private mutating func infer(_ sites: [Int], _ evidence: [SiteEvidence]) {
        var votes = PhaseVotes()
        for site in sites where evidence[site].isMeasured { votes.add(evidence[site].votes) }
        guard let phase = votes.leader else { return }
        for site in sites where !evidence[site].isMeasured { inferred[site] = phase }
    }
}
