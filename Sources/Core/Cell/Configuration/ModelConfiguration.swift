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

    /// Whether it takes a row of numbers, not symbols.
    var takesNumbers: Bool {
        switch self {
        case .pairDecoder, .transformer: false
        case .mlp(let mlp): mlp.input == .numbers
        case .residualNetwork: true
        }
    }

    /// Whether it takes symbols through learnt embeddings: the parameter group *representation*.
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

    /// As JSON.
    func json(_ form: KeyForm) -> JSONValue {
        var members = keyed.members(form)
        members["kind"] = .string(kind.rawValue)
        return .object(members)
    }

    /// The mapping's keys beside its kind.
    private var keyed: any KeyedMapping {
        switch self {
        case .pairDecoder(let model): model
        case .transformer(let model): model
        case .mlp(let model): model
        case .residualNetwork(let model): model
        }
    }
}
