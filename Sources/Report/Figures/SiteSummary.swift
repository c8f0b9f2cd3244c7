package import Core

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
        /// Nothing of it is known, nor asked for.
        case deferred
        /// Not measured: the phase of the measured sites around it.
        case inferred(Phase)
        /// Not measured: what the first steps of its seeds had predicted.
        case predicted(Phase)
        /// The phase of most seeds, of which none was measured to have it: they were ended because their splits put
        /// generalisation out of reach.
        case unreachable(SitePhase)
    }

    /// The kind.
    package let kind: Kind
    /// Whether a phase is shown before every seed's phase is known.
    package let isPartial: Bool

    /// What is shown of a site with these cells.
    package init(_ cells: [CellState]) {
        var votes: [PhaseVerdict] = []
        var measured: Set<Phase> = []
        var share: Double?
        var failed = false
        var inferred: Phase?
        var predicted: Phase?
        var isAskedFor = false
        for cell in cells {
            switch cell.status {
            case .verified(let verdict, _, _):
                votes.append(verdict)
                measured.insert(verdict.phase)
            case .unreachable(let verdict, _): votes.append(verdict)
            case .running(let step, let budget):
                let done = budget > 0 ? Double(step) / Double(budget) : 0
                share = max(share ?? 0, min(1, max(0, done)))
            case .failed: failed = true
            case .inferred(let phase): inferred = phase
            case .predicted(let verdict, _): predicted = verdict.phase
            case .missing: isAskedFor = true
            case .deferred: break
            }
        }
        if let phase = SitePhase(votes) {
            kind = measured.contains(phase.phase) ? .phase(phase) : .unreachable(phase)
            isPartial = phase.decided < cells.count { !$0.status.isLeftOut }
        } else {
            kind =
                share.map(Kind.running)
                ?? (failed
                    ? .failed
                    : predicted.map(Kind.predicted) ?? inferred.map(Kind.inferred)
                        ?? (isAskedFor ? .missing : .deferred))
            isPartial = false
        }
    }

    /// How its seeds voted, those that were measured and those out of reach; nil where none did.
    package var vote: SitePhase? {
        switch kind {
        case .phase(let phase), .unreachable(let phase): phase
        case .running, .failed, .missing, .deferred, .inferred, .predicted: nil
        }
    }

    /// The site's phase where one is known.
    package var phase: SitePhase? {
        guard case .phase(let phase) = kind else { return nil }
        return phase
    }
}
