/// A decoder-only transformer over the tokens a, [operator], b, …, [=] (`TokenLayout`).
package struct TransformerConfiguration: Sendable, Hashable {
    /// Where layer normalisation stands.
    package enum Normalisation: String, Sendable, CaseIterable {
        /// Nowhere (Nanda et al. 2023).
        case none
        /// Before attention and MLP, and once before the read-out.
        case pre
        /// After each residual addition.
        case post
    }

    /// What turns the last layer into class scores.
    package enum Unembedding: String, Sendable, CaseIterable {
        /// A matrix of its own.
        case free
        /// The token embeddings of the classes.
        case tied
    }

    /// Positions that are read out.
    package enum ReadOut: String, Sendable, CaseIterable {
        /// The last one.
        case last
        /// All, side by side (Liu et al. 2022, §4.2).
        case all
    }

    /// How the network knows where a token stands, besides the causal mask.
    package enum PositionKind: String, Sendable, CaseIterable {
        /// By embeddings that are trained.
        case learnt
        /// By sines and cosines added to the token's embedding (Vaswani et al. 2017, §3.5).
        case sinusoidal
        /// By rotations of queries and keys (Su et al. 2021).
        case rotary
        /// Not at all.
        case none
    }

    /// How a step is computed; the results agree to rounding.
    package enum Computation: String, Sendable, CaseIterable {
        /// Whatever is shared between examples is computed once: prefixes, and folded tables in one-layer networks.
        case shared
        /// Every position of every example.
        case dense
    }

    /// Number of layers.
    package var layers = 1
    /// Dimensions of the residual stream.
    package var width = 128
    /// Attention heads.
    package var heads = 4
    /// Width of each layer's hidden MLP layer.
    package var hidden = 512
    /// Nonlinearity of the MLP.
    package var activation = ModelConfiguration.Activation.relu
    /// Where layer normalisation stands.
    package var normalisation = Normalisation.none
    /// What turns the last layer into class scores.
    package var unembedding = Unembedding.free
    /// Whether a token for the operator stands between operands.
    package var operatorToken = false
    /// Whether a token = ends the sequence.
    package var equalsToken = true
    /// Whether each operand's tokens are other ones (Gu et al. 2025).
    package var separateTokens = false
    /// How the network knows where a token stands.
    package var positionKind = PositionKind.learnt
    /// Positions that are read out.
    package var readOut = ReadOut.last
    /// Factor on every initial parameter (α of Omnigrok).
    package var scale = 1.0
    /// Further factor on every initial parameter but embeddings, positions and gains.
    package var decoderScale = 1.0
    /// Dropout on what attention and MLP add to the residual stream.
    package var residualDropout = 0.0
    /// Dropout on attention weights.
    package var attentionDropout = 0.0
    /// Dropout on the MLP's hidden layer.
    package var decoderDropout = 0.0
    /// How a step is computed.
    package var computation = Computation.shared

    /// Dimensions of one head.
    package var headWidth: Int { width / heads }

    /// Whether some dropout is on.
    package var hasDropout: Bool {
        residualDropout > 0 || attentionDropout > 0 || decoderDropout > 0
    }
}

extension TransformerConfiguration: KeyedMapping {
    static let keys: [Key<TransformerConfiguration>] = [
        Key("layers", \.layers, .integer(1...64), "each attention and an MLP"),
        Key("width", \.width, .integer(1...16_384), "residual stream"),
        Key("heads", \.heads, .integer(1...1024), "attention heads of a layer").noting(
            "divides `width`"),
        Key("hidden", \.hidden, .integer(1...65_536), "hidden layer of each MLP"),
        Key("activation", \.activation, .choice, "of the MLP").documented(type: "word"),
        Key(
            "normalisation", \.normalisation, .choice,
            "layer normalisation: nowhere, before attention and MLP and before the read-out, or after each addition"
        ),
        Key(
            "unembedding", \.unembedding, .choice,
            "read-out by a matrix of its own, or by the symbols' embeddings (one output per symbol only)"
        ),
        Key(
            "operator_token", \.operatorToken, .flag,
            "a token between operands, one for each operation"
        ).noting("`true` where the task has several operations"),
        Key("equals_token", \.equalsToken, .flag, "a token at the end"),
        Key(
            "separate_tokens", \.separateTokens, .flag,
            "each operand has tokens other than those of the ones before"),
        Key(
            "positions", \.positionKind, .choice,
            "added embeddings that are trained; added sines and cosines (Vaswani et al. 2017); rotations of queries and keys"
                + " (Su et al. 2021), which share nothing between examples; or nothing but the causal mask"
        ).noting("`rotary`: heads of even width").late,
        Key("read_out", \.readOut, .choice, "the last position, or all side by side"),
        Key("scale", \.scale, .number(atLeast: 0), "factor on every initial parameter but gains"),
        Key(
            "decoder_scale", \.decoderScale, .number(atLeast: 0),
            "further factor on all of them but embeddings and positions"
        ).late,
        Key(
            KeyRow(
                name: "dropout", type: "mapping", standard: "all 0", bounds: "each 0 … 0.99",
                meaning:
                    "`residual`: on what attention and MLP add; `attention`: on its weights; `decoder`: on the MLP's"
                    + " hidden layer"),
            read: { reader, model throws(SweepError) in
                var dropout = try reader.mapping("dropout")
                model.residualDropout = try dropout.number("residual", default: 0, in: 0...0.99)
                model.attentionDropout = try dropout.number("attention", default: 0, in: 0...0.99)
                model.decoderDropout = try dropout.number("decoder", default: 0, in: 0...0.99)
                try dropout.finish()
            },
            json: { model, _ in
                .object([
                    "residual": .number(model.residualDropout),
                    "attention": .number(model.attentionDropout),
                    "decoder": .number(model.decoderDropout),
                ])
            }),
        Key(
            "computation", \.computation, .choice,
            "computes what examples share once, or everything for every example; the results agree to rounding"
        ),
    ]

    func check(_ reader: borrowing MappingReader) throws(SweepError) {
        guard width.isMultiple(of: heads) else {
            throw reader.error(
                "heads", "\(heads) heads do not divide the width \(width)",
                hint: "use a divisor of \(width)")
        }
        if positionKind == .rotary, !headWidth.isMultiple(of: 2) {
            throw reader.error(
                "positions",
                "rotary turns pairs of features, of which heads of \(headWidth) have no whole number",
                hint: "use another width, or other heads")
        }
        if unembedding == .tied, readOut == .all {
            throw reader.error(
                "unembedding", "a tied unembedding reads one position, read_out is all",
                hint: "use unembedding: free")
        }
    }
}
