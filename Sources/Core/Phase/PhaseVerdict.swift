/// A phase and the reason for it.
package struct PhaseVerdict: Sendable, Hashable {
    /// The phase.
    package var phase: Phase
    /// One sentence with the steps and thresholds it rests on.
    package var reason: String
    /// Whether another crossing inside an evaluation bracket would change the phase.
    package var uncertain: Bool
    /// Where training accuracy reached the rule's threshold.
    package var train: Crossing?
    /// Where validation accuracy reached the rule's threshold.
    package var validation: Crossing?

    /// A verdict, certain unless said otherwise.
    package init(_ phase: Phase, _ reason: String, uncertain: Bool = false) {
        self.phase = phase
        self.reason = reason
        self.uncertain = uncertain
    }
}
