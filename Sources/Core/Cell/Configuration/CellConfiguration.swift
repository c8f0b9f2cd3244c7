/// The complete configuration of one cell without its seed: every key of a sweep file's `cell` mapping, resolved.
package struct CellConfiguration: Sendable, Hashable {
    /// What is learnt.
    package var task: TaskConfiguration
    /// How examples are divided into training and validation.
    package var split: SplitConfiguration
    /// The network.
    package var model: ModelConfiguration
    /// What is minimised.
    package var loss: LossConfiguration
    /// How parameters are updated.
    package var optimizer: OptimizerConfiguration
    /// Noise on what the network trains on (Tan & Huang 2023).
    package var perturbation: PerturbationConfiguration
    /// Random streams that have seeds of their own.
    package var streams: StreamsConfiguration
    /// The file that initial parameters come from; nil where all are drawn.
    package var initial: InitialFile?
    /// Share of the examples that may be trained on that is; the rest is validated on.
    package var trainFraction: Double
    /// Budget: updates a cell may take.
    package var steps: Int
    /// Examples per update; 0 means the whole training set.
    package var batch: Int
    /// Steps between two evaluations of both sets; 0 leaves the choice to the engine.
    package var evaluateEvery: Int

    /// In which precision everything is computed.
    package var precision: Precision

    /// Precisions of training.
    package enum Precision: String, Sendable, CaseIterable {
        /// By the vector kernels.
        case single
        /// By the readable reference, one to three orders of magnitude slower.
        case double
    }

    /// Training examples: `trainFraction` of those that may be trained on, rounded to the nearest whole number; or as a
    /// file lists them.
    package var trainCount: Int {
        CellConfiguration.trainCount(split, trainFraction, of: task)
    }

    /// Examples per update, never more than the training set.
    package var batchSize: Int { batch == 0 ? trainCount : batch }

    /// Outputs of the network.
    package var networkOutputs: Int { loss.outputs ?? task.outputCount }

    /// Whether sums of two embeddings may form parallelograms, which `Measure.rqi` counts (Liu et al. 2022, §3.1).
    package var hasParallelograms: Bool {
        guard case .addition = task, case .pairDecoder(let model) = model else { return false }
        return model.combination == .sum
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
        split = try SplitConfiguration(try reader.mapping("split"))
        model = try ModelConfiguration(try reader.mapping("model"))
        loss = try LossConfiguration(try reader.mapping("loss"), task: task)
        optimizer = try OptimizerConfiguration(try reader.mapping("optimizer"))
        perturbation = try PerturbationConfiguration(try reader.mapping("perturbation"))
        streams = try StreamsConfiguration(try reader.mapping("streams"))
        if reader.node("initial") != nil {
            initial = try InitialFile(try reader.mapping("initial"))
        }
        trainFraction = try CellConfiguration.trainFraction(split, of: task, &reader)
        steps = try reader.integer("steps", default: 100_000, in: 1...Int.max)
        batch = try reader.integer("batch", default: 0, in: 0...Int.max)
        evaluateEvery = try reader.integer("evaluate_every", default: 0, in: 0...Int.max)
        precision = try reader.choice("precision", default: .single)
        try checkSize(reader)
        try checkSplit(reader)
        try checkCombination(reader)
    }

    /// How many examples a `cell` mapping has, and how many of them are trained on, whatever else is wrong with it.
    static func exampleCounts(
        _ node: SpecNode
    ) throws(SweepError) -> (examples: Int, trained: Int) {
        var reader = try MappingReader(node, path: "cell")
        let task = try TaskConfiguration(try reader.mapping("task"))
        let split = try SplitConfiguration(try reader.mapping("split"))
        let fraction = try trainFraction(split, of: task, &reader)
        return (task.exampleCount, trainCount(split, fraction, of: task))
    }

    private static func trainCount(
        _ split: SplitConfiguration, _ fraction: Double, of task: TaskConfiguration
    ) -> Int {
        if case .listed(let file) = split.kind { return file.trainCount }
        return Int((fraction * Double(task.trainableCount)).rounded())
    }

    private static func trainFraction(
        _ split: SplitConfiguration, of task: TaskConfiguration, _ reader: inout MappingReader
    ) throws(SweepError) -> Double {
        guard case .listed(let list) = split.kind else {
            return try reader.number("train_fraction", default: 0.8, in: 0...1)
        }
        guard reader.node("train_fraction") == nil else {
            throw reader.error(
                "train_fraction", "has no meaning beside split: {kind: file}", hint: "drop the key")
        }
        return Double(list.trainCount) / Double(task.trainableCount)
    }

    /// The configuration as JSON, every key that has a meaning present; what an axis can name.
    package var json: JSONValue {
        var members: [String: JSONValue] = [
            "task": task.json,
            "split": split.json,
            "model": model.json,
            "loss": loss.json,
            "optimizer": optimizer.json,
            "perturbation": perturbation.json,
            "steps": .number(Double(steps)),
            "batch": .number(Double(batch)),
            "evaluate_every": .number(Double(evaluateEvery)),
            "precision": .string(precision.rawValue),
        ]
        if !streams.seeds.isEmpty { members["streams"] = streams.json }
        if let initial { members["initial"] = initial.json }
        switch split.kind {
        case .listed: break
        case .random, .square, .strip, .covering: members["train_fraction"] = .number(trainFraction)
        }
        return .object(members)
    }

    /// The part of `json` that identities are made of: a key added after science version 1 stands in it only where it
    /// changes something, so that cells defined before keep their identity.
    package var identity: JSONValue {
        (model.lateKeys + CellConfiguration.neutral).reduce(json) {
            $0.removing($1.path[...], equalTo: $1.value)
        }
    }

    /// Keys added after science version 1, each with the value that changes nothing; inner ones first.
    private static let neutral: [(path: [String], value: JSONValue)] = [
        (["split", "label_noise"], .number(0)),
        (["split"], .object(["kind": .string("random"), "corruption": .number(0)])),
        (["task", "scale"], .number(1)),
        (["task", "offset"], .number(0)),
        (["model", "combination"], .string("sum")),
        (["loss", "commutativity"], .number(0)),
        (["loss", "embedding_l1"], .number(0)),
        (["loss", "precision"], .string("double")),
        (["loss", "label_smoothing"], .number(0)),
        (["optimizer", "warmup"], .number(0)),
        (["optimizer", "schedule"], .string("constant")),
        (["optimizer", "decay_biases"], .bool(true)),
        (["optimizer", "decay_towards"], .string("zero")),
        (["optimizer", "clip"], .number(0)),
        (["optimizer", "sharpness"], .number(0)),
        (["optimizer", "orthogonal"], .bool(false)),
        (["optimizer", "constrained_norm"], .bool(false)),
        (["optimizer", "grokfast", "after"], .number(0)),
        (["optimizer", "grokfast"], .object(["kind": .string("none")])),
        (["perturbation", "weights"], .number(0)),
        (["perturbation"], .object(["lambda1": .number(0), "lambda2": .number(0)])),
        (["evaluate_every"], .number(0)),
        (["precision"], .string(Precision.single.rawValue)),
    ]
}
