/// The complete configuration of one cell without its seed: every key of a sweep file's `cell` mapping, resolved.
package struct CellConfiguration: Sendable, Hashable {
    /// What is learnt.
    package var task: TaskConfiguration
    /// The network.
    package var model: ModelConfiguration
    /// What is minimised.
    package var loss: LossConfiguration
    /// How parameters are updated, one setting per parameter group.
    package var optimizer: OptimizerConfiguration
    /// Share of all examples that is trained on; the rest is validated on.
    package var trainFraction: Double
    /// Budget: updates a cell may take.
    package var steps: Int
    /// Examples per update; 0 means the whole training set.
    package var batch: Int

    /// Training examples: `trainFraction` of all examples, rounded to the nearest whole number.
    package var trainCount: Int {
        Int((trainFraction * Double(task.exampleCount)).rounded())
    }

    /// Reads a `cell` mapping and checks it.
    ///
    /// - Throws: `SweepError` naming the key at fault.
    package init(reading node: SpecNode, path: String = "cell") throws(SweepError) {
        var reader = try MappingReader(node, path: path)
        try self.init(&reader)
        try reader.finish()
    }

    /// Reads the keys of a configuration out of a mapping that may hold others.
    package init(_ reader: inout MappingReader) throws(SweepError) {
        task = try TaskConfiguration(try reader.mapping("task"))
        model = try ModelConfiguration(try reader.mapping("model"))
        loss = try LossConfiguration(try reader.mapping("loss"))
        optimizer = try OptimizerConfiguration(try reader.mapping("optimizer"))
        trainFraction = try reader.number("train_fraction", default: 0.8, in: 0...1)
        steps = try reader.integer("steps", default: 100_000, in: 1...Int.max)
        batch = try reader.integer("batch", default: 0, in: 0...Int.max)
        let examples = task.exampleCount
        let fraction = CanonicalJSON.number(trainFraction)
        guard trainCount >= 1 else {
            throw reader.error(
                "train_fraction", "\(fraction) of \(examples) examples leaves no training example",
                hint: "use at least \(CanonicalJSON.number(1 / Double(examples)))")
        }
        guard trainCount < examples else {
            throw reader.error(
                "train_fraction",
                "\(fraction) of \(examples) examples leaves no validation example",
                hint: "use at most \(CanonicalJSON.number(1 - 1 / Double(examples)))")
        }
        guard batch <= trainCount else {
            throw reader.error(
                "batch", "\(batch) is more than the \(trainCount) training examples",
                hint: "0 means the whole training set")
        }
    }

    /// The configuration as JSON, every key present.
    package var json: JSONValue {
        .object([
            "task": task.json,
            "model": model.json,
            "loss": loss.json,
            "optimizer": optimizer.json,
            "train_fraction": .number(trainFraction),
            "steps": .number(Double(steps)),
            "batch": .number(Double(batch)),
        ])
    }
}

/// What is learnt.
package struct TaskConfiguration: Sendable, Hashable {
    /// The kinds of task.
    package enum Kind: String, Sendable, CaseIterable {
        /// Plain (not modular) addition of two symbols, unordered pairs (Liu et al. 2022, §2).
        case addition
    }

    /// The kind of task.
    package var kind: Kind
    /// Number of symbols p.
    package var symbols: Int

    /// Number of examples there are: p(p+1)/2 unordered pairs.
    package var exampleCount: Int { symbols * (symbols + 1) / 2 }
    /// Number of classes: the sums 0…2p−2.
    package var classCount: Int { 2 * symbols - 1 }

    /// Reads and checks the mapping.
    init(_ mapping: consuming MappingReader) throws(SweepError) {
        var reader = mapping
        kind = try reader.choice("kind", default: .addition)
        symbols = try reader.integer("symbols", default: 10, in: 2...10_000)
        try reader.finish()
    }

    /// As JSON, every key present.
    var json: JSONValue {
        .object(["kind": .string(kind.rawValue), "symbols": .number(Double(symbols))])
    }
}

/// The network.
package struct ModelConfiguration: Sendable, Hashable {
    /// The kinds of network.
    package enum Kind: String, Sendable, CaseIterable {
        /// Dec(E_a + E_b), the toy model of Liu et al. 2022, §2.
        case pairDecoder = "pair-decoder"
    }

    /// Nonlinearities between layers.
    package enum Activation: String, Sendable, CaseIterable {
        /// The hyperbolic tangent.
        case tanh
        /// max(0, x).
        case relu
    }

    /// The kind of network.
    package var kind: Kind
    /// Dimensions of a symbol's embedding.
    package var embedding: Int
    /// Widths of the decoder's hidden layers.
    package var hidden: [Int]
    /// Nonlinearity after each hidden layer.
    package var activation: Activation
    /// Embeddings begin uniform in ±half of this.
    package var embeddingScale: Double
    /// Factor on every initial decoder weight and bias.
    package var decoderScale: Double

    /// Reads and checks the mapping.
    init(_ mapping: consuming MappingReader) throws(SweepError) {
        var reader = mapping
        kind = try reader.choice("kind", default: .pairDecoder)
        embedding = try reader.integer("embedding", default: 1, in: 1...65_536)
        hidden = []
        if let items = try reader.list("hidden") {
            for item in items {
                guard case .number(let width) = item.value, width == width.rounded(),
                    (1...65_536).contains(width)
                else {
                    throw reader.error(
                        "hidden",
                        "expected widths between 1 and 65536, found \(item.kindName)")
                }
                hidden.append(Int(width))
            }
        } else {
            hidden = [200, 200]
        }
        activation = try reader.choice("activation", default: .tanh)
        embeddingScale = try reader.number(
            "embedding_scale", default: 1, in: 0...Double.greatestFiniteMagnitude)
        decoderScale = try reader.number(
            "decoder_scale", default: 1, in: 0...Double.greatestFiniteMagnitude)
        try reader.finish()
    }

    /// As JSON, every key present.
    var json: JSONValue {
        .object([
            "kind": .string(kind.rawValue),
            "embedding": .number(Double(embedding)),
            "hidden": .array(hidden.map { .number(Double($0)) }),
            "activation": .string(activation.rawValue),
            "embedding_scale": .number(embeddingScale),
            "decoder_scale": .number(decoderScale),
        ])
    }
}

/// What is minimised.
package struct LossConfiguration: Sendable, Hashable {
    /// The kinds of loss.
    package enum Kind: String, Sendable, CaseIterable {
        /// Squared error, mean over batch and outputs.
        case mse
        /// Cross-entropy of the log-softmax, mean over the batch.
        case crossEntropy = "cross-entropy"
    }

    /// What a squared error is measured against.
    package enum Targets: String, Sendable, CaseIterable {
        /// A fixed vector from N(0, I) per class; accuracy is the nearest target.
        case gaussian
        /// The unit vector of the class.
        case oneHot = "one-hot"
    }

    /// The kind of loss.
    package var kind: Kind
    /// Targets of a squared error; nil for cross-entropy.
    package var targets: Targets?
    /// Outputs of the network where targets are Gaussian; nil where the number of classes decides.
    package var outputs: Int?

    /// Reads and checks the mapping.
    init(_ mapping: consuming MappingReader) throws(SweepError) {
        var reader = mapping
        kind = try reader.choice("kind", default: .mse)
        switch kind {
        case .mse:
            let chosen: Targets = try reader.choice("targets", default: .gaussian)
            targets = chosen
            switch chosen {
            case .gaussian:
                outputs = try reader.integer("outputs", default: 30, in: 1...65_536)
            case .oneHot:
                guard reader.node("outputs") == nil else {
                    throw reader.error(
                        "outputs", "one-hot targets have one output per class", hint: "drop the key"
                    )
                }
            }
        case .crossEntropy:
            for key in ["targets", "outputs"] where reader.node(key) != nil {
                throw reader.error(
                    key, "has no meaning for cross-entropy", hint: "drop it, or use kind: mse")
            }
        }
        try reader.finish()
    }

    /// As JSON, every key that has a meaning present.
    var json: JSONValue {
        var members: [String: JSONValue] = ["kind": .string(kind.rawValue)]
        if let targets { members["targets"] = .string(targets.rawValue) }
        if let outputs { members["outputs"] = .number(Double(outputs)) }
        return .object(members)
    }
}

/// How parameters are updated, one setting per parameter group.
package struct OptimizerConfiguration: Sendable, Hashable {
    /// For the embeddings.
    package var representation: AdamWConfiguration
    /// For everything after them.
    package var decoder: AdamWConfiguration

    /// Reads and checks the mapping.
    init(_ mapping: consuming MappingReader) throws(SweepError) {
        var reader = mapping
        representation = try AdamWConfiguration(try reader.mapping("representation"))
        decoder = try AdamWConfiguration(try reader.mapping("decoder"))
        try reader.finish()
    }

    /// As JSON, every key present.
    var json: JSONValue {
        .object(["representation": representation.json, "decoder": decoder.json])
    }
}

/// AdamW with decoupled weight decay: a step shrinks a parameter by `learningRate × weightDecay` of itself
/// (Loshchilov & Hutter 2019, in PyTorch's convention).
package struct AdamWConfiguration: Sendable, Hashable {
    /// The kinds of optimiser.
    package enum Kind: String, Sendable, CaseIterable {
        /// Adam with decoupled weight decay.
        case adamw
    }

    /// The kind of optimiser.
    package var kind: Kind
    /// Learning rate η.
    package var learningRate: Double
    /// Weight decay; weights and biases both shrink by η times this per step.
    package var weightDecay: Double
    /// Decay of the first moment.
    package var beta1: Double
    /// Decay of the second moment.
    package var beta2: Double
    /// Added to the denominator.
    package var epsilon: Double

    /// Reads and checks the mapping.
    init(_ mapping: consuming MappingReader) throws(SweepError) {
        var reader = mapping
        let largest = Double.greatestFiniteMagnitude
        kind = try reader.choice("kind", default: .adamw)
        learningRate = try reader.number("learning_rate", default: 1e-3, in: 0...largest)
        weightDecay = try reader.number("weight_decay", default: 0, in: 0...largest)
        beta1 = try reader.number("beta1", default: 0.9, in: 0...0.999_999_999)
        beta2 = try reader.number("beta2", default: 0.999, in: 0...0.999_999_999)
        epsilon = try reader.number("epsilon", default: 1e-8, in: 0...largest)
        try reader.finish()
    }

    /// As JSON, every key present.
    var json: JSONValue {
        .object([
            "kind": .string(kind.rawValue),
            "learning_rate": .number(learningRate),
            "weight_decay": .number(weightDecay),
            "beta1": .number(beta1),
            "beta2": .number(beta2),
            "epsilon": .number(epsilon),
        ])
    }
}
