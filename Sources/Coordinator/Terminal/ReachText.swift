import Core
import Sweeps

/// What ending cells out of reach has saved and what its audit found, in words and as members of JSON output.
struct ReachText {
    private let audit: ReachAudit

    /// The words on an audit.
    init(_ audit: ReachAudit) { self.audit = audit }

    /// One line for people.
    var line: String {
        let saved =
            "out of reach by their split: \(audit.ended.grouped) cells ended where they"
            + " had fitted, \(audit.stepsSaved.grouped) steps and about"
            + " \(TimeText.words(audit.secondsSaved)) of one slot saved"
        guard audit.audited > 0 else { return saved + "; none went on yet" }
        return saved
            + "; of \(audit.audited.grouped) that went on \(audit.generalised) generalised"
            + " all the same, that is \(audit.errors.percent) with 95 % confidence"
    }

    /// The same as JSON.
    var members: [String: JSONValue] {
        [
            "unreachable_steps_saved": .number(Double(audit.stepsSaved)),
            "unreachable_seconds_saved": TimeText.json(audit.secondsSaved),
            "unreachable_audited": .number(Double(audit.audited)),
            "unreachable_generalised": .number(Double(audit.generalised)),
            "unreachable_error_low": .number(audit.errors.low),
            "unreachable_error_high": .number(audit.errors.high),
        ]
    }
}

extension WilsonInterval {
    /// The interval in per cent: `0 % to 0.5 %`.
    var percent: String {
        "\(Percent.text(low)) to \(Percent.text(high))"
    }
}
