/// The complete configuration of one cell without its seed: every key of a sweep file's `cell` mapping, resolved.
package struct CellConfiguration: Sendable, Hashable {
    /// What is learnt.
    package var task = TaskConfiguration.addition(symbols: AdditionTask().symbols)
    /// How examples are divided into training and validation.
    package var split = SplitConfiguration()
    /// The network.
    package var model = ModelConfiguration.pairDecoder(PairDecoderConfiguration())
    /// What is minimised.
    package var loss = LossConfiguration()
    /// How parameters are updated.
    package var optimizer = OptimizerConfiguration()
    /// Noise on what the network trains on (Tan & Huang 2023).
    package var perturbation = PerturbationConfiguration()
    /// Random streams that have seeds of their own.
    package var streams = StreamsConfiguration()
    /// The file that initial parameters come from; nil where all are drawn.
    package var initial: InitialFile?
    /// Share of the examples that may be trained on that is; the rest is validated on.
    package var trainFraction = 0.8
    /// Budget: updates a cell may take.
    package var steps = 100_000
    /// Examples per update; 0 means the whole training set.
    package var batch = 0
    /// Steps between two evaluations of both sets; 0 leaves the choice to the engine.
    package var evaluateEvery = 0

    /// In which precision everything is computed.
    package var precision = Precision.single

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

    /// The symbols of an example as the network sees it; nil where it sees a row of numbers.
    package var symbols: ExampleSymbols? { model.takesNumbers ? nil : task.symbols }

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

    /// Whether the number of examples, or of those trained on, depends on a number of the cell.
    static func isCounted(by key: [String], whenTrainedOn isTrained: Bool = false) -> Bool {
        if key == ["train_fraction"] { return isTrained }
        guard key.count == 2, key[0] == "task" else { return false }
        return TaskConfiguration.sizes.contains(key[1])
            || !isTrained && key[1] == "validation_samples"
    }

    private static func trainCount(
        _ split: SplitConfiguration, _ fraction: Double, of task: TaskConfiguration
    ) -> Int {
        if case .listed(let file) = split.kind { return file.trainCount }
        // So many examples are drawn together.
        let share = split.kind == .pairs ? task.symbols?.operations ?? 1 : 1
        return share * Int((fraction * Double(task.trainableCount / share)).rounded())
    }

    /// The configuration as JSON, every key that has a meaning present; what an axis can name.
    package var json: JSONValue { json(.complete) }

    /// The part of `json` that identities are made of.
    package var identity: JSONValue { json(.identity) }
}

extension CellConfiguration: KeyedMapping {
    /// The cell of an empty mapping.
    init() {}

    static let keys: [Key<CellConfiguration>] = [
        mapping("task", { $0.task.json($1) }) { reader, cell throws(SweepError) in
            cell.task = try TaskConfiguration(reader)
        },
        mapping("split", { $0.split.json($1) }) { reader, cell throws(SweepError) in
            cell.split = try SplitConfiguration(reader)
        }.late,
        mapping("model", { $0.model.json($1) }) { reader, cell throws(SweepError) in
            cell.model = try ModelConfiguration(reader)
        },
        mapping("loss", { $0.loss.json($1) }) { reader, cell throws(SweepError) in
            cell.loss = try LossConfiguration(reader, task: cell.task)
        },
        mapping("optimizer", { $0.optimizer.json($1) }) { reader, cell throws(SweepError) in
            cell.optimizer = try OptimizerConfiguration(reader)
        },
        mapping("perturbation", { $0.perturbation.json($1) }) { reader, cell throws(SweepError) in
            cell.perturbation = try PerturbationConfiguration(reader)
        }.late,
        mapping("streams", { $0.streams.seeds.isEmpty ? nil : $0.streams.json($1) }) {
            reader, cell throws(SweepError) in
            cell.streams = try StreamsConfiguration(reader)
        },
        Key(
            KeyRow(name: "initial", type: "mapping", standard: "none", meaning: ""),
            read: { reader, cell throws(SweepError) in
                guard reader.node("initial") != nil else { return }
                cell.initial = try InitialFile(try reader.mapping("initial"))
            }, json: { $0.initial?.json($1) }),
        Key(
            KeyRow(
                name: "train_fraction", type: "number", standard: "0.8",
                bounds: "0 … 1, at least one example on either side",
                meaning:
                    "share of the examples trained on, rounded to the nearest whole number of examples; the rest"
                    + " validates. Not with `split: {kind: file}`"),
            read: { reader, cell throws(SweepError) in
                cell.trainFraction = try trainFraction(cell.split, of: cell.task, &reader)
            },
            json: { cell, _ in
                if case .listed = cell.split.kind { nil } else { .number(cell.trainFraction) }
            }),
        Key("steps", \.steps, .integer(atLeast: 1), "budget, in updates"),
        Key(
            "batch", \.batch, .integer(atLeast: 0),
            "examples per update; 0 is the whole training set"
        ).noting("at most the training examples"),
        Key(
            "evaluate_every", \.evaluateEvery, .integer(atLeast: 0),
            "steps between two evaluations of both sets; 0 lets the engine choose: every step where that is cheap, else so that"
                + " it adds about a tenth to the work, more often near a threshold"
        ).late,
        Key(
            "precision", \.precision, .choice,
            "in which everything is computed. `double` trains through the readable reference, one to three orders of magnitude"
                + " slower, most so for transformers; parameters that are kept, and what measures look at, are rounded to single"
                + " precision"
        ).late,
    ]

    /// A mapping in the cell's.
    private static func mapping(
        _ name: String, _ json: @escaping @Sendable (CellConfiguration, KeyForm) -> JSONValue?,
        read:
            @escaping @Sendable (MappingReader, inout CellConfiguration) throws(SweepError) -> Void
    ) -> Key<CellConfiguration> {
        Key(
            KeyRow(name: name, type: "mapping", standard: "all defaults", meaning: ""),
            read: { reader, cell throws(SweepError) in try read(try reader.mapping(name), &cell) },
            json: json)
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

    func check(_ reader: borrowing MappingReader) throws(SweepError) {
        try checkSize(reader)
        try checkSplit(reader)
        try checkCombination(reader)
    }
}
