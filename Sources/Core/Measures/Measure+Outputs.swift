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
            + "divided by its norm: the embeddings of its symbols side by side, unit vectors where there are "
            + "none, or the numbers of an example",
        source: "Tan & Huang 2023 (α = 1, no perturbation)", needs: [.oneOperation])

    /// How many directions the outputs use, by collisions.
    package static let collisionEntropy = Measure(
        name: "collision_entropy", longName: "matrix entropy of the outputs of order 2",
        unit: "nat", cost: .costly, formula: "−ln tr((R/n)²), R as for `matrix_entropy`",
        source: "Tan & Huang 2023 (α = 2, that of their theorems)")

    /// What inputs and outputs have in common, by collisions.
    package static let collisionInformation = Measure(
        name: "collision_information",
        longName: "matrix mutual information of inputs and outputs of order 2", unit: "nat",
        cost: .costly, formula: "as `mutual_information`, with the entropy of `collision_entropy`",
        source: "Tan & Huang 2023 (α = 2, no perturbation)", needs: [.oneOperation])

    /// Entropy of the features when what enters is perturbed.
    package static let perturbedEntropy = Measure(
        name: "perturbed_entropy", longName: "matrix entropy of the perturbed features (PE)",
        unit: "nat", cost: .costly,
        formula:
            "H of `matrix_entropy` of the sample's features, what the last layer multiplies with its "
            + "weights, where normal noise is added to what enters the network (embeddings, one-hot pairs or "
            + "numbers; of a transformer embeddings and positions at every place), the same at every step, "
            + "with a tenth of the root mean square of what it is added to as standard deviation (the paper "
            + "gives none)",
        source: "Tan & Huang 2023, §5", needs: [.plainNetwork])

    /// What perturbed inputs and features have in common.
    package static let perturbedInformation = Measure(
        name: "perturbed_information",
        longName: "matrix mutual information of perturbed inputs and features (PMI)", unit: "nat",
        cost: .costly,
        formula:
            "H(K) + H(R) − H(K ∘ R) as for `mutual_information`, K and R being the Gram matrices of what "
            + "enters the network and of the features, both with the noise of `perturbed_entropy`",
        source: "Tan & Huang 2023, §5", needs: [.plainNetwork])

    /// What the perturbation changes of the entropy.
    package static let entropyDifference = Measure(
        name: "entropy_difference", longName: "entropy difference under perturbation (ED)",
        unit: "nat", cost: .costly,
        formula: "|`perturbed_entropy` − the same without noise|",
        source: "Tan & Huang 2023, Thm 5.9", needs: [.plainNetwork])

    /// What the perturbation changes of the mutual information.
    package static let informationDifference = Measure(
        name: "information_difference",
        longName: "mutual information difference under perturbation (MID)", unit: "nat",
        cost: .costly, formula: "|`perturbed_information` − the same without noise|",
        source: "Tan & Huang 2023, Thm 5.12", needs: [.plainNetwork])

    /// How much of the lesser entropy features and last layer have in common.
    package static let informationRatio = Measure(
        name: "mutual_information_ratio",
        longName: "mutual information ratio of features and last layer (MIR)", cost: .costly,
        formula:
            "(H(K) + H(R) − H(K ∘ R))/min(H(K), H(R)), R being the Gram matrix of the sample's features as "
            + "for `perturbed_entropy` without noise, K that of the last layer's weights for their labels",
        source: "Song, Tan et al. 2024 (2406.03999)", needs: [.logits, .plainNetwork])

    /// How unlike the entropies of features and last layer are.
    package static let entropyRatio = Measure(
        name: "entropy_difference_ratio",
        longName: "entropy difference ratio of features and last layer (HDR)", cost: .costly,
        formula: "|H(K) − H(R)|/max(H(K), H(R)), K and R as for `mutual_information_ratio`",
        source: "Song, Tan et al. 2024 (2406.03999)", needs: [.logits, .plainNetwork])

    /// Redundancy of the features less their synergy.
    package static let oInformation = Measure(
        name: "o_information", longName: "O-information of the features", unit: "nat",
        cost: .costly,
        formula:
            "Ω = (n−2)H(Z) + Σ (H(Zⱼ) − H(Z without Zⱼ)), above 0 for redundancy, below for synergy, of ten "
            + "of the sample's features at a time by Gaussian copulas: C their normal scores' correlations, 1 % "
            + "of them replaced by the unit matrix, Ω = −ln det C − ½ Σ ln (C⁻¹)ⱼⱼ; mean over up to 20 groups, "
            + "dealt out in the same random order at every step, features of one value left out; NaN where fewer "
            + "than three are left",
        source: "Rosas et al. 2019; Clauw et al. 2024 (who group neurons in a way of their own)",
        needs: [.plainNetwork])

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

    /// Curvature of the training loss along its gradient.
    package static let gradientCurvature = Measure(
        name: "gradient_curvature", longName: "curvature of the loss along its gradient",
        cost: .costly,
        formula: "gᵀHg/‖g‖², with g and Hg as for `hessian_largest`",
        source: "after Thilak et al. 2022, who take the update in the gradient's place",
        needs: [.repeatableGradient])

    /// Training loss along a random direction.
    package static let randomSliceTrain = Measure(
        name: "landscape_random_train", longName: "training loss along a random direction",
        shape: slice, scale: .log, cost: .costly,
        formula: landscape("training", "d is normal noise, the same at every step"),
        source: "Notsawo et al. 2023, §4; Li et al. 2018", needs: [.plainNetwork])

    /// Validation loss along a random direction.
    package static let randomSliceValidation = Measure(
        name: "landscape_random_validation", longName: "validation loss along a random direction",
        shape: slice, scale: .log, cost: .costly,
        formula: "as `landscape_random_train`, of the validation set",
        source: "Notsawo et al. 2023, §4; Li et al. 2018", needs: [.plainNetwork])

    /// Training loss towards the initial parameters.
    package static let startSliceTrain = Measure(
        name: "landscape_start_train", longName: "training loss towards the initial parameters",
        shape: slice, scale: .log, cost: .costly,
        formula: landscape("training", "d is θ₀ − θ, the way back to step 0"),
        source: "Notsawo et al. 2023, §4; Li et al. 2018", needs: [.plainNetwork])

    /// Validation loss towards the initial parameters.
    package static let startSliceValidation = Measure(
        name: "landscape_start_validation",
        longName: "validation loss towards the initial parameters", shape: slice, scale: .log,
        cost: .costly, formula: "as `landscape_start_train`, of the validation set",
        source: "Notsawo et al. 2023, §4; Li et al. 2018", needs: [.plainNetwork])

    private static let slice = Shape.vector(
        axis: "quarters", first: -12, meaning: "quarters of the direction")

    private static func landscape(_ set: String, _ direction: String) -> String {
        "loss over the whole \(set) set, without penalties, dropout or noise, at θ + (k/4)·d for k = −12 … 12; \(direction), "
            + "every matrix row and every single bias or gain of it scaled to the norm that θ has there"
    }

    private static func curvature(_ which: String) -> String {
        "\(which) Ritz value of 20 Lanczos steps, all vectors kept orthogonal, from a random direction "
            + "that is the same at every step, on Hv ≈ (g(θ + εv) − g(θ − εv))/2ε with ε = 0.01·max(‖θ‖, 1)/√P; g is the "
            + "gradient over the whole training set, penalties included"
    }
}
