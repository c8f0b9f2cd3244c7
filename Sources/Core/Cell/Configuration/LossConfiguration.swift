/// What is minimised.
package struct LossConfiguration: Sendable, Hashable {
    /// The kinds of loss.
    package enum Kind: String, Sendable, CaseIterable {
        /// Squared error, mean over batch and outputs.
        case mse
        /// Cross-entropy of the log-softmax, mean over the batch.
        case crossEntropy = "cross-entropy"
        /// Cross-entropy with StableMax in place of softmax, mean over the batch (Prieto et al. 2025).
        case stableMax = "stablemax"
    }

    /// What a squared error is measured against.
    package enum Targets: String, Sendable, CaseIterable {
        /// A fixed vector from N(0, I) per class; accuracy is the nearest target.
        case gaussian
        /// The unit vector of the class.
        case oneHot = "one-hot"
        /// The numbers that the task gives.
        case values
    }

    /// In which precision a log-softmax is summed up.
    package enum Precision: String, Sendable, CaseIterable {
        /// Double precision: no rounding to zero of small losses.
        case double
        /// Single precision throughout, as frameworks do by default (softmax collapse, Prieto et al. 2025).
        case single
    }

    /// The kind of loss.
    package var kind = Kind.mse
    /// Targets of a squared error; nil for the others.
    package var targets: Targets? = .gaussian
    /// Outputs of the network where targets are Gaussian; nil where the task decides.
    package var outputs: Int? = 30
    /// Precision of a cross-entropy; nil for the others.
    package var precision: Precision? = .double
    /// Share ε of the probability that a target gives to all classes alike (Szegedy et al. 2016); nil for the others.
    package var labelSmoothing: Double? = 0
    /// Factor on the mean squared difference of the outputs for (a, b) and (b, a) (Tan & Huang 2023).
    package var commutativity = 0.0
    /// Factor on the mean absolute embedding, added to the loss (Liu et al. 2022, App. H).
    package var embeddingL1 = 0.0
}

extension LossConfiguration: KeyedMapping {
    static let keys: [Key<LossConfiguration>] = [
        Key(
            "kind", \.kind, .choice,
            "squared error, mean over examples and outputs; cross-entropy of the log-softmax, mean over examples; the same with"
                + " StableMax (Prieto et al. 2025)"),
        Key(
            "targets", optional: \.targets, .choice,
            "what a squared error is measured against: a fixed draw from N(0, I) per class, the class' unit vector, or the"
                + " task's numbers. Right is what lies nearest to its own target; with `values`, within the task's `tolerance`"
        ).only("`mse` only") { $0.kind == .mse }.refused(notSquared)
            .documented(standard: "`gaussian`; `values` where the task has numbers to predict"),
        Key(
            "outputs", optional: \.outputs, .integer(1...65_536),
            "outputs of the network; otherwise one per class or number"
        ).only("`gaussian` only") { $0.targets == .gaussian }.refused { loss in
            switch loss.targets {
            case .oneHot: ("one-hot targets have one output per class", "drop the key")
            case .values: ("the task's own numbers decide the outputs", "drop the key")
            case .gaussian, nil: notSquared(loss)
            }
        },
        Key(
            "precision", optional: \.precision, .choice,
            "in which the log-softmax is summed up"
        ).only("`cross-entropy` only") { $0.kind == .crossEntropy }.late,
        Key(
            "label_smoothing", optional: \.labelSmoothing, .number(0...1),
            "share of a target's probability that goes to all classes alike (Szegedy et al. 2016); losses in curves are of the"
                + " smoothed targets"
        ).only("`cross-entropy` only") { $0.kind == .crossEntropy }.late,
        Key(
            "commutativity", \.commutativity, .number(atLeast: 0),
            "factor on the mean squared difference of the outputs for (a, b) and (b, a) (Tan & Huang 2023)"
        ).noting("symmetric operation, ordered pairs").late,
        Key(
            "embedding_l1", \.embeddingL1, .number(atLeast: 0),
            "factor on the mean absolute embedding (Liu et al. 2022, App. H)"
        ).noting("models with embeddings").late,
    ]

    @Sendable private static func notSquared(
        _ loss: LossConfiguration
    ) -> (problem: String, hint: String) {
        ("has no meaning for \(loss.kind.rawValue)", "drop it, or use kind: mse")
    }

    /// Reads and checks the mapping.
    init(_ mapping: consuming MappingReader, task: TaskConfiguration) throws(SweepError) {
        var reader = mapping
        let isRegression = task.classCount == nil
        self.init()
        if isRegression { targets = .values }
        try read(&reader)
        if isRegression != (targets == .values) {
            throw reader.error(
                targets == .values ? "targets" : "kind",
                isRegression
                    ? "the task \(task.kind.rawValue) has no classes, only numbers to predict"
                    : "the task \(task.kind.rawValue) has classes, no numbers to predict",
                hint: isRegression
                    ? "use kind: mse, targets: values" : "use targets: gaussian or one-hot")
        }
        if commutativity > 0, !task.isSymmetric {
            throw reader.error(
                "commutativity", "needs a task in which (a, b) and (b, a) have the same label",
                hint: "use task: {kind: modular, operation: x+y, pairs: ordered}")
        }
        try reader.finish()
    }
}
