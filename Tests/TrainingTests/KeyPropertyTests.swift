import Core
import Testing

@testable import Training

/// Whether every key of every kind of cell changes what is trained, or is refused with a reason.
@Suite struct KeyPropertyTests {
    /// A cell as a person writes it, small enough to be trained by the thousand.
    struct Base: CustomTestStringConvertible, Sendable {
        let name: String
        let text: String
        var testDescription: String { name }
    }

    private static let pairTasks = [
        ("addition", "kind: addition, symbols: 5"),
        ("modular", "kind: modular, modulus: 5, operation: x*y, pairs: ordered"),
        ("permutation", "kind: permutation, degree: 3"),
    ]
    private static let numberTasks = [
        ("parity", "kind: parity, relevant: 2, irrelevant: 3, samples: 23"),
        ("teacher", "kind: teacher, inputs: 3, outputs: 2, hidden: [4], samples: 19"),
        ("images", "kind: images, images: i, labels: l, samples: 37, pixels: 11, classes: 3"),
    ]
    private static let pairModels = [
        ("sum", "kind: pair-decoder, embedding: 2, hidden: [4]"),
        ("product", "kind: pair-decoder, embedding: 4, combination: matrix-product, hidden: [4]"),
        ("transformer", "kind: transformer, width: 4, heads: 2, hidden: 5"),
        ("one-hot", "kind: mlp, input: one-hot, hidden: [4, 3], initialisation: kaiming"),
        ("linear", "kind: mlp, input: one-hot, hidden: []"),
        ("embedding", "kind: mlp, input: embedding, embedding: 3, hidden: [4]"),
    ]
    private static let numberModels = [
        ("numbers", "kind: mlp, input: numbers, hidden: [4]"),
        ("linear", "kind: mlp, input: numbers, hidden: []"),
    ]
    private static let optimizers = [
        "kind: adamw, learning_rate: 0.01, grokfast: {kind: ma, window: 3}",
        "kind: adam, learning_rate: 0.01, grokfast: {kind: ema}, warmup: 2",
        "kind: sgd, learning_rate: 0.1, momentum: 0.5, schedule: cosine, clip: 0.1",
        "kind: adamw, learning_rate: 0.01, decoder: {weight_decay: 1}, constrained_norm: true",
        "kind: lion, learning_rate: 0.01, weight_decay: 1,"
            + " schedule: {kind: restarts, period: 2, growth: 2, floor: 0.1}",
        "kind: rmsprop, learning_rate: 0.01, momentum: 0.5, schedule: {kind: steps, every: 2, factor: 0.5}",
        "kind: sgdw, learning_rate: 0.1, momentum: 0.5, weight_decay: 1, decay_biases: false,"
            + " decay_towards: initial, schedule: {kind: cosine, floor: 0.3}",
        "kind: muon, learning_rate: 0.01, sharpness: 0.1, grokfast: {kind: ema, after: 2}",
        "kind: egd, learning_rate: 0.01, weight_decay: 0.1",
    ]

    /// Every task with every model that fits it, and the optimisers in turn; then every optimiser on one of them.
    static let bases: [Base] = {
        var bases: [Base] = []
        func add(_ name: String, _ task: String, _ model: String, _ optimizer: String) {
            let classes = name.hasPrefix("teacher") ? "" : ", loss: {kind: cross-entropy}"
            bases.append(
                Base(
                    name: name,
                    text: """
                        {task: {\(task)}, model: {\(model)}, optimizer: {\(optimizer)}\(classes),
                         train_fraction: 0.7, steps: 6, batch: 9}
                        """))
        }
        for (tasks, models) in [(pairTasks, pairModels), (numberTasks, numberModels)] {
            for (task, words) in tasks {
                for (model, keys) in models {
                    let optimizer = optimizers[bases.count % (optimizers.count - 2)]
                    add("\(task) \(model)", words, keys, optimizer)
                }
            }
        }
        let table = "kind: table, table: [[0, 1, 2, 3], [1, 2, 3, 0], [2, 3, 0, 1], [3, 0, 1, 1]]"
        for (model, keys) in pairModels { add("table \(model)", table, keys, optimizers[7]) }
        let sum = "kind: modular-sum, modulus: 3, terms: 3"
        for (model, keys) in numberModels { add("modular-sum \(model)", sum, keys, optimizers[0]) }
        let several = "kind: modular, modulus: 5, operations: [x*y, x+y, x^2+y^2]"
        for (model, keys) in pairModels.dropFirst(2) {
            add("modular-sum \(model)", sum, keys, optimizers[1])
            let operations = model == "transformer" ? keys + ", operator_token: true" : keys
            add("operations \(model)", several, operations, optimizers[3])
        }
        let polygons = "kind: polygons, shapes: [0, 4], tile: 6"
        let pictures = "kind: images, images: i, labels: l, samples: 37, pixels: 36, classes: 3"
        let residual = "kind: residual-network, channels: [4, 6], blocks: [1, 2], normalisation: "
        add("polygons mlp", polygons, numberModels[0].1, optimizers[0])
        add("polygons batch", polygons, residual + "batch", optimizers[1])
        add("polygons group", polygons, residual + "group, groups: 2", optimizers[6])
        add("images batch", pictures, residual + "batch", optimizers[3])
        bases.append(
            Base(
                name: "streams",
                text: """
                    {task: {kind: addition, symbols: 5}, loss: {kind: mse, targets: gaussian, outputs: 3},
                     model: {kind: pair-decoder, embedding: 2, hidden: [4]}, perturbation: {lambda2: 0.1},
                     split: {corruption: 0.3}, train_fraction: 0.7, steps: 6, batch: 4,
                     streams: {split: 1, initialisation: 2, batches: 3, targets: 4, noise: 5, corruption: 6}}
                    """))
        bases.append(
            Base(
                name: "initial",
                text: """
                    {task: {kind: addition, symbols: 5}, loss: {kind: cross-entropy}, steps: 6, batch: 4,
                     model: {kind: pair-decoder, embedding: 2, hidden: [4]}, train_fraction: 0.7,
                     initial: {path: a.h5, tensors: [representation, decoder.0.weight]}}
                    """))
        for (place, optimizer) in optimizers.enumerated() {
            let last = optimizer + ", last_layer: {learning_rate: 0.02}"
            add("optimizer \(place)", pairTasks[1].1, pairModels[2].1, last)
        }
        return bases
    }()

    /// Words that keys may take, besides kinds, which other keys depend on.
    private static let words: [String] =
        [
            "tanh", "relu", "gelu", "silu", "gelu-tanh", "quadratic", "sum", "matrix-product",
            "pre", "post", "none",
        ]
        + ["tied", "free", "all", "last", "uniform", "kaiming", "normal", "analytic"]
        + ["single", "double", "gaussian", "one-hot", "constant", "linear", "cosine"]
        + ["x+y", "x-y", "x*y", "ab", "aba", "ordered", "unordered", "embedding", "numbers"]
        + [
            "adam", "adamw", "sgd", "sgdw", "lion", "rmsprop", "zero", "initial", "mse",
            "stablemax", "cross-entropy", "i2", "muon", "egd", "b.h5", "2x^3+y", "learnt",
            "rotary", "sinusoidal", "batch", "group", "gray", "rgb",
        ]

    /// How a transformer is computed, not what; the sequence of its sums is all that differs.
    private static let exempt = [["model", "computation"]]

    @Test("each key, changed alone, changes what is trained or is refused", arguments: bases)
    func property(_ base: Base) throws {
        let node = try SpecNode(parsing: base.text)
        let configuration = try read(node)
        let trained = try outcome(configuration)
        var counts = (keys: 0, trained: 0, refused: 0)
        for path in leaves(configuration.json) where !Self.exempt.contains(path) {
            counts.keys += 1
            var isChanged = false
            var isAccepted = false
            for value in others(configuration.json[path[...]]) {
                var changed = node
                changed.set(path[...], value.specNode)
                let other: CellConfiguration
                do {
                    other = try read(changed)
                } catch let error as SweepError {
                    #expect(!error.problem.isEmpty, "\(path)")
                    counts.refused += 1
                    continue
                }
                guard other != configuration else { continue }
                isAccepted = true
                counts.trained += 1
                isChanged = try outcome(other) != trained
                if isChanged { break }
            }
            #expect(isChanged || !isAccepted, "\(base.name): \(path) is accepted and ignored")
        }
        print(
            "key property, \(base.name): \(counts.keys) keys, \(counts.trained) changes trained,"
                + " \(counts.refused) refused")
        #expect(counts.keys > 30 && counts.trained > 20)
    }

    /// A configuration as a person's file is read.
    private func read(_ node: SpecNode) throws -> CellConfiguration {
        var record: RecordRequest?
        struct NoFile: Error {}
        return try CellDefinition(
            reading: node, record: &record, files: CellFiles { _ in throw NoFile() }
        ).configuration
    }

    private func outcome(_ configuration: CellConfiguration) throws -> CellOutcome {
        var images: Images?
        if case .images(let task) = configuration.task {
            // Other files, other pixels.
            let state = task.files.joined().utf8.reduce(0) { $0 + UInt64($1) }
            images = Images(
                pixels: KernelCase.numbers(task.samples * task.pixels, state: state),
                labels: (0..<task.samples).map { Int32($0 % task.classes) })
        }
        var given: GivenParameters?
        if let file = configuration.initial {
            // Another file, or another step of it, other numbers.
            let seed = file.path.utf8.reduce(UInt64(file.step ?? 9)) { $0 + UInt64($1) }
            given = try GivenParameters(
                configuration,
                InitialParameters.draw(
                    configuration, outputs: configuration.networkOutputs, seed
                ).map(\.tensor))
        }
        return try #require(
            TrainingRun(
                configuration: configuration, seed: 1, images: images, given: given, stop: .budget,
                record: RecordRequest(parameters: [.last])
            ).run())
    }

    /// The paths of all keys that hold no others.
    private func leaves(_ value: JSONValue, _ path: [String] = []) -> [[String]] {
        guard case .object(let members) = value else { return [path] }
        return members.sorted { $0.key < $1.key }.flatMap { leaves($0.value, path + [$0.key]) }
    }

    /// Other values that a key may take.
    private func others(_ value: JSONValue?) -> [JSONValue] {
        switch value {
        case .number(let number):
            [0.5, 0.05, -0.05, 1, -1, 2, 3, 4, 5].map { .number(number + $0) }
                + [.number(7 * number + 1), .number(0.001)]
        case .bool(let flag): [.bool(!flag)]
        case .array(let items):
            [[.number(7)], items.reversed(), items.dropLast()].map { .array($0) }
                + [.array(items.dropLast() + [.number(9)])]
        case .string(let word): Self.words.filter { $0 != word }.map { .string($0) }
        case .object, .null, nil: []
        }
    }
}
