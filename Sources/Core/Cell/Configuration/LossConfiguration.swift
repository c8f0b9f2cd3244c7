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
    package var kind: Kind
    /// Targets of a squared error; nil for the others.
    package var targets: Targets?
    /// Outputs of the network where targets are Gaussian; nil where the task decides.
    package var outputs: Int?
    /// Precision of a cross-entropy; nil for the others.
    package var precision: Precision?
    /// Share ε of the probability that a target gives to all classes alike (Szegedy et al. 2016); nil for the others.
    package var labelSmoothing: Double?
    /// Factor on the mean squared difference of the outputs for (a, b) and (b, a) (Tan & Huang 2023).
    package var commutativity: Double
    /// Factor on the mean absolute embedding, added to the loss (Liu et al. 2022, App. H).
    package var embeddingL1: Double

    /// Reads and checks the mapping.
    init(_ mapping: consuming MappingReader, task: TaskConfiguration) throws(SweepError) {
        var reader = mapping
        let isRegression = task.classCount == nil
        kind = try reader.choice("kind", default: .mse)
        switch kind {
        case .mse:
            let chosen: Targets = try reader.choice(
                "targets", default: isRegression ? .values : .gaussian)
            targets = chosen
            if chosen == .gaussian {
                outputs = try reader.integer("outputs", default: 30, in: 1...65_536)
            } else if reader.node("outputs") != nil {
                throw reader.error(
                    "outputs",
                    chosen == .oneHot
                        ? "one-hot targets have one output per class"
                        : "the task's own numbers decide the outputs", hint: "drop the key")
            }
        case .crossEntropy, .stableMax:
            for key in ["targets", "outputs"] where reader.node(key) != nil {
                throw reader.error(
                    key, "has no meaning for \(kind.rawValue)", hint: "drop it, or use kind: mse")
            }
            if kind == .crossEntropy {
                precision = try reader.choice("precision", default: .double)
                labelSmoothing = try reader.number("label_smoothing", default: 0, in: 0...1)
            }
        }
        if isRegression != (targets == .values) {
            throw reader.error(
                targets == .values ? "targets" : "kind",
                isRegression
                    ? "the task \(task.kind.rawValue) has no classes, only numbers to predict"
                    : "the task \(task.kind.rawValue) has classes, no numbers to predict",
                hint: isRegression
                    ? "use kind: mse, targets: values" : "use targets: gaussian or one-hot")
        }
        commutativity = try reader.number(
            "commutativity", default: 0, in: 0...Double.greatestFiniteMagnitude)
        embeddingL1 = try reader.number(
            "embedding_l1", default: 0, in: 0...Double.greatestFiniteMagnitude)
        if commutativity > 0, !task.isSymmetric {
            throw reader.error(
                "commutativity", "needs a task in which (a, b) and (b, a) have the same label",
                hint: "use task: {kind: modular, operation: x+y, pairs: ordered}")
        }
        try reader.finish()
    }

    /// As JSON, every key that has a meaning present.
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "kind": .string(kind.rawValue), "commutativity": .number(commutativity),
            "embedding_l1": .number(embeddingL1),
        ]
        if let targets { members["targets"] = .string(targets.rawValue) }
        if let outputs { members["outputs"] = .number(Double(outputs)) }
        if let labelSmoothing { members["label_smoothing"] = .number(labelSmoothing) }
        if let precision { members["precision"] = .string(precision.rawValue) }
        return .object(members)
    }
}
