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
        if let initial, initial.tensors == nil {
            for key in ["scale", "embedding_scale", "decoder_scale", "initialisation"] {
                unused.append(
                    Unused(
                        path: ["model", key],
                        problem: "has no meaning: all parameters begin as \(initial.path) has them",
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
            guard let initial, initial.tensors == nil else { return nil }
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
        for key in unused {
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
