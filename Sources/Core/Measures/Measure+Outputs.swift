// Measures of what the network puts out. The sample is the first 256 training examples, or all where there are fewer.
extension Measure {
    /// Size of the logits.
    package static let logitScale = Measure(
        name: "logit_scale", longName: "root mean square of the centred logits", scale: .log,
        formula: "√ mean (z_c − mean_c z)² over the sample and its logits",
        source: "Prieto et al. 2025", needs: [.logits])

    /// Logits for the size of the parameters.
    package static let circuitEfficiency = Measure(
        name: "circuit_efficiency", longName: "logit of the label per parameter norm",
        formula: "mean over the sample of (z_label − mean of the other logits), over ‖θ‖",
        source: "after Varma et al. 2023", needs: [.logits])

    /// How often a pair and its mirror get the same answer.
    package static let commutativityAccuracy = Measure(
        name: "commutativity_accuracy", longName: "share of mirrored pairs with the same answer",
        scale: .share, cost: .costly,
        formula:
            "share of the trained pairs (a, b), whose mirror (b, a) is an example that is not trained "
            + "on, with argmax f(a, b) = argmax f(b, a); NaN where there are none",
        source: "Tan & Huang 2023", needs: [.exchangedPairs, .logits])

    /// How far the outputs for a pair and its mirror lie apart.
    package static let commutativityDistance = Measure(
        name: "commutativity_distance", longName: "mean distance of the outputs for mirrored pairs",
        cost: .costly,
        formula: "mean of ‖f(a, b) − f(b, a)‖ over the pairs of `commutativity_accuracy`",
        source: "Tan & Huang 2023", needs: [.exchangedPairs])

    /// Loss of the part of the logits that adds by angles.
    package static let restrictedLoss = Measure(
        name: "restricted_loss", longName: "cross-entropy of the key frequencies' logits alone",
        scale: .log, cost: .costly,
        formula:
            "cross-entropy over all p² pairs of the logits' mean plus their components along "
            + "cos 2πk(a+b)/p and sin 2πk(a+b)/p for the k of `key_frequencies`; correct is (a + b) mod p",
        source: "Nanda et al. 2023", needs: [.modularAddition, .logits])

    /// Training loss without the part of the logits that adds by angles.
    package static let excludedLoss = Measure(
        name: "excluded_loss", longName: "cross-entropy without the key frequencies' logits",
        scale: .log, cost: .costly,
        formula:
            "cross-entropy over the training set, with its labels, of the logits less the components "
            + "that `restricted_loss` keeps",
        source: "Nanda et al. 2023", needs: [.modularAddition, .logits])

    /// Training loss without each frequency's part of the logits.
    package static let excludedLosses = Measure(
        name: "excluded_losses", longName: "cross-entropy without one frequency's logits",
        shape: .vector(axis: "frequency", first: 1, meaning: "turns around the residues"),
        scale: .log, cost: .costly,
        formula: "as `excluded_loss`, for each single k = 1 … ⌊p/2⌋",
        source: "Nanda et al. 2023, repository", needs: [.modularAddition, .logits])

    /// How many directions the outputs of the sample use, as an entropy.
    package static let matrixEntropy = Measure(
        name: "matrix_entropy", longName: "matrix entropy of the outputs", unit: "nat",
        cost: .costly,
        formula:
            "H(R) = −tr(R/n · ln(R/n)), R being the Gram matrix of the sample's n outputs, each "
            + "divided by its norm",
        source: "Tan & Huang 2023 (α = 1)")

    /// What inputs and outputs of the sample have in common.
    package static let mutualInformation = Measure(
        name: "mutual_information", longName: "matrix mutual information of inputs and outputs",
        unit: "nat", cost: .costly,
        formula:
            "H(K) + H(R) − H(K ∘ R), ∘ by elements, K being the Gram matrix of the inputs, each "
            + "divided by its norm: the two embeddings of a pair side by side, unit vectors where there are "
            + "none, or the numbers of an example",
        source: "Tan & Huang 2023 (α = 1, no perturbation)")

    /// Dimension of what the outputs lie on.
    package static let intrinsicDimension = Measure(
        name: "intrinsic_dimension", longName: "intrinsic dimension of the outputs", cost: .costly,
        formula:
            "TwoNN: slope through 0, by least squares, of −ln(1 − F) over ln μ, μ being the ratio of "
            + "the distances to the second and first neighbour in the sample, F its rank over n; the "
            + "smallest 90 % of the μ, outputs that coincide left out",
        source: "Facco et al. 2017; Notsawo et al. 2023, App. C")

    /// Largest curvature of the training loss.
    package static let largestCurvature = Measure(
        name: "hessian_largest", longName: "largest eigenvalue of the loss's Hessian",
        cost: .costly, formula: curvature("largest"),
        source: "Notsawo et al. 2023, App. B.1; Ghorbani et al. 2019",
        needs: [.repeatableGradient])

    /// Smallest curvature of the training loss.
    package static let smallestCurvature = Measure(
        name: "hessian_smallest", longName: "smallest eigenvalue of the loss's Hessian",
        cost: .costly, formula: curvature("smallest"),
        source: "Notsawo et al. 2023, App. B.1; Ghorbani et al. 2019",
        needs: [.repeatableGradient])

    private static func curvature(_ which: String) -> String {
        "\(which) Ritz value of 20 Lanczos steps, all vectors kept orthogonal, from a random direction "
            + "that is the same at every step, on Hv ≈ (g(θ + εv) − g(θ − εv))/2ε with ε = 0.01·max(‖θ‖, 1)/√P; g is the "
            + "gradient over the whole training set, penalties included"
    }
}
