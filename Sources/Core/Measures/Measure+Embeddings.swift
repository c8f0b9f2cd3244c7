// Measures of what stands for each symbol: its embedding, or in a network on unit vectors the first layer's weights for it
// as each operand, side by side.
extension Measure {
    /// Representation quality index: the share of permissible parallelograms that the embeddings realise.
    package static let rqi = Measure(
        name: "rqi", longName: "representation quality index", scale: .share,
        formula:
            "|P(R)|/|P₀|: of the unordered pairs {(i, j), (m, n)} of distinct unordered pairs with "
            + "i + j = m + n, the share whose embeddings, standardised per dimension (sample "
            + "standard deviation), have a mean over dimensions of (Eᵢ + Eⱼ − Eₘ − Eₙ)² below 0.01; "
            + "0 where there are none",
        source: "Liu et al. 2022, §3.1 and `train_add.py`", needs: [.parallelograms])

    /// Number of parallelograms that the embeddings realise.
    package static let parallelograms = Measure(
        name: "parallelograms", longName: "permissible parallelograms that are realised",
        formula: "|P(R)|, as for `rqi`", source: "Liu et al. 2022, §3.1", needs: [.parallelograms])

    /// Number of parallelograms among the trained pairs.
    package static let permissibleParallelograms = Measure(
        name: "permissible_parallelograms", longName: "parallelograms among the trained pairs",
        formula:
            "|P₀(D)|: the parallelograms of `rqi` of which both pairs are trained on. It is the same at "
            + "every step",
        source: "Liu et al. 2022, §3.1", needs: [.parallelograms])

    /// Accuracy that the realised parallelograms imply.
    package static let predictedAccuracy = Measure(
        name: "predicted_accuracy", longName: "accuracy that realised parallelograms imply",
        scale: .share,
        formula:
            "|D̄(D, P(R))|/|D₀|: the share of all pairs that are trained on or are one side of a "
            + "realised parallelogram whose other side is trained on",
        source: "Liu et al. 2022, §3.1 and App. D", needs: [.parallelograms])

    /// Accuracy that the best embeddings for this training set would imply.
    package static let idealAccuracy = Measure(
        name: "ideal_accuracy", longName: "accuracy that implied parallelograms allow",
        scale: .share,
        formula:
            "|D̄(D, P(D))|/|D₀|: as `predicted_accuracy`, with the parallelograms P(D) that follow "
            + "from those among trained pairs: rows of A in the span of A(P₀(D)), eigenvalues of AᵀA "
            + "below 1e-8 counting as 0. It is the same at every step",
        source: "Liu et al. 2022, §3.1 and App. D", needs: [.parallelograms])

    /// Number of directions that the embeddings use.
    package static let effectiveDimension = Measure(
        name: "effective_dimension", longName: "effective dimension of the embeddings",
        formula:
            "exp(−Σ sᵢ ln sᵢ), sᵢ being the shares of variance along the principal components of "
            + "the embeddings",
        source: "Liu et al. 2022, §4.2", needs: [.symbols])

    /// Mean distance of consecutive embeddings.
    package static let embeddingDistance = Measure(
        name: "embedding_distance", longName: "mean distance of consecutive embeddings",
        formula: "1/(p−1) Σ ‖Eᵢ₊₁ − Eᵢ‖ over i = 0 … p−2",
        source: "Gu et al. 2025, Def. 4.2, without the wrap", needs: [.orderedSymbols])

    /// Mean distance of consecutive embeddings, the last being followed by the first.
    package static let cyclicDistance = Measure(
        name: "embedding_distance_cyclic",
        longName: "mean distance of consecutive embeddings around the cycle",
        formula: "1/p Σ ‖Eᵢ₊₁ − Eᵢ‖ over i = 0 … p−1 with E_p = E₀",
        source: "Gu et al. 2025, Def. 4.2", needs: [.residues])

    /// Mean distance of consecutive symbols in the first hidden layer.
    package static let hiddenDistance = Measure(
        name: "hidden_distance", longName: "mean distance of consecutive hidden activations",
        cost: .costly,
        formula:
            "as `embedding_distance`, of the first hidden layer's activations for the pairs (i, i), of a "
            + "transformer those of its first layer at the last position",
        source: "Gu et al. 2025, for inputs that are not learnt", needs: [.hiddenSymbols])

    /// The same around the cycle.
    package static let cyclicHiddenDistance = Measure(
        name: "hidden_distance_cyclic",
        longName: "mean distance of consecutive hidden activations around the cycle",
        cost: .costly,
        formula: "as `embedding_distance_cyclic`, of the activations of `hidden_distance`",
        source: "Gu et al. 2025, for inputs that are not learnt",
        needs: [.residues, .hiddenSymbols])

    /// Size of each frequency in the embeddings.
    package static let fourierSpectrum = Measure(
        name: "fourier_spectrum", longName: "Fourier spectrum of the embeddings",
        shape: .vector(axis: "frequency", first: 1, meaning: "turns around the residues"),
        formula:
            "√(‖Fᵀcos_k‖² + ‖Fᵀsin_k‖²) for k = 1 … ⌊p/2⌋, F = embeddings p × d, cos_k and sin_k of 2πkn/p "
            + "with norm 1",
        source: "Nanda et al. 2023", needs: [.residues])

    /// How unequal the Fourier components are.
    package static let fourierGini = Measure(
        name: "fourier_gini", longName: "Gini coefficient of the Fourier components", scale: .share,
        formula:
            "mean |xᵢ − xⱼ|/(2 mean x) over all i, j, x being the p norms of the embeddings' components "
            + "along the constant and each cos_k and sin_k",
        source: "Nanda et al. 2023", needs: [.residues])

    /// Number of frequencies that matter.
    package static let keyFrequencies = Measure(
        name: "key_frequencies", longName: "number of key frequencies",
        formula:
            "the least number of frequencies k ≥ 1 that hold 90 % of the spectrum's squares (the paper "
            + "takes them from the neurons instead)",
        source: "after Nanda et al. 2023", needs: [.residues])

    /// How far each dimension is a single frequency.
    package static let inverseParticipation = Measure(
        name: "inverse_participation", longName: "inverse participation ratio over frequencies",
        scale: .share,
        formula:
            "mean over dimensions of Σ P_k²/(Σ P_k)², P_k being a dimension's squared component at "
            + "frequency k = 0 … ⌊p/2⌋, sine and cosine together: 1 for a single wave; dimensions that are 0 do "
            + "not count",
        source: "Gromov 2023; Doshi et al. 2023", needs: [.residues])
}
