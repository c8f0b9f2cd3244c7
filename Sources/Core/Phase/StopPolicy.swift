/// When a cell's training ends before its budget.
package enum StopPolicy: Sendable, Hashable {
    /// As soon as no further step can change its phase under the rule.
    case decided
    /// Never: all steps are taken.
    case budget
    /// As `decided`, and where a run has fitted and its first steps call it hopeless.
    case predicted(EarlyCut)
    /// As `decided`, and where a run has fitted and its split puts the validation threshold out of reach.
    case reachable
}

extension StopPolicy {
    /// Share of the cells that `reachable` leaves to run on, to see whether any gets there all the same.
    package static let auditedShare = 0.05

    /// The policy for one of a sweep's cells: chance in its identity says which are audited.
    package func policy(for cell: CellID) -> StopPolicy {
        self == .reachable && cell.ticket(1) < StopPolicy.auditedShare ? .decided : self
    }
}

extension StopPolicy: RawRepresentable, Codable {
    /// Reads `decided`, `budget`, `reachable` or a cut's text.
    package init?(rawValue: String) {
        switch rawValue {
        case "decided": self = .decided
        case "budget": self = .budget
        case "reachable": self = .reachable
        default:
            guard let cut = EarlyCut(rawValue: rawValue) else { return nil }
            self = .predicted(cut)
        }
    }

    /// `decided`, `budget`, `reachable` or a cut's text.
    package var rawValue: String {
        switch self {
        case .decided: "decided"
        case .budget: "budget"
        case .reachable: "reachable"
        case .predicted(let cut): cut.rawValue
        }
    }

    /// Whether a run that ended for this reason is what the policy asks for.
    package func allows(_ reason: StopReason, _ prediction: EarlyVerdict?) -> Bool {
        switch reason {
        case .budget, .diverged, .settled: return true
        case .decided, .cycled: return self != .budget
        case .unreachable: return self == .reachable
        case .predicted:
            guard case .predicted(let cut) = self else { return false }
            return prediction?.cut == cut
        }
    }
}

extension StopPolicy {
    /// The words for `stop` in a sweep file.
    private enum Word: String, CaseIterable { case decided, budget, predicted, reachable }

    /// The words, as documentation has them.
    static var words: String { KeyCodec<Word>.choice.type }

    /// Reads `stop` and, beside `stop: predicted`, the mapping `prediction`.
    init(_ reader: inout MappingReader, _ record: RecordRequest) throws(SweepError) {
        let word: Word = try reader.choice("stop", default: .decided)
        let example = "prediction: {predictor: validation_accuracy, steps: 400, above: 0.2}"
        let hasPrediction = reader.node("prediction") != nil
        guard case .predicted = word else {
            guard !hasPrediction else {
                throw reader.error(
                    "prediction", "has no meaning without stop: predicted",
                    hint: "drop the key, or add stop: predicted")
            }
            self = StopPolicy(rawValue: word.rawValue) ?? .decided
            return
        }
        guard hasPrediction else {
            throw reader.error(
                "stop", "predicted needs to know what by",
                hint: "add \(example); grokmap predict finds cuts on finished sweeps")
        }
        var keys = try reader.mapping("prediction")
        let cut = try EarlyCut(&keys)
        guard keys.keys.contains("above") != keys.keys.contains("below") else {
            throw reader.error(
                "prediction", "must say above or below which value runs generalise, one of both",
                hint: "as in \(example)")
        }
        try keys.finish()
        if let (problem, hint) = cut.lack(in: record) {
            throw reader.error("prediction", problem, hint: hint)
        }
        self = .predicted(cut)
    }
}
