// Keys that a cell has no use for. What was recorded may hold them, since an identity covers every key with its default; in
// what a person writes they would be read and ignored.

extension CellConfiguration {
    /// A key that nothing in this cell depends on.
    private struct Unused {
        var path: [String]
        var problem: String
        var hint: String
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
                    path: ["streams", stream.rawValue], problem: "draws nothing here: \(reason)",
                    hint: "drop the key"))
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
    private func reasonWithout(_ stream: StreamsConfiguration.Name) -> String? {
        switch stream {
        case .split:
            if case .listed = split.kind { return "a list says which examples are trained on" }
            return trainCount < task.trainableCount ? nil : "all examples are trained on"
        case .initialisation: return nil
        case .batches: return batchSize < trainCount ? nil : "the batch is the whole training set"
        case .targets:
            return loss.targets == .gaussian ? nil : "only targets: gaussian are random"
        case .noise: return isStochastic ? nil : "there is neither dropout nor a perturbation"
        case .corruption: return split.corruption > 0 ? nil : "no label is corrupted"
        case .examples:
            switch task {
            case .parity, .teacher: return nil
            case .addition, .modular, .permutation, .images:
                return "the examples of this task are not random"
            }
        }
    }

    /// Refuses keys that are written in a `cell` mapping, or named by axes, though nothing depends on them.
    func refuseUnused(
        in cell: SpecNode, path: String, axes: [Axis] = [], places: [String: String] = [:]
    ) throws(SweepError) {
        for key in unused {
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
    /// Hidden layers of the network, of a transformer its layers.
    fileprivate var hiddenLayers: Int {
        switch self {
        case .pairDecoder(let model): model.hidden.count
        case .mlp(let model): model.hidden.count
        case .transformer(let model): model.layers
        }
    }
}
