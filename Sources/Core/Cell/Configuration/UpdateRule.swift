/// One parameter group's optimiser, in PyTorch's conventions; at first AdamW with PyTorch's defaults but for weight decay, which is 0.
package struct UpdateRule: Sendable, Hashable {
    /// The kinds of optimiser.
    package enum Kind: String, Sendable, CaseIterable {
        /// Adam with decoupled weight decay: a step shrinks a parameter by learning rate × weight decay of itself
        /// (Loshchilov & Hutter 2019).
        case adamw
        /// Adam with weight decay as an L2 term of the gradient.
        case adam
        /// Gradient descent with momentum and weight decay as an L2 term.
        case sgd
        /// Gradient descent with momentum and decoupled weight decay (Loshchilov & Hutter 2019, Alg. 1).
        case sgdw
        /// The sign of a blend of gradient and momentum, with decoupled weight decay (Chen et al. 2023, Alg. 2).
        case lion
        /// Gradients over the root of their mean square, with momentum and weight decay as an L2 term, as
        /// `torch.optim.RMSprop`.
        case rmsprop
        /// Matrices by an orthogonalised momentum (Jordan et al. 2024), biases and gains as `adamw` by its defaults; weight decay
        /// decoupled.
        case muon
        /// Gradient descent along the orthogonal polar factor of each matrix's gradient (Pasand & Dohmatob 2025), along the
        /// gradient itself for biases and gains; weight decay as an L2 term.
        case egd

        /// Whether weight decay multiplies parameters by 1 − ηλ, and is no part of the gradient.
        package var isDecoupled: Bool {
            switch self {
            case .adamw, .sgdw, .lion, .muon: true
            case .adam, .sgd, .rmsprop, .egd: false
            }
        }
    }

    /// The kind of optimiser.
    package var kind: Kind = .adamw
    /// Learning rate η.
    package var learningRate = 1e-3
    /// Weight decay; weights and biases alike.
    package var weightDecay = 0.0
    /// Decay of Adam's first moment; what Lion blends with.
    package var beta1 = 0.9
    /// Decay of the second moment; of Lion's momentum.
    package var beta2 = 0.999
    /// Added to Adam's denominator.
    package var epsilon = 1e-8
    /// Momentum of gradient descent, RMSprop and Muon.
    package var momentum = 0.0
}

extension UpdateRule: KeyedMapping {
    static let keys: [Key<UpdateRule>] = [
        Key(
            "kind", \.kind, .choice,
            "PyTorch's conventions: AdamW, Adam with weight decay in the gradient, gradient descent with momentum, the same with"
                + " decoupled decay, Lion (Chen et al. 2023), RMSprop with weight decay in the gradient; Muon (Jordan et al."
                + " 2024) with Nesterov momentum for matrices, times √max(1, rows/columns), and AdamW by its defaults for"
                + " biases and gains. Embeddings and last layers usually have `adamw` beside it; `egd`, egalitarian gradient"
                + " descent (Pasand & Dohmatob 2025, arXiv 2510.04930): of a matrix's gradient, decay in it, all singular"
                + " values become 1, but for those within 2⁻²³ × the longer side of 0 beside the largest; biases and gains"
                + " take their gradients. The authors' programs have it for hidden layers and leave embeddings, and in part"
                + " last layers, to plain or Adam updates"
        ),
        Key("learning_rate", \.learningRate, .number(atLeast: 0), "η"),
        Key(
            "weight_decay", \.weightDecay, .number(atLeast: 0),
            "λ; of `adamw`, `sgdw`, `lion` and `muon` decoupled: every step multiplies weights *and biases* by 1 − ηλ"
        ),
        Key(
            "beta1", \.beta1, .number(belowOne),
            "decay of the first moment; of Lion, what the sign is taken of"
        ).only("`adamw`, `adam`, `lion`") { [.adamw, .adam, .lion].contains($0.kind) },
        Key(
            "beta2", \.beta2, .number(belowOne),
            "decay of the second moment; of Lion, what is kept; of RMSprop, PyTorch's alpha"
        ).only("`adamw`, `adam`, `lion`, `rmsprop`") {
            [.adamw, .adam, .lion, .rmsprop].contains($0.kind)
        }.standard("0.999; of `lion` and `rmsprop` 0.99", \.beta2) {
            [.lion, .rmsprop].contains($0.kind) ? 0.99 : 0.999
        },
        Key("momentum", \.momentum, .number(belowOne), "weight of the updates so far").only(
            "`sgd`, `sgdw`, `rmsprop`, `muon`"
        ) { [.sgd, .sgdw, .rmsprop, .muon].contains($0.kind) }
        .standard("0; of `muon` 0.95", \.momentum) { $0.kind == .muon ? 0.95 : 0 },
        Key(
            "epsilon", \.epsilon, .number(atLeast: 0),
            "added to the denominator, which is 0 where all gradients were"
        ).only("") { [.adamw, .adam, .rmsprop].contains($0.kind) }
            .documented(bounds: "1.2e-38 or more; `adamw`, `adam`, `rmsprop`"),
    ]

    /// Whether some kind has a key.
    static func hasKey(_ name: String) -> Bool { keys.contains { $0.name == name } }

    private static let belowOne = 0...0.999_999_999

    func check(_ reader: borrowing MappingReader) throws(SweepError) {
        guard Float(epsilon) >= Float.leastNormalMagnitude else {
            throw reader.error(
                "epsilon",
                "\(CanonicalJSON.number(epsilon)) is 0 in single precision, which makes 0/0 of"
                    + " every gradient that is 0", hint: "use 1e-37 or more")
        }
    }

    /// Reads a group's rule; what is not said is as in the default, of which some keys were said themselves: they are meant for
    /// whatever kind has them.
    init(
        _ mapping: consuming MappingReader, default standard: UpdateRule, said: [String]
    ) throws(SweepError) {
        var reader = mapping
        self = standard
        try read(&reader, said: said.filter(standard.has))
        try reader.finish()
    }

    /// Whether the kind has a key.
    func has(_ name: String) -> Bool { members(.complete)[name] != nil }
}
