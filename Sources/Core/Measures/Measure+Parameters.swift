// Measures of the parameters as they are.
extension Measure {
    /// Euclidean norm of all trainable parameters.
    package static let weightNorm = Measure(
        name: "weight_norm", longName: "Euclidean norm of all parameters",
        formula: "‖θ‖ over all trainable parameters", source: "Liu et al. 2023 (Omnigrok)")

    /// Norm of the embeddings.
    package static let weightNormEmbeddings = Measure(
        name: "weight_norm_embeddings", longName: "Euclidean norm of embeddings and positions",
        formula: "‖θ‖ over the parameters of the group *representation*",
        source: "Liu et al. 2022", needs: [.embeddings])

    /// Norm of everything after the embeddings.
    package static let weightNormDecoder = Measure(
        name: "weight_norm_decoder",
        longName: "Euclidean norm of all parameters but embeddings and positions",
        formula: "‖θ‖ over all parameters that are not of the group *representation*",
        source: "Liu et al. 2022")

    /// Norm of the last layer.
    package static let lastLayerNorm = Measure(
        name: "last_layer_norm", longName: "Euclidean norm of the last layer",
        formula:
            "‖W‖ of the last layer's weights, biases left out; of the token embeddings where these "
            + "are the unembedding",
        source: "Thilak et al. 2022")

    /// How far the last layer has turned.
    package static let lastLayerCosine = Measure(
        name: "last_layer_cosine", longName: "cosine of the last layer with where it began",
        formula: "⟨W, W₀⟩/(‖W‖·‖W₀‖) for the weights of `last_layer_norm`, W₀ those at step 0",
        source: "Thilak et al. 2022")

    /// How heavy the tail of the weights' spectra is.
    package static let tailExponent = Measure(
        name: "tail_exponent", longName: "power-law exponent of the weight spectra's tails",
        cost: .costly,
        formula:
            "per weight matrix N × M, N ≥ M ≥ 10: eigenvalues λ of WᵀW/N, α = 1 + n/Σ ln(λᵢ/λ_min) over the n "
            + "eigenvalues from λ_min on, λ_min being the eigenvalue, with n ≥ 5, that makes the "
            + "Kolmogorov–Smirnov distance to the power law smallest; mean over the matrices",
        source: "Martin & Mahoney 2021 (WeightWatcher); Clauset et al. 2009", needs: [.wideMatrix])

    /// Eigenvalues that correlations hidden in single elements cause.
    package static let correlationTraps = Measure(
        name: "correlation_traps", longName: "eigenvalues of shuffled weights beyond random ones",
        cost: .costly,
        formula:
            "per weight matrix N × M, N ≥ M ≥ 10, its elements shuffled (in the same way at every step): eigenvalues of "
            + "WᵀW/N beyond σ²(1 + √(M/N))² + 3τ, σ² = mean square of the elements about their mean, "
            + "τ = σ²/N · (√N + √M)(1/√N + 1/√M)^⅓, the scale of the Tracy–Widom law; W less its "
            + "mean; summed over the matrices",
        source: "Prakash & Martin 2025 (2506.04434); Johnstone 2001", needs: [.wideMatrix])
}
