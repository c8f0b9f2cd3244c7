package import Core

/// Where a cell of a sweep stands.
package enum CellStatus: Int8, Sendable, CaseIterable {
    case missing = 0
    case verified = 1
    case failed = 2
    case running = 3

    /// The word in the consolidated file's `flag_meanings`.
    package var name: String {
        switch self {
        case .missing: "missing"
        case .verified: "verified"
        case .failed: "failed"
        case .running: "running"
        }
    }
}

/// What the consolidated file says about one cell.
package struct ConsolidatedEntry: Sendable, Equatable {
    /// Where the cell stands.
    package var status: CellStatus
    /// Attempts made at it.
    package var attempts: Int
    /// Its phase under the sweep's rule, with its crossings; nil when there is none to tell.
    package var verdict: PhaseVerdict?
    /// Training accuracy at the last recorded step.
    package var trainAccuracy: Double?
    /// Validation accuracy at the last recorded step.
    package var validationAccuracy: Double?
    /// Seconds that training took.
    package var wallSeconds: Double?

    /// What is known about a cell; by default nothing but its status.
    package init(
        status: CellStatus, attempts: Int, verdict: PhaseVerdict? = nil,
        trainAccuracy: Double? = nil, validationAccuracy: Double? = nil,
        wallSeconds: Double? = nil
    ) {
        self.status = status
        self.attempts = attempts
        self.verdict = verdict
        self.trainAccuracy = trainAccuracy
        self.validationAccuracy = validationAccuracy
        self.wallSeconds = wallSeconds
    }

    /// A verified cell, read under a rule; a cell whose curves hold too little to decide it counts as missing.
    package init(_ summary: CellSummary, rule: PhaseRule, attempts: Int) {
        guard let verdict = rule.decide(summary.outcome) else {
            self.init(status: .missing, attempts: attempts)
            return
        }
        self.init(
            status: .verified, attempts: attempts, verdict: verdict,
            trainAccuracy: summary.outcome.curve.trainAccuracy.last,
            validationAccuracy: summary.outcome.curve.validationAccuracy.last,
            wallSeconds: summary.provenance.wallSeconds)
    }

    /// Steps from the training crossing to the validation crossing, where there are both.
    package var delay: Int? {
        guard let train = verdict?.train, let validation = verdict?.validation else { return nil }
        return validation.step - train.step
    }
}
