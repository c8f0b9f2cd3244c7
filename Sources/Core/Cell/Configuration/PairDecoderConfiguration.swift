/// Dec(E_a ∘ E_b): two embeddings combined, then a fully connected decoder.
package struct PairDecoderConfiguration: Sendable, Hashable {
    /// How two embeddings become the decoder's input.
    package enum Combination: String, Sendable, CaseIterable {
        /// E_a + E_b (Liu et al. 2022, §2).
        case sum
        /// The matrix product E_a E_b of embeddings read as square matrices, row-major (Liu et al. 2022, App. H).
        case matrixProduct = "matrix-product"
    }

    /// Dimensions of a symbol's embedding.
    package var embedding = 1
    /// How two embeddings become the decoder's input.
    package var combination = Combination.sum
    /// Widths of the decoder's hidden layers.
    package var hidden = [200, 200]
    /// Nonlinearity after each hidden layer.
    package var activation = ModelConfiguration.Activation.tanh
    /// Embeddings begin uniform in ±half of this.
    package var embeddingScale = 1.0
    /// Factor on every initial decoder weight and bias.
    package var decoderScale = 1.0
    /// Dropout after each hidden layer.
    package var dropout = 0.0
}

extension PairDecoderConfiguration: KeyedMapping {
    static let keys: [Key<PairDecoderConfiguration>] = [
        Key("embedding", \.embedding, .integer(1...65_536), "dimensions of an embedding").noting(
            "a square number for `matrix-product`"),
        Key(
            "combination", \.combination, .choice,
            "E_a + E_b, or the product of both read as square matrices"
        ).late,
        Key("hidden", \.hidden, .widths, "hidden layers of the decoder"),
        Key("activation", \.activation, .choice, "after each hidden layer").documented(
            type: "word"),
        Key(
            "embedding_scale", \.embeddingScale, .number(atLeast: 0),
            "embeddings begin uniform in ± half of this"),
        Key(
            "decoder_scale", \.decoderScale, .number(atLeast: 0),
            "factor on every initial decoder weight and bias"),
        Key(
            "dropout", \.dropout, .number(0...0.99),
            "on each hidden layer, after its activation"
        ).late,
    ]

    func check(_ reader: borrowing MappingReader) throws(SweepError) {
        if dropout > 0, hidden.isEmpty {
            throw reader.error(
                "dropout",
                "drops out hidden units, of which a network without hidden layers has none",
                hint: "drop the key, or give hidden layers")
        }
        let side = Int(Double(embedding).squareRoot().rounded())
        if combination == .matrixProduct, side * side != embedding {
            throw reader.error(
                "embedding", "\(embedding) is not a square number, which matrix-product needs",
                hint: "use 9 for 3 × 3 matrices")
        }
    }
}
