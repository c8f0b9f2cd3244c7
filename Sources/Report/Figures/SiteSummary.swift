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
        var inferred: Phase?
        var predicted: Phase?
        var isAskedFor = false
        for cell in cells {
            switch cell.status {
            case .verified(let verdict, _, _): verdicts.append(verdict)
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
        if let phase = SitePhase(verdicts) {
            kind = .phase(phase)
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

    /// The site's phase where one is known.
    package var phase: SitePhase? {
        guard case .phase(let phase) = kind else { return nil }
        return phase
    }
}
