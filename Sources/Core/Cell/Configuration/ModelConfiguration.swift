/// The network.
package enum ModelConfiguration: Sendable, Hashable {
    /// Dec(E_a ∘ E_b), the toy models of Liu et al. 2022, §2 and App. H.
    case pairDecoder(PairDecoderConfiguration)
    /// A decoder-only transformer.
    case transformer(TransformerConfiguration)
    /// A fully connected network on one-hot pairs, embedded pairs or rows of numbers.
    case mlp(MLPConfiguration)
    /// A convolutional network of residual blocks on pictures.
    case residualNetwork(ResidualNetworkConfiguration)

    /// The words for `kind`.
    package enum Kind: String, Sendable, CaseIterable {
        /// Sum or product of two embeddings, then a decoder.
        case pairDecoder = "pair-decoder"
        /// Decoder-only transformer.
        case transformer
        /// Fully connected network.
        case mlp
        /// Convolutional network of residual blocks.
        case residualNetwork = "residual-network"
    }

    /// Nonlinearities between layers.
    package enum Activation: String, Sendable, CaseIterable {
        /// The hyperbolic tangent.
        case tanh
        /// max(0, x).
        case relu
        /// x · Φ(x), Φ the standard normal distribution.
        case gelu
        /// x/(1 + e⁻ˣ).
        case silu
        /// x (1 + tanh u)/2, u = √(2/π)(x + 0.044715 x³), an approximation of GELU.
        case geluTanh = "gelu-tanh"
        /// x².
        case quadratic
    }

    /// Reads and checks the mapping.
    init(_ mapping: consuming MappingReader) throws(SweepError) {
        var reader = mapping
        let kind: Kind = try reader.choice("kind", default: .pairDecoder)
        switch kind {
        case .pairDecoder: self = .pairDecoder(try PairDecoderConfiguration(&reader))
        case .transformer: self = .transformer(try TransformerConfiguration(&reader))
        case .mlp: self = .mlp(try MLPConfiguration(&reader))
        case .residualNetwork:
            self = .residualNetwork(try ResidualNetworkConfiguration(&reader))
        }
        try reader.finish()
    }

    /// The kind's word.
    package var kind: Kind {
        switch self {
        case .pairDecoder: .pairDecoder
        case .transformer: .transformer
        case .mlp: .mlp
        case .residualNetwork: .residualNetwork
        }
    }

    /// The kind and, of a pair decoder, the combination, as a sweep file writes them.
    var words: String {
        switch self {
        case .pairDecoder(let model):
            "{kind: \(kind.rawValue), combination: \(model.combination.rawValue)}"
        case .transformer, .mlp, .residualNetwork: "{kind: \(kind.rawValue)}"
        }
    }

    /// Whether it takes pairs of symbols through learnt embeddings: the parameter group *representation*.
    package var hasRepresentation: Bool {
        switch self {
        case .pairDecoder, .transformer: true
        case .mlp(let mlp): mlp.input == .embedding
        case .residualNetwork: false
        }
    }

    /// Whether some dropout is on.
    package var hasDropout: Bool {
        switch self {
        case .pairDecoder(let model): model.dropout > 0
        case .transformer(let transformer): transformer.hasDropout
        case .mlp(let mlp): mlp.dropout > 0
        case .residualNetwork: false
        }
    }

    /// Keys of this kind of model that were added after science version 1, each with the value that changes nothing.
    var lateKeys: [(path: [String], value: JSONValue)] {
        switch self {
        case .pairDecoder: [(["model", "dropout"], .number(0))]
        case .transformer:
            [
                (["model", "decoder_scale"], .number(1)),
                (
                    ["model", "positions"],
                    .string(TransformerConfiguration.PositionKind.learnt.rawValue)
                ),
            ]
        case .mlp, .residualNetwork: []
        }
    }

    /// As JSON, every key that has a meaning present.
    var json: JSONValue {
        var members: [String: JSONValue]
        switch self {
        case .pairDecoder(let model): members = model.members
        case .transformer(let model): members = model.members
        case .mlp(let model): members = model.members
        case .residualNetwork(let model): members = model.members
        }
        members["kind"] = .string(kind.rawValue)
        return .object(members)
    }
}

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
    package var embedding: Int
    /// How two embeddings become the decoder's input.
    package var combination: Combination
    /// Widths of the decoder's hidden layers.
    package var hidden: [Int]
    /// Nonlinearity after each hidden layer.
    package var activation: ModelConfiguration.Activation
    /// Embeddings begin uniform in ±half of this.
    package var embeddingScale: Double
    /// Factor on every initial decoder weight and bias.
    package var decoderScale: Double
    /// Dropout after each hidden layer.
    package var dropout: Double

    init(_ reader: inout MappingReader) throws(SweepError) {
        let largest = Double.greatestFiniteMagnitude
        embedding = try reader.integer("embedding", default: 1, in: 1...65_536)
        combination = try reader.choice("combination", default: .sum)
        hidden = try reader.widths("hidden", default: [200, 200])
        activation = try reader.choice("activation", default: .tanh)
        embeddingScale = try reader.number("embedding_scale", default: 1, in: 0...largest)
        decoderScale = try reader.number("decoder_scale", default: 1, in: 0...largest)
        dropout = try reader.hiddenDropout(of: hidden)
        let side = Int(Double(embedding).squareRoot().rounded())
        if combination == .matrixProduct, side * side != embedding {
            throw reader.error(
                "embedding", "\(embedding) is not a square number, which matrix-product needs",
                hint: "use 9 for 3 × 3 matrices")
        }
    }

    var members: [String: JSONValue] {
        [
            "embedding": .number(Double(embedding)),
            "combination": .string(combination.rawValue),
            "hidden": .array(hidden.map { .number(Double($0)) }),
            "activation": .string(activation.rawValue),
            "embedding_scale": .number(embeddingScale),
            "decoder_scale": .number(decoderScale), "dropout": .number(dropout),
        ]
    }
}

/// A decoder-only transformer over the tokens a, [operator], b, [=].
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
    package var layers: Int
    /// Dimensions of the residual stream.
    package var width: Int
    /// Attention heads.
    package var heads: Int
    /// Width of each layer's hidden MLP layer.
    package var hidden: Int
    /// Nonlinearity of the MLP.
    package var activation: ModelConfiguration.Activation
    /// Where layer normalisation stands.
    package var normalisation: Normalisation
    /// What turns the last layer into class scores.
    package var unembedding: Unembedding
    /// Whether a token for the operator stands between a and b.
    package var operatorToken: Bool
    /// Whether a token = ends the sequence.
    package var equalsToken: Bool
    /// Whether b's tokens are other ones than a's (Gu et al. 2025).
    package var separateTokens: Bool
    /// How the network knows where a token stands.
    package var positionKind: PositionKind
    /// Positions that are read out.
    package var readOut: ReadOut
    /// Factor on every initial parameter (α of Omnigrok).
    package var scale: Double
    /// Further factor on every initial parameter but embeddings, positions and gains.
    package var decoderScale: Double
    /// Dropout on what attention and MLP add to the residual stream.
    package var residualDropout: Double
    /// Dropout on attention weights.
    package var attentionDropout: Double
    /// Dropout on the MLP's hidden layer.
    package var decoderDropout: Double
    /// How a step is computed.
    package var computation: Computation

    /// Tokens per sequence.
    package var positions: Int { 2 + (operatorToken ? 1 : 0) + (equalsToken ? 1 : 0) }

    /// Position of b.
    package var secondPosition: Int { operatorToken ? 2 : 1 }

    /// Dimensions of one head.
    package var headWidth: Int { width / heads }

    /// Whether some dropout is on.
    package var hasDropout: Bool {
        residualDropout > 0 || attentionDropout > 0 || decoderDropout > 0
    }

    /// Tokens of a task of so many symbols: the symbols, b's own, the operator, the equals sign, in this order.
    package func tokenCount(symbols: Int) -> Int {
        symbols * (separateTokens ? 2 : 1) + (operatorToken ? 1 : 0) + (equalsToken ? 1 : 0)
    }

    init(_ reader: inout MappingReader) throws(SweepError) {
        layers = try reader.integer("layers", default: 1, in: 1...64)
        width = try reader.integer("width", default: 128, in: 1...16_384)
        heads = try reader.integer("heads", default: 4, in: 1...1024)
        hidden = try reader.integer("hidden", default: 512, in: 1...65_536)
        activation = try reader.choice("activation", default: .relu)
        normalisation = try reader.choice("normalisation", default: Normalisation.none)
        unembedding = try reader.choice("unembedding", default: .free)
        operatorToken = try reader.flag("operator_token", default: false)
        equalsToken = try reader.flag("equals_token", default: true)
        separateTokens = try reader.flag("separate_tokens", default: false)
        positionKind = try reader.choice("positions", default: .learnt)
        readOut = try reader.choice("read_out", default: .last)
        scale = try reader.number("scale", default: 1, in: 0...Double.greatestFiniteMagnitude)
        decoderScale = try reader.number(
            "decoder_scale", default: 1, in: 0...Double.greatestFiniteMagnitude)
        var dropout = try reader.mapping("dropout")
        residualDropout = try dropout.number("residual", default: 0, in: 0...0.99)
        attentionDropout = try dropout.number("attention", default: 0, in: 0...0.99)
        decoderDropout = try dropout.number("decoder", default: 0, in: 0...0.99)
        try dropout.finish()
        computation = try reader.choice("computation", default: .shared)
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

    var members: [String: JSONValue] {
        [
            "layers": .number(Double(layers)), "width": .number(Double(width)),
            "heads": .number(Double(heads)), "hidden": .number(Double(hidden)),
            "activation": .string(activation.rawValue),
            "normalisation": .string(normalisation.rawValue),
            "unembedding": .string(unembedding.rawValue),
            "operator_token": .bool(operatorToken), "equals_token": .bool(equalsToken),
            "separate_tokens": .bool(separateTokens),
            "positions": .string(positionKind.rawValue), "read_out": .string(readOut.rawValue),
            "scale": .number(scale), "decoder_scale": .number(decoderScale),
            "dropout": .object([
                "residual": .number(residualDropout), "attention": .number(attentionDropout),
                "decoder": .number(decoderDropout),
            ]),
            "computation": .string(computation.rawValue),
        ]
    }
}

/// A fully connected network.
package struct MLPConfiguration: Sendable, Hashable {
    /// What goes in.
    package enum Input: String, Sendable, CaseIterable {
        /// Two unit vectors side by side, one per symbol (Gromov 2023).
        case oneHot = "one-hot"
        /// Two learnt embeddings side by side.
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
    package var input: Input
    /// Dimensions of a symbol's embedding where the input is embedded.
    package var embedding: Int?
    /// Widths of the hidden layers.
    package var hidden: [Int]
    /// Nonlinearity after each hidden layer.
    package var activation: ModelConfiguration.Activation
    /// Whether layers have biases.
    package var bias: Bool
    /// How weights begin.
    package var initialisation: Initialisation
    /// Factor on every initial parameter (α of Omnigrok).
    package var scale: Double
    /// Dropout after each hidden layer.
    package var dropout: Double

    init(_ reader: inout MappingReader) throws(SweepError) {
        input = try reader.choice("input", default: .oneHot)
        if input == .embedding {
            embedding = try reader.integer("embedding", default: 128, in: 1...65_536)
        }
        hidden = try reader.widths("hidden", default: [200, 200])
        activation = try reader.choice("activation", default: .relu)
        bias = try reader.flag("bias", default: true)
        initialisation = try reader.choice("initialisation", default: .uniform)
        scale = try reader.number("scale", default: 1, in: 0...Double.greatestFiniteMagnitude)
        dropout = try reader.hiddenDropout(of: hidden)
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

    var members: [String: JSONValue] {
        var members: [String: JSONValue] = [
            "input": .string(input.rawValue),
            "hidden": .array(hidden.map { .number(Double($0)) }),
            "activation": .string(activation.rawValue), "bias": .bool(bias),
            "initialisation": .string(initialisation.rawValue), "scale": .number(scale),
            "dropout": .number(dropout),
        ]
        if let embedding { members["embedding"] = .number(Double(embedding)) }
        return members
    }
}

extension MappingReader {
    /// The key `dropout` of a network with hidden layers of these widths.
    fileprivate mutating func hiddenDropout(of hidden: [Int]) throws(SweepError) -> Double {
        let dropout = try number("dropout", default: 0, in: 0...0.99)
        if dropout > 0, hidden.isEmpty {
            throw error(
                "dropout",
                "drops out hidden units, of which a network without hidden layers has none",
                hint: "drop the key, or give hidden layers")
        }
        return dropout
    }
}
