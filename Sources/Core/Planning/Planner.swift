/// Says which cells of a grid are to be trained, round by round: it is asked for the next round and told results.
///
/// What it asks for depends on the results of the rounds before, never on the order in which they came in, so that the same
/// results lead to the same rounds however often a sweep is interrupted. With neither refinement nor race it asks once, for
/// every cell.
package struct Planner: Sendable {
    private let lattice: RefinementLattice
    private let seedCount: Int
    private let refinement: Refinement?
    private let race: SeedRace?
    /// The turn of each site: cells with a lower one are trained first in a round.
    private let turns: [Int]
    /// The rounds so far.
    package private(set) var rounds: [PlanRound] = []
    /// Whether nothing more will be asked for.
    package private(set) var isFinished = false
    /// Seeds asked for at each site; they are the first of the sweep's.
    private var asked: [Int]
    /// How each cell ended, seed by seed: 0 not yet, 1 given up, else its phase + 2.
    private var endings: [UInt8]
    /// Cells asked for that have not ended.
    private var open = 0

    /// A planner of a grid.
    ///
    /// - Parameters:
    ///   - extents: number of values of each axis.
    ///   - seeds: number of seeds.
    ///   - refinement: how the grid is refined; nil where all of it is trained.
    ///   - race: how seeds are raced; nil where each site is trained with all.
    ///   - turns: the turn of each site in a round, by its row-major number.
    package init(
        extents: [Int], seeds: Int, refinement: Refinement? = nil, race: SeedRace? = nil,
        turns: [Int]? = nil
    ) {
        lattice = RefinementLattice(
            extents: extents, pitch: refinement?.pitch ?? extents.map { _ in 1 })
        seedCount = seeds
        self.refinement = refinement
        self.race = race
        self.turns = turns ?? Array(0..<lattice.count)
        asked = Array(repeating: 0, count: lattice.count)
        endings = Array(repeating: 0, count: lattice.count * seeds)
    }

    /// Seeds that a site is trained with at first.
    private var firstSeeds: Int { race?.atLeast ?? seedCount }

    // MARK: Being told

    /// Takes in how a cell ended: its phase, or nil where it was given up. Being told again changes nothing.
    package mutating func tell(_ cell: PlanCell, _ phase: Phase?) {
        let place = cell.seed * lattice.count + cell.site
        if endings[place] == 0, isAsked(cell) { open -= 1 }
        endings[place] = phase.map { UInt8($0.rawValue) + 2 } ?? 1
    }

    /// Takes over the rounds of an earlier planner of the same grid and settings.
    package mutating func restore(_ rounds: [PlanRound]) {
        for round in rounds { add(round) }
    }

    private mutating func add(_ round: PlanRound) {
        rounds.append(round)
        for cell in round.cells where !isAsked(cell) {
            for seed in asked[cell.site]...cell.seed
            where endings[seed * lattice.count + cell.site] == 0 { open += 1 }
            asked[cell.site] = cell.seed + 1
        }
    }

    // MARK: Being asked

    /// Whether a cell has been asked for.
    package func isAsked(_ cell: PlanCell) -> Bool { cell.seed < asked[cell.site] }

    /// The phase of a cell that was told of.
    package func phase(of cell: PlanCell) -> Phase? {
        let ending = endings[cell.seed * lattice.count + cell.site]
        return ending < 2 ? nil : Phase(rawValue: Int8(ending) - 2)
    }

    /// Whether every cell asked for has ended.
    package var isRoundOver: Bool { open == 0 }

    /// Makes the next round.
    ///
    /// - Parameter ticket: a number from 0 to below 1 that each site has by chance: those below the audit's share are audited.
    /// - Returns: the round; nil while cells of the last one have not ended, and when there is none.
    package mutating func ask(ticket: (Int) -> Double) -> PlanRound? {
        guard isRoundOver, !isFinished else { return nil }
        guard let round = next(ticket) else {
            isFinished = true
            return nil
        }
        add(round)
        return round
    }

    private func next(_ ticket: (Int) -> Double) -> PlanRound? {
        guard !rounds.isEmpty else { return round(.first, first, seeds: 0..<firstSeeds) }
        let evidence = evidence
        let boundary = refinement.map {
            BoundaryRefinement(lattice, ring: $0.ring, evidence: evidence)
        }
        let further = race.map { furtherSeeds($0, evidence) } ?? []
        let grown = round(.growth, boundary?.wanted ?? [], seeds: 0..<firstSeeds, and: further)
        if let grown { return grown }
        guard let refinement, let boundary else { return nil }
        let inferred = boundary.inferred.indices.filter { boundary.inferred[$0] != nil }
        let audited = inferred.filter { refinement.audit > 0 && ticket($0) < refinement.audit }
        if var round = round(.audit, audited, seeds: 0..<firstSeeds) {
            for site in audited { round.inferred[site] = boundary.inferred[site] }
            return round
        }
        let found = inferred.filter { site in
            (0..<firstSeeds).allSatisfy { phase(of: PlanCell(site: site, seed: $0)) != nil }
        }
        return round(.found, found, seeds: 0..<firstSeeds)
    }

    /// The sites of the first round.
    private var first: [Int] {
        guard let refinement else { return Array(0..<lattice.count) }
        return Set(lattice.coarse + refinement.probes(in: lattice)).sorted()
    }

    /// Cells of one further seed at each site that is not settled.
    private func furtherSeeds(_ race: SeedRace, _ evidence: [SiteEvidence]) -> [PlanCell] {
        evidence.indices.compactMap { site in
            let votes = evidence[site].votes
            guard evidence[site].isMeasured else { return nil }
            let beside = lattice.steps(from: site).filter { evidence[$0].isMeasured }
            let isAlone =
                beside.count > 1
                && beside.allSatisfy { evidence[$0].votes.leader != votes.leader }
            guard race.wantsMore(votes, asked: asked[site], isAlone: isAlone) else { return nil }
            return PlanCell(site: site, seed: asked[site])
        }
    }

    /// A round over these sites and cells in the order of their turns, seed by seed; nil when there are none.
    private func round(
        _ kind: PlanRound.Kind, _ sites: [Int], seeds: Range<Int>, and further: [PlanCell] = []
    ) -> PlanRound? {
        let cells =
            further + seeds.flatMap { seed in sites.map { PlanCell(site: $0, seed: seed) } }
        guard !cells.isEmpty else { return nil }
        return PlanRound(
            kind, cells.sorted { ($0.seed, turns[$0.site]) < ($1.seed, turns[$1.site]) })
    }

    /// How many cells an audit of these inferred sites has.
    func auditedCells(_ inferred: [Int], ticket: (Int) -> Double) -> Int {
        let share = refinement?.audit ?? 0
        return share > 0 ? firstSeeds * inferred.count { ticket($0) < share } : 0
    }

    // MARK: What is known

    /// What is known of each site: only cells that were asked for count.
    private var evidence: [SiteEvidence] {
        asked.enumerated().map { site, asked in
            var known = SiteEvidence()
            guard asked > 0 else { return known }
            known.isMeasured = true
            for seed in 0..<asked {
                let cell = PlanCell(site: site, seed: seed)
                if let phase = phase(of: cell) {
                    known.votes.add(phase)
                } else if endings[seed * lattice.count + site] == 0 {
                    known.isMeasured = false
                }
            }
            return known
        }
    }

    /// The phase that is inferred for each site that is not measured, as far as the results go; none without refinement.
    package var inferred: [Phase?] {
        guard let refinement else { return Array(repeating: nil, count: lattice.count) }
        let boundary = BoundaryRefinement(lattice, ring: refinement.ring, evidence: evidence)
        return zip(boundary.inferred, asked).map { $1 > 0 ? nil : $0 }
    }

    /// The audit so far: sites whose inferred phase was looked at, and those of them that had another one.
    package var audit: (sites: Int, wrong: Int) {
        let evidence = evidence
        let audited = rounds.flatMap(\.inferred).compactMap { site, inferred in
            evidence[site].isMeasured ? evidence[site].votes.leader.map { $0 == inferred } : nil
        }
        return (audited.count, audited.count { !$0 })
    }
}
