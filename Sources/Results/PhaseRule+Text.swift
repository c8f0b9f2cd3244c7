import Core
import Synchronization

extension PhaseRule {
    /// The rule read last: all files of a sweep have the same.
    private static let latest = Mutex<(text: String, rule: PhaseRule)?>(nil)

    /// Reads a rule back from its canonical JSON.
    ///
    /// - Throws: `Mismatch` when the text is not a rule's canonical one.
    init(ofFile text: String) throws(Mismatch) {
        if let latest = PhaseRule.latest.withLock({ $0 }), latest.text == text {
            self = latest.rule
            return
        }
        do {
            try self.init(canonicalText: text)
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
