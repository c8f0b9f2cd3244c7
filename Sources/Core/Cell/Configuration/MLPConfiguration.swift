/// A fully connected network.
package struct MLPConfiguration: Sendable, Hashable {
    /// What goes in.
    package enum Input: String, Sendable, CaseIterable {
        /// Unit vectors side by side, one per symbol (Gromov 2023).
        case oneHot = "one-hot"
        /// Learnt embeddings side by side.
        case embedding
        /// The task's own numbers.
        case numbers
    }

    /// How weights begin; everything is multiplied by `scale`.
    package enum Initialisation: String, Sendable, CaseIterable {
        /// PyTorch's default for `Linear`: weights and biases uniform in ±1/√fan-in.
        case uniform
        /// Kaiming uniform: weights in ±√(6/fan-in), biases in ±1/√fan-in.
        case kaiming
        /// Weights from N(0, 1/fan-in), biases 0.
        case normal
        /// Gromov's solution of modular addition, which needs no training (Gromov 2023, §3).
        case analytic
    }

    /// What goes in.
    package var input = Input.oneHot
    /// Dimensions of a symbol's embedding where the input is embedded.
    package var embedding: Int? = 128
    /// Widths of the hidden layers.
    package var hidden = [200, 200]
    /// Nonlinearity after each hidden layer.
    package var activation = ModelConfiguration.Activation.relu
    /// Whether layers have biases.
    package var bias = true
    /// How weights begin.
    package var initialisation = Initialisation.uniform
    /// Factor on every initial parameter (α of Omnigrok).
    package var scale = 1.0
    /// Dropout after each hidden layer.
    package var dropout = 0.0
}

extension MLPConfiguration: KeyedMapping {
    static let keys: [Key<MLPConfiguration>] = [
        Key(
            "input", \.input, .choice,
            "unit vectors or learnt embeddings of the symbols side by side, or the task's own numbers"
        ),
        Key(
            "embedding", optional: \.embedding, .integer(1...65_536), "dimensions of an embedding"
        ).only("`input: embedding` only") { $0.input == .embedding },
        Key("hidden", \.hidden, .widths, "hidden layers"),
        Key("activation", \.activation, .choice, "after each hidden layer").documented(
            type: "word"),
        Key("bias", \.bias, .flag, "whether layers have biases"),
        Key(
            "initialisation", \.initialisation, .choice,
            "PyTorch's default for `Linear`; Kaiming uniform; N(0, 1/fan-in); Gromov's solution of x+y modulo p, which needs"
                + " `input: one-hot`, one hidden layer, `activation: quadratic`, `bias: false` and one output per class"
        ),
        Key(
            "scale", \.scale, .number(atLeast: 0),
            "factor on every initial parameter (α of Omnigrok)"),
        Key(
            "dropout", \.dropout, .number(0...0.99), "on each hidden layer, after its activation"),
    ]

    func check(_ reader: borrowing MappingReader) throws(SweepError) {
        if dropout > 0, hidden.isEmpty {
            throw reader.error(
                "dropout",
                "drops out hidden units, of which a network without hidden layers has none",
                hint: "drop the key, or give hidden layers")
        }
        if initialisation == .analytic,
            input != .oneHot || activation != .quadratic || bias || hidden.count != 1
        {
            throw reader.error(
                "initialisation",
                "analytic weights are known for one-hot pairs and one quadratic hidden layer"
                    + " without biases",
                hint: "use input: one-hot, hidden: [500], activation: quadratic, bias: false")
        }
    }
}
