// Keys that a cell has no use for. What was recorded may hold them, since an identity covers every key with its default; in
// what a person writes they would be read and ignored.

extension CellConfiguration {
    /// A key that nothing in this cell depends on.
    private struct Unused {
        var path: [String]
        var problem: String
        var hint: String
        /// A key that an axis may set so that this one is of use.
        var unless: String?
    }

    private var unused: [Unused] {
        var unused: [Unused] = []
        if !model.hasRepresentation {
            unused.append(
                Unused(
                    path: ["optimizer", "representation"],
                    problem: "has no parameters: this model has no embeddings",
                    hint: "drop it; all weights and biases are the decoder's"))
        }
        if case .pairDecoder(let model) = model, model.combination == .sum, !perturbation.isOn {
            unused.append(
                Unused(
                    path: ["loss", "commutativity"],
                    problem: "punishes nothing here: a sum of embeddings is the same for (a, b) and"
                        + " (b, a)", hint: "drop the key, or use combination: matrix-product"))
        }
        for stream in StreamsConfiguration.Name.allCases {
            guard let reason = reasonWithout(stream) else { continue }
            unused.append(
                Unused(
                    path: ["streams", stream.rawValue],
                    problem: "draws nothing here: \(reason.text)",
                    hint: "drop the key", unless: reason.unless))
        }
        let isDecaying = { (rule: UpdateRule) in rule.weightDecay > 0 }
        let decoders = [optimizer.decoder] + (optimizer.lastLayer.map { [$0] } ?? [])
        if !model.hasBiases || !decoders.contains(where: isDecaying) {
            unused.append(
                Unused(
                    path: ["optimizer", "decay_biases"],
                    problem: model.hasBiases
                        ? "has no meaning where no weight decay acts on biases"
                        : "has no meaning in a network without biases", hint: "drop the key",
                    unless: model.hasBiases ? "weight_decay" : nil))
        }
        if !(decoders + (model.hasRepresentation ? [optimizer.representation] : []))
            .contains(where: isDecaying)
        {
            unused.append(
                Unused(
                    path: ["optimizer", "decay_towards"],
                    problem: "has no meaning without weight decay", hint: "drop the key",
                    unless: "weight_decay"))
        }
        if precision == .double {
            for (key, what) in [
                (["loss", "precision"], "sums are of double precision, as all is"),
                (["model", "computation"], "double precision shares nothing between examples"),
            ] {
                unused.append(
                    Unused(
                        path: key, problem: "has no meaning: \(what)",
                        hint: "drop the key, or use precision: single"))
            }
        }
        if let initial {
            let drawn = drawn(beside: initial)
            let embeddings: Set = [TensorName.representation.text, TensorName.positions.text]
            let isScaled = { (name: String) in !name.hasSuffix(".gain") }
            for (key, begins) in [
                ("scale", isScaled), ("initialisation", { _ in true }),
                ("embedding_scale", { embeddings.contains($0) }),
                ("decoder_scale", { isScaled($0) && !embeddings.contains($0) }),
            ] as [(String, (String) -> Bool)] where !drawn.contains(where: begins) {
                let what = drawn.isEmpty ? "all parameters begin" : "what it is for begins"
                unused.append(
                    Unused(
                        path: ["model", key],
                        problem: "has no meaning: \(what) as \(initial.path) has"
                            + (drawn.isEmpty ? " them" : " it"),
                        hint: "drop the key, or name the tensors that the file is to give"))
            }
        }
        if model.hiddenLayers == 0 {
            unused.append(
                Unused(
                    path: ["model", "activation"],
                    problem: "has no meaning in a network without hidden layers",
                    hint: "drop the key, or give hidden layers"))
            unused.append(
                Unused(
                    path: ["optimizer", "last_layer"],
                    problem: "is the whole decoder in a network without hidden layers",
                    hint: "write its keys in optimizer.decoder"))
        }
        return unused
    }

    /// The tensors that a file of initial parameters leaves to be drawn.
    private func drawn(beside initial: InitialFile) -> [String] {
        guard let given = initial.tensors else { return [] }
        return tensorNames.filter { !given.contains($0) }
    }

    /// Keys right below `optimizer` of which no parameter group takes what they say in a `cell` mapping.
    private func withoutGroup(in cell: SpecNode) -> [Unused] {
        guard case .mapping(let entries)? = cell.member("optimizer")?.value else { return [] }
        let said = entries.map(\.key).filter(UpdateRule.hasKey)
        // What no group says of itself may still need the kind to be a key at all.
        let needsKind = said.contains { !UpdateRule().has($0) }
        let rules = [("representation", optimizer.representation), ("decoder", optimizer.decoder)]
        return said.filter { key in
            !(key == "kind" && needsKind)
                && !rules.contains { group, rule in
                    rule.has(key) && cell.node(at: ["optimizer", group, key]) == nil
                }
        }.map { key in
            Unused(
                path: ["optimizer", key],
                problem: "holds for no parameter group: each says it itself, or has no such key",
                hint: "drop the key")
        }
    }

    /// Why nothing is drawn from a stream; nil where something is.
    private func reasonWithout(
        _ stream: StreamsConfiguration.Name
    ) -> (text: String, unless: String?)? {
        switch stream {
        case .split:
            if case .listed = split.kind {
                return ("a list says which examples are trained on", nil)
            }
            return trainCount < task.trainableCount
                ? nil : ("all examples are trained on", "train_fraction")
        case .initialisation:
            guard let initial, drawn(beside: initial).isEmpty else { return nil }
            return ("all parameters begin as \(initial.path) has them", nil)
        case .batches:
            return batchSize < trainCount ? nil : ("the batch is the whole training set", "batch")
        case .targets:
            return loss.targets == .gaussian ? nil : ("only targets: gaussian are random", nil)
        case .noise:
            return isStochastic || perturbation.weights > 0
                ? nil : ("there is neither dropout nor a perturbation", nil)
        case .corruption:
            return split.corruption > 0 || split.labelNoise > 0
                ? nil
                : ("no label is corrupted", task.classCount == nil ? "label_noise" : "corruption")
        case .examples:
            switch task {
            case .parity, .teacher, .rule, .constant: return nil
            case .addition, .modular, .permutation, .table, .modularSum, .images, .polygons:
                return ("the examples of this task are not random", nil)
            }
        }
    }

    /// Refuses keys that are written in a `cell` mapping, or named by axes, though nothing depends on them.
    func refuseUnused(
        in cell: SpecNode, path: String, axes: [Axis] = [], places: [String: String] = [:],
        beside others: [Axis] = []
    ) throws(SweepError) {
        // Another optimiser among the categories may have a use for what this cell's has not.
        let isOneOptimizer = !(axes + others).contains { axis in
            axis.settings.joined().contains { $0.path.hasPrefix("optimizer") }
        }
        for key in unused + (isOneOptimizer ? withoutGroup(in: cell) : []) {
            if let unless = key.unless,
                (axes + others).contains(where: { $0.path.hasSuffix(unless) })
            {
                continue
            }
            let name = key.path.joined(separator: ".")
            if let node = cell.member(key.path[0])?.member(key.path[1]) {
                throw SweepError(
                    path: path.isEmpty ? name : "\(path).\(name)", problem: key.problem,
                    hint: key.hint, place: MappingReader.place(node.line))
            }
            for axis in axes where axis.path == name || axis.path.hasPrefix(name + ".") {
                throw SweepError(
                    path: "axes.\(axis.name).path", problem: "\(name) \(key.problem)",
                    hint: key.hint, place: places[axis.name])
            }
        }
    }
}

extension ModelConfiguration {
    /// Whether layers have biases.
    fileprivate var hasBiases: Bool {
        if case .mlp(let model) = self { model.bias } else { true }
    }

    /// Hidden layers of the network, of a transformer its layers.
    fileprivate var hiddenLayers: Int {
        switch self {
        case .pairDecoder(let model): model.hidden.count
        case .mlp(let model): model.hidden.count
        case .transformer(let model): model.layers
        case .residualNetwork(let model): model.stages.count
        }
    }
}
