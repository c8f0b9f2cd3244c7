/// Normal noise on parameters, and on inputs or embeddings of the examples trained on, σ = max(λ₁ (1 − training accuracy), λ₂)
/// (Tan & Huang 2023, perturbation training). The accuracy is that of the last step's batch as the noise left it, 0
/// before the first step.
package struct PerturbationConfiguration: Sendable, Hashable {
    /// Factor on what is missing to a training accuracy of 1.
    package var lambda1 = 0.0
    /// Least standard deviation.
    package var lambda2 = 0.0
    /// Standard deviation of normal noise on every parameter, drawn again for each gradient (Power et al. 2022).
    package var weights = 0.0

    /// Whether there is noise on what goes in.
    package var isOn: Bool { lambda1 > 0 || lambda2 > 0 }
}

extension PerturbationConfiguration: KeyedMapping {
    static let keys: [Key<PerturbationConfiguration>] = [
        Key(
            "lambda1", \.lambda1, .number(atLeast: 0),
            "λ₁ of normal noise on the examples trained on, of deviation σ = max(λ₁ (1 − training accuracy), λ₂)"
                + " (Tan & Huang 2023): on the embeddings, each symbol's by itself before they are combined; where there are"
                + " none, on the numbers that go in, the unit vectors of `input: one-hot` among them. The accuracy is that of"
                + " the last step's batch, with its noise"),
        Key("lambda2", \.lambda2, .number(atLeast: 0), "λ₂, the least deviation"),
        Key(
            "weights", \.weights, .number(atLeast: 0),
            "standard deviation of normal noise on every parameter while a gradient is taken, drawn again each time"
                + " (Power et al. 2022); updates and evaluations go from the parameters without it"
        ).late,
    ]
}
