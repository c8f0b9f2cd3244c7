package import Core

/// The phase of a site: the majority over those of its seeds whose phase is known.
///
/// A tie goes to the later of comprehension, grokking, memorization, confusion, so that a tie never claims more
/// generalisation than half of the seeds showed.
package struct SitePhase: Sendable, Hashable {
    /// The majority.
    package let phase: Phase
    /// Seeds that have it.
    package let votes: Int
    /// Seeds whose phase is known.
    package let decided: Int
    /// The phase with the second most seeds, nil when all agree; ties as for the majority.
    package let runnerUp: Phase?
    /// Whether a verdict hangs on where in an evaluation bracket a crossing lay.
    package let uncertain: Bool

    /// The share of the known phases that is the majority, above 0 and at most 1.
    package var agreement: Double { Double(votes) / Double(decided) }
    /// Whether seeds disagree.
    package var isDisputed: Bool { votes < decided }

    /// The phase of a site with these verdicts; nil when there are none.
    package init?(_ verdicts: [PhaseVerdict]) {
        let tallies = Phase.allCases
            .map { phase in (phase: phase, votes: verdicts.count { $0.phase == phase }) }
            .filter { $0.votes > 0 }
            .sorted { ($0.votes, $0.phase.rawValue) > ($1.votes, $1.phase.rawValue) }
        guard let first = tallies.first else { return nil }
        phase = first.phase
        votes = first.votes
        decided = verdicts.count
        runnerUp = tallies.dropFirst().first?.phase
        uncertain = verdicts.contains(where: \.uncertain)
    }
}

/// What a map shows of a site.
package struct SiteSummary: Sendable, Hashable {
    /// The kinds of site.
    package enum Kind: Sendable, Hashable {
        /// At least one seed's phase is known.
        case phase(SitePhase)
        /// No phase yet, at least one seed in training; the largest share of the budget done, 0…1.
        case running(share: Double)
        /// No phase, nothing in training, at least one seed given up.
        case failed
        /// Nothing of it is known.
        case missing
    }

    /// The kind.
    package let kind: Kind
    /// Whether a phase is shown before every seed's phase is known.
    package let isPartial: Bool

    /// What is shown of a site with these cells.
    package init(_ cells: [CellState]) {
        var verdicts: [PhaseVerdict] = []
        var share: Double?
        var failed = false
        for cell in cells {
            switch cell.status {
            case .phase(let verdict, _, _, _): verdicts.append(verdict)
            case .running(let step, let budget):
                let done = budget > 0 ? Double(step) / Double(budget) : 0
                share = max(share ?? 0, min(1, max(0, done)))
            case .failed: failed = true
            case .missing: break
            }
        }
        if let phase = SitePhase(verdicts) {
            kind = .phase(phase)
            isPartial = phase.decided < cells.count
        } else {
            kind = share.map(Kind.running) ?? (failed ? .failed : .missing)
            isPartial = false
        }
    }

    /// The site's phase where one is known.
    package var phase: SitePhase? {
        guard case .phase(let phase) = kind else { return nil }
        return phase
    }
}
