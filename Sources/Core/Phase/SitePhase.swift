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
