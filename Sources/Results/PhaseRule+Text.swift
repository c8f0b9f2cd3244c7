import Core
import Synchronization

extension PhaseRule {
    /// The rule as canonical JSON, with the keys of a sweep file's `phase_rule`.
    var canonicalText: String {
        CanonicalJSON.text(
            .object([
                "train_accuracy": .number(trainAccuracy),
                "validation_accuracy": .number(validationAccuracy),
                "gap": .number(Double(gap)),
                "sustain": .number(Double(sustain)),
            ]))
    }

    /// The rule read last: all files of a sweep have the same.
    private static let latest = Mutex<(text: String, rule: PhaseRule)?>(nil)

    /// Reads a rule back from its canonical JSON.
    ///
    /// - Throws: `Mismatch` when the text is not a rule's canonical one.
    init(canonicalText text: String) throws(Mismatch) {
        if let latest = PhaseRule.latest.withLock({ $0 }), latest.text == text {
            self = latest.rule
            return
        }
        do {
            let node = try SpecNode(parsing: text)
            try self.init(reading: try MappingReader(node, path: "phase_rule"))
        } catch {
            throw Mismatch("\(error)")
        }
        guard canonicalText == text else {
            throw Mismatch("phase_rule is not in canonical form")
        }
        let rule = self
        PhaseRule.latest.withLock { $0 = (text, rule) }
    }
}
