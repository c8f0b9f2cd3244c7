/// How parameters are updated: settings of each parameter group, and what is done to gradients and parameters as a whole.
///
/// Order within one update: gradients are clipped, filtered (Grokfast), made orthogonal, then each group's rule is
/// applied, then the norm is restored.
package struct OptimizerConfiguration: Sendable, Hashable {
    /// What weight decay pulls parameters towards.
    package enum DecayTarget: String, Sendable, CaseIterable {
        /// 0.
        case zero
        /// Each its own initial value.
        case initial
    }

    /// For the embeddings.
    package var representation: UpdateRule
    /// For everything after them.
    package var decoder: UpdateRule
    /// For the last layer; nil where it is treated as the rest of the decoder.
    package var lastLayer: UpdateRule?
    /// Updates over which learning rates rise evenly from 0: update t of the first ones has the factor t/warm-up.
    package var warmup: Int
    /// Learning rates after warm-up.
    package var schedule: ScheduleConfiguration
    /// Whether weight decay acts on biases and gains too, which are the tensors of one dimension.
    package var decaysBiases: Bool
    /// What weight decay pulls parameters towards.
    package var decayTarget: DecayTarget
    /// Largest norm of the whole gradient, beyond which it is scaled down; 0 means any.
    package var clip: Double
    /// Norm ρ of the step up the gradient at whose end the gradient is taken (SAM, Foret et al. 2021); 0 takes it where the
    /// parameters are.
    package var sharpness: Double
    /// Amplification of slow gradients; nil where there is none.
    package var grokfast: GrokfastConfiguration?
    /// Whether each tensor's gradient loses its part along the tensor (⊥Grad, Prieto et al. 2025).
    package var orthogonal: Bool
    /// Whether all parameters are scaled back to their initial norm after each update (Omnigrok).
    package var constrainedNorm: Bool

    /// The keys of the parameter groups.
    static let groups = ["representation", "decoder", "last_layer"]

    /// Reads and checks the mapping; a rule's keys written in it directly are the defaults of all groups.
    init(_ mapping: consuming MappingReader) throws(SweepError) {
        var reader = mapping
        let common = try UpdateRule(&reader, default: UpdateRule())
        representation = try UpdateRule(try reader.mapping("representation"), default: common)
        decoder = try UpdateRule(try reader.mapping("decoder"), default: common)
        if reader.node("last_layer") != nil {
            lastLayer = try UpdateRule(try reader.mapping("last_layer"), default: decoder)
        }
        warmup = try reader.integer("warmup", default: 0, in: 0...Int.max)
        schedule = try ScheduleConfiguration.read(&reader)
        decaysBiases = try reader.flag("decay_biases", default: true)
        decayTarget = try reader.choice("decay_towards", default: .zero)
        clip = try reader.number("clip", default: 0, in: 0...Double.greatestFiniteMagnitude)
        sharpness = try reader.number(
            "sharpness", default: 0, in: 0...Double.greatestFiniteMagnitude)
        grokfast = try GrokfastConfiguration.read(try reader.mapping("grokfast"))
        orthogonal = try reader.flag("orthogonal", default: false)
        constrainedNorm = try reader.flag("constrained_norm", default: false)
        try reader.finish()
    }

    /// As JSON, every key that has a meaning present.
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "representation": representation.json, "decoder": decoder.json,
            "warmup": .number(Double(warmup)), "schedule": schedule.json,
            "decay_biases": .bool(decaysBiases), "decay_towards": .string(decayTarget.rawValue),
            "clip": .number(clip), "sharpness": .number(sharpness),
            "orthogonal": .bool(orthogonal),
            "constrained_norm": .bool(constrainedNorm),
            "grokfast": grokfast?.json ?? .object(["kind": .string("none")]),
        ]
        if let lastLayer { members["last_layer"] = lastLayer.json }
        return .object(members)
    }
}

/// One parameter group's optimiser, in PyTorch's conventions.
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

        /// Whether weight decay multiplies parameters by 1 − ηλ, and is no part of the gradient.
        package var isDecoupled: Bool {
            switch self {
            case .adamw, .sgdw, .lion, .muon: true
            case .adam, .sgd, .rmsprop: false
            }
        }

        /// The default of `beta2`.
        fileprivate var beta2: Double {
            switch self {
            case .adamw, .adam, .sgd, .sgdw, .muon: 0.999
            case .lion, .rmsprop: 0.99
            }
        }

        /// The default of `momentum`.
        fileprivate var momentum: Double { self == .muon ? 0.95 : 0 }
    }

    /// Every key that some kind has.
    static let keys: Set<String> = [
        "kind", "learning_rate", "weight_decay", "beta1", "beta2", "epsilon", "momentum",
    ]

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

    /// AdamW with PyTorch's defaults but for weight decay, which is 0.
    init() {}

    /// Reads the rule's keys; what is not said is as in the default.
    init(_ mapping: consuming MappingReader, default standard: UpdateRule) throws(SweepError) {
        var reader = mapping
        try self.init(&reader, default: standard)
        try reader.finish()
    }

    /// Reads the rule's keys out of a mapping that may hold others.
    init(_ reader: inout MappingReader, default standard: UpdateRule) throws(SweepError) {
        let largest = Double.greatestFiniteMagnitude
        kind = try reader.choice("kind", default: standard.kind)
        learningRate = try reader.number(
            "learning_rate", default: standard.learningRate, in: 0...largest)
        weightDecay = try reader.number(
            "weight_decay", default: standard.weightDecay, in: 0...largest)
        let belowOne = 0...0.999_999_999
        // A default is that of the kind that it is used with.
        let isDefault = standard.beta2 == standard.kind.beta2
        let second = isDefault ? kind.beta2 : standard.beta2
        let hasDefaultMomentum = standard.momentum == standard.kind.momentum
        let inertia = hasDefaultMomentum ? kind.momentum : standard.momentum
        switch kind {
        case .adamw, .adam, .lion:
            beta1 = try reader.number("beta1", default: standard.beta1, in: belowOne)
            beta2 = try reader.number("beta2", default: second, in: belowOne)
        case .rmsprop:
            beta2 = try reader.number("beta2", default: second, in: belowOne)
            momentum = try reader.number("momentum", default: inertia, in: belowOne)
        case .sgd, .sgdw, .muon:
            momentum = try reader.number("momentum", default: inertia, in: belowOne)
        }
        switch kind {
        case .adamw, .adam, .rmsprop:
            epsilon = try reader.number("epsilon", default: standard.epsilon, in: 0...largest)
            guard Float(epsilon) >= Float.leastNormalMagnitude else {
                throw reader.error(
                    "epsilon",
                    "\(CanonicalJSON.number(epsilon)) is 0 in single precision, which makes 0/0 of"
                        + " every gradient that is 0", hint: "use 1e-37 or more")
            }
        case .sgd, .sgdw, .lion, .muon: break
        }
    }

    /// As JSON, every key that has a meaning present.
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "kind": .string(kind.rawValue), "learning_rate": .number(learningRate),
            "weight_decay": .number(weightDecay),
        ]
        switch kind {
        case .adamw, .adam:
            members["beta1"] = .number(beta1)
            members["beta2"] = .number(beta2)
            members["epsilon"] = .number(epsilon)
        case .sgd, .sgdw, .muon: members["momentum"] = .number(momentum)
        case .lion:
            members["beta1"] = .number(beta1)
            members["beta2"] = .number(beta2)
        case .rmsprop:
            members["beta2"] = .number(beta2)
            members["epsilon"] = .number(epsilon)
            members["momentum"] = .number(momentum)
        }
        return .object(members)
    }
}

/// Grokfast: slow components of the gradient are amplified (Lee et al. 2024, arXiv 2405.20233).
package struct GrokfastConfiguration: Sendable, Hashable {
    /// What is taken for slow.
    package enum Filter: Sendable, Hashable {
        /// m with m ← α m + (1 − α) g, m beginning as the first gradient.
        case ema(alpha: Double)
        /// The mean of the last `window` gradients, once there are as many.
        case movingAverage(window: Int)
    }

    private enum Word: String, CaseIterable {
        case none
        case ema
        case movingAverage = "ma"
    }

    /// What is taken for slow.
    package var filter: Filter
    /// λ: g ← g + λ times the slow part.
    package var lambda: Double
    /// First updates whose gradients are filtered but stay as they are: the first of two stages.
    package var after: Int

    /// Reads and checks the mapping; nil where there is none.
    static func read(_ mapping: consuming MappingReader) throws(SweepError) -> Self? {
        var reader = mapping
        let word: Word = try reader.choice("kind", default: Word.none)
        guard word != .none else {
            try reader.finish()
            return nil
        }
        let filter: Filter =
            word == .ema
            ? .ema(alpha: try reader.number("alpha", default: 0.98, in: 0...0.999_999_999))
            : .movingAverage(
                window: try reader.integer("window", default: 100, in: 1...100_000))
        let result = Self(
            filter: filter,
            lambda: try reader.number(
                "lambda", default: word == .ema ? 2 : 5, in: 0...Double.greatestFiniteMagnitude),
            after: try reader.integer("after", default: 0, in: 0...Int.max))
        try reader.finish()
        return result
    }

    /// As JSON.
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "lambda": .number(lambda), "after": .number(Double(after)),
        ]
        switch filter {
        case .ema(let alpha):
            members["kind"] = .string(Word.ema.rawValue)
            members["alpha"] = .number(alpha)
        case .movingAverage(let window):
            members["kind"] = .string(Word.movingAverage.rawValue)
            members["window"] = .number(Double(window))
        }
        return .object(members)
    }
}

/// Normal noise on parameters, and on inputs or embeddings of the examples trained on, σ = max(λ₁ (1 − training accuracy), λ₂)
/// (Tan & Huang 2023, perturbation training). The accuracy is that of the last step's batch as the noise left it, 0
/// before the first step.
package struct PerturbationConfiguration: Sendable, Hashable {
    /// Factor on what is missing to a training accuracy of 1.
    package var lambda1: Double
    /// Least standard deviation.
    package var lambda2: Double
    /// Standard deviation of normal noise on every parameter, drawn again for each gradient (Power et al. 2022).
    package var weights: Double

    /// Whether there is noise on what goes in.
    package var isOn: Bool { lambda1 > 0 || lambda2 > 0 }

    /// Reads and checks the mapping.
    init(_ mapping: consuming MappingReader) throws(SweepError) {
        var reader = mapping
        let largest = Double.greatestFiniteMagnitude
        lambda1 = try reader.number("lambda1", default: 0, in: 0...largest)
        lambda2 = try reader.number("lambda2", default: 0, in: 0...largest)
        weights = try reader.number("weights", default: 0, in: 0...largest)
        try reader.finish()
    }

    /// As JSON, every key present.
    var json: JSONValue {
        .object([
            "lambda1": .number(lambda1), "lambda2": .number(lambda2), "weights": .number(weights),
        ])
    }
}
