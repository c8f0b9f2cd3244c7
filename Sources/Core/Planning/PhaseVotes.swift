/// How many seeds of a site show each phase.
package struct PhaseVotes: Sendable, Hashable {
    private var counts = SIMD4<Int32>(repeating: 0)

    /// No votes.
    package init() {}

    /// The votes of these phases.
    package init(_ phases: some Sequence<Phase>) {
        for phase in phases { add(phase) }
    }

    /// Counts a seed.
    package mutating func add(_ phase: Phase) { counts[Int(phase.rawValue)] += 1 }

    /// Counts the seeds of another site.
    mutating func add(_ other: PhaseVotes) { counts &+= other.counts }

    /// The seeds of one phase.
    package subscript(phase: Phase) -> Int { Int(counts[Int(phase.rawValue)]) }

    /// All seeds.
    package var total: Int { Int(counts.wrappedSum()) }

    /// The phase of most seeds, as `SitePhase` has it: a tie goes to the later phase.
    package var leader: Phase? {
        guard total > 0 else { return nil }
        return Phase.allCases.max { (self[$0], $0.rawValue) < (self[$1], $1.rawValue) }
    }

    /// By how many seeds the leader is ahead of the next phase.
    package var lead: Int {
        guard let leader else { return 0 }
        let next = Phase.allCases.filter { $0 != leader }.map { self[$0] }.max() ?? 0
        return self[leader] - next
    }

    /// The phases that may be the site's, as bits: those with a seed that the leader is not two ahead of. Two sites
    /// without a common one differ by more than their seeds do.
    var contenders: UInt8 {
        let top = Int(counts.max())
        return Phase.allCases.reduce(0) { bits, phase in
            self[phase] > max(0, top - 2) || (self[phase] > 0 && self[phase] == top)
                ? bits | 1 << UInt8(phase.rawValue) : bits
        }
    }
}
