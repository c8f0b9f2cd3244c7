/// Where a cell of a sweep stands; the one answer that every command, figure and file gives.
package enum CellStatus: Sendable, Hashable {
    /// Not trained, or holding too little for the rule and the record asked for.
    case missing
    /// In a slot's hands: the last step known of, out of the budget.
    case running(step: Int, budget: Int)
    /// Its file is verified, with its verdict under the rule in question.
    case verified(PhaseVerdict, stopReason: StopReason, stepsRun: Int)
    /// Its file is verified, but it was ended early as one that does not generalise: what is predicted of it.
    case predicted(PhaseVerdict, stepsRun: Int)
    /// Its file is verified, but it was ended where it had fitted, because its split puts generalisation out of reach: what
    /// is expected of it.
    case unreachable(PhaseVerdict, stepsRun: Int)
    /// Given up.
    case failed(reason: String)
    /// Not trained: a refinement takes its phase from the measured sites around it, which agree.
    case inferred(Phase)
    /// Not asked for, at least so far: a seed that its site can do without, or a site that a refinement has not reached.
    case deferred

    /// The word in files and on the terminal.
    package var name: String {
        switch self {
        case .missing: "missing"
        case .verified: "verified"
        case .failed: "failed"
        case .running: "running"
        case .inferred: "inferred"
        case .deferred: "deferred"
        case .predicted: "predicted"
        case .unreachable: "unreachable"
        }
    }

    /// Every word, in the order of the codes that files give them.
    package static let names = [
        "missing", "verified", "failed", "running", "inferred", "deferred", "predicted",
        "unreachable",
    ]

    /// Whether its file is there, and it is not to be trained.
    package var isTrained: Bool {
        switch self {
        case .verified, .predicted, .unreachable: true
        case .missing, .running, .failed, .inferred, .deferred: false
        }
    }

    /// Whether its seed will not be measured: its site has all seeds that it will have without it.
    package var isLeftOut: Bool {
        switch self {
        case .deferred, .predicted: true
        case .missing, .running, .failed, .inferred, .verified, .unreachable: false
        }
    }

    /// The phase that stands for a cell which was not measured, by its neighbours, its first steps or its split.
    package var unmeasuredPhase: Phase? {
        switch self {
        case .inferred(let phase): phase
        case .predicted(let verdict, _), .unreachable(let verdict, _): verdict.phase
        case .missing, .running, .failed, .deferred, .verified: nil
        }
    }

    /// What counts among the seeds of its site: a verdict, or what is expected of a cell out of reach. To leave those out
    /// would leave the seeds that generalise.
    package var vote: PhaseVerdict? {
        switch self {
        case .verified(let verdict, _, _), .unreachable(let verdict, _): verdict
        case .missing, .running, .failed, .inferred, .deferred, .predicted: nil
        }
    }

    /// The verdict of a verified cell.
    package var verdict: PhaseVerdict? {
        guard case .verified(let verdict, _, _) = self else { return nil }
        return verdict
    }
}
