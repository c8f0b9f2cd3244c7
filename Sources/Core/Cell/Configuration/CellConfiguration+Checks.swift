// What no single mapping can check: combinations that cannot be trained, named by key and value before anything runs.

extension CellConfiguration {
    /// Checks that both sides of the split have an example and that a batch fits.
    func checkSplit(_ reader: borrowing MappingReader) throws(SweepError) {
        let examples = task.exampleCount
        let fraction = CanonicalJSON.number(trainFraction)
        if case .listed(let file) = split.kind {
            if let last = file.train.last, last >= examples {
                throw reader.error(
                    "split", "example \(last) is beyond the task's \(examples) examples",
                    hint: "numbers go from 0 to \(examples - 1)")
            }
        }
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
        try checkExcluded(reader)
    }

    private func checkExcluded(_ reader: borrowing MappingReader) throws(SweepError) {
        let excluded: Int
        let size: Int
        switch split.kind {
        case .random, .listed: return
        case .square(let side):
            size = side
            excluded = (side + 1) * (side + 1)
        case .strip(let width):
            size = width
            excluded = (width + 1) * (task.symbolCount ?? 0)
        }
        guard case .modular(let modular) = task, modular.pairs == .ordered,
            modular.operation != .quotient
        else {
            throw reader.error(
                "split", "an excluded region needs all ordered pairs of a modular task",
                hint: "use task: {kind: modular, pairs: ordered}")
        }
        let left = task.exampleCount - excluded
        guard size < modular.modulus, trainCount <= left else {
            throw reader.error(
                "split",
                "size \(size) leaves \(max(left, 0)) pairs, fewer than the \(trainCount) to train on",
                hint: "use a smaller size or train_fraction")
        }
    }

    /// Checks that model, task and loss fit each other.
    func checkCombination(_ reader: borrowing MappingReader) throws(SweepError) {
        let isPair = task.symbolCount != nil
        let takesPairs: Bool
        switch model {
        case .pairDecoder, .transformer: takesPairs = true
        case .mlp(let mlp): takesPairs = mlp.input != .numbers
        }
        guard isPair == takesPairs else {
            throw reader.error(
                "model",
                isPair
                    ? "input: numbers needs rows of numbers, the task \(task.kind.rawValue) has pairs"
                        + " of symbols"
                    : "the task \(task.kind.rawValue) has rows of numbers, not pairs of symbols",
                hint: isPair
                    ? "use input: one-hot or embedding" : "use kind: mlp, input: numbers")
        }
        if loss.embeddingL1 > 0, !model.hasRepresentation {
            throw reader.error("loss", "embedding_l1 needs a model with embeddings")
        }
        if case .transformer(let transformer) = model, transformer.unembedding == .tied,
            let classes = task.classCount, let symbols = task.symbolCount,
            classes != symbols || loss.outputs != nil
        {
            throw reader.error(
                "model", "a tied unembedding needs one output per symbol",
                hint: "use unembedding: free, or another loss")
        }
        if case .mlp(let mlp) = model, mlp.initialisation == .analytic {
            guard case .modular(let modular) = task, modular.operation == .sum,
                loss.outputs == nil
            else {
                throw reader.error(
                    "model", "analytic weights solve x+y modulo p with one output per class",
                    hint: "use task: {kind: modular, operation: x+y} and targets: one-hot")
            }
        }
    }
}
