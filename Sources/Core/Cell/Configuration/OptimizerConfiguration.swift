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
    package var representation = UpdateRule()
    /// For everything after them.
    package var decoder = UpdateRule()
    /// For the last layer; nil where it is treated as the rest of the decoder.
    package var lastLayer: UpdateRule?
    /// Updates over which learning rates rise evenly from 0: update t of the first ones has the factor t/warm-up.
    package var warmup = 0
    /// Learning rates after warm-up.
    package var schedule = ScheduleConfiguration()
    /// Whether weight decay acts on biases and gains too, which are the tensors of one dimension.
    package var decaysBiases = true
    /// What weight decay pulls parameters towards.
    package var decayTarget = DecayTarget.zero
    /// Largest norm of the whole gradient, beyond which it is scaled down; 0 means any.
    package var clip = 0.0
    /// Norm ρ of the step up the gradient at whose end the gradient is taken (SAM, Foret et al. 2021); 0 takes it where the
    /// parameters are.
    package var sharpness = 0.0
    /// Amplification of slow gradients; nil where there is none.
    package var grokfast: GrokfastConfiguration?
    /// Whether each tensor's gradient loses its part along the tensor, and keeps its norm (⊥Grad, Prieto et al. 2025).
    package var orthogonal = false
    /// Whether all parameters are scaled back to their initial norm after each update (Omnigrok).
    package var constrainedNorm = false

    /// The keys of the parameter groups.
    static let groups = ["representation", "decoder", "last_layer"]
}

extension OptimizerConfiguration: KeyedMapping {
    static let keys: [Key<OptimizerConfiguration>] = [
        group("representation", { $0.representation }) { $0.representation = $1 },
        group("decoder", { $0.decoder }) { $0.decoder = $1 },
        Key(
            KeyRow(
                name: "last_layer", type: "mapping", standard: "none",
                meaning: "the last layer's own rule; as the decoder's in what it does not say"),
            read: { reader, optimizer throws(SweepError) in
                guard reader.node("last_layer") != nil else { return }
                let decoder = try reader.mapping("decoder")
                optimizer.lastLayer = try UpdateRule(
                    try reader.mapping("last_layer"), default: optimizer.decoder,
                    said: reader.keys + decoder.keys)
            }, json: { $0.lastLayer?.json($1) }),
        Key(
            "warmup", \.warmup, .integer(atLeast: 0),
            "updates over which learning rates rise evenly: update t of them has the factor t / `warmup`"
        ).late,
        Key(
            KeyRow(
                name: "schedule", type: "word or mapping", standard: "`constant`",
                bounds: "`constant`, `linear`, `cosine`, or as the next table has it",
                meaning: "after warm-up: as it is, or falling to 0 at the budget's end"),
            read: { reader, optimizer throws(SweepError) in
                optimizer.schedule = try ScheduleConfiguration.read(&reader)
            }, json: { optimizer, _ in optimizer.schedule.json }
        ).late,
        Key(
            "decay_biases", \.decaysBiases, .flag,
            "whether weight decay acts on biases and gains too"
        ).late,
        Key(
            "decay_towards", \.decayTarget, .choice,
            "what weight decay pulls parameters towards: λ (p − p₀) in the place of λ p, p₀ being 0 or the parameter's own"
                + " initial value"
        ).late,
        Key(
            "clip", \.clip, .number(atLeast: 0),
            "largest norm of the whole gradient; 0 means any"
        ).late,
        Key(
            "sharpness", \.sharpness, .number(atLeast: 0),
            "ρ of sharpness-aware minimisation (SAM, Foret et al. 2021): gradients are taken at the end of a step of norm ρ up"
                + " the gradient, which costs a second pass"
        ).late,
        Key(
            KeyRow(
                name: "grokfast", type: "mapping", standard: "`{kind: none}`",
                meaning: "slow gradients are amplified, as the table below has it"),
            read: { reader, optimizer throws(SweepError) in
                let grokfast = try GrokfastConfiguration(try reader.mapping("grokfast"))
                optimizer.grokfast = grokfast.kind == .none ? nil : grokfast
            }, json: { ($0.grokfast ?? GrokfastConfiguration()).json($1) }
        ).late,
        Key(
            "orthogonal", \.orthogonal, .flag,
            "each tensor's gradient loses its part along the tensor, and keeps its norm (⊥Grad, Prieto et al. 2025)"
        ).late,
        Key(
            "constrained_norm", \.constrainedNorm, .flag,
            "all parameters are scaled back to their initial norm after each update (Omnigrok)"
        ).late,
    ]

    /// A parameter group's rule, whose defaults are what it is before it is read.
    private static func group(
        _ name: String, _ rule: @escaping @Sendable (OptimizerConfiguration) -> UpdateRule,
        _ set: @escaping @Sendable (inout OptimizerConfiguration, UpdateRule) -> Void
    ) -> Key<OptimizerConfiguration> {
        Key(
            KeyRow(
                name: name, type: "mapping", standard: "as said for all groups",
                meaning: "the group's own rule"),
            read: { reader, optimizer throws(SweepError) in
                set(
                    &optimizer,
                    try UpdateRule(
                        try reader.mapping(name), default: rule(optimizer), said: reader.keys))
            }, json: { rule($0).json($1) })
    }

    /// Reads and checks the mapping; a rule's keys written in it directly are the defaults of all groups.
    init(_ mapping: consuming MappingReader) throws(SweepError) {
        var reader = mapping
        self.init()
        representation = try UpdateRule(&reader)
        decoder = representation
        try read(&reader)
        try reader.finish()
    }
}
