package import Core

/// What the consolidated file says about one cell.
package struct ConsolidatedEntry: Sendable, Equatable {
    /// Where the cell stands.
    package var status: CellStatus
    /// Attempts made at it.
    package var attempts: Int
    /// Training accuracy at the last recorded step.
    package var trainAccuracy: Double?
    /// Validation accuracy at the last recorded step.
    package var validationAccuracy: Double?
    /// Seconds that training took.
    package var wallSeconds: Double?

    /// What is known about a cell; by default nothing but its status.
    package init(
        status: CellStatus, attempts: Int, trainAccuracy: Double? = nil,
        validationAccuracy: Double? = nil, wallSeconds: Double? = nil
    ) {
        self.status = status
        self.attempts = attempts
        self.trainAccuracy = trainAccuracy
        self.validationAccuracy = validationAccuracy
        self.wallSeconds = wallSeconds
    }

    /// Its phase under the sweep's rule, with its crossings; nil when there is none to tell.
    package var verdict: PhaseVerdict? { status.verdict }

    /// The phase that a refinement infers for it; nil where it is measured or nothing is inferred.
    package var inferredPhase: Phase? {
        guard case .inferred(let phase) = status else { return nil }
        return phase
    }

    /// Steps from the training crossing to the validation crossing, where there are both.
    package var delay: Int? {
        guard let train = verdict?.train, let validation = verdict?.validation else { return nil }
        return validation.step - train.step
    }
}

extension CellStatus {
    /// The status as the consolidated file has it.
    var code: Int8 {
        switch self {
        case .missing: 0
        case .verified: 1
        case .failed: 2
        case .running: 3
        case .inferred: 4
        case .deferred: 5
        }
    }

    /// The words for the codes, in their order.
    static let codeMeanings = ["missing", "verified", "failed", "running", "inferred", "deferred"]
}
