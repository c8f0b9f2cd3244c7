// What no single mapping can check: combinations that cannot be trained, named by key and value before anything runs.

extension CellConfiguration {
    /// Checks that both sides of the split have an example, that a batch fits, and that labels can be corrupted.
    func checkSplit(_ reader: borrowing MappingReader) throws(SweepError) {
        switch split.kind {
        case .listed(let list): try checkList(list, reader)
        case .random, .square, .strip: try checkFraction(reader)
        case .pairs:
            try checkPairs(reader)
            try checkFraction(reader)
        case .covering(let cover):
            try checkFraction(reader)
            try checkCover(cover, reader)
        }
        guard batch <= trainCount else {
            throw reader.error(
                "batch", "\(batch) is more than the \(trainCount) training examples",
                hint: "0 means the whole training set")
        }
        if split.corruption > 0, task.classCount == nil {
            throw reader.error(
                "split",
                "corruption needs a task with classes, which \(task.kind.rawValue) has not",
                hint: "drop corruption")
        }
        if split.labelNoise > 0, task.classCount != nil {
            throw reader.error(
                "split",
                "label_noise needs a task with numbers to predict, which \(task.kind.rawValue) has not",
                hint: "use corruption for classes")
        }
        try checkExcluded(reader)
    }

    private func checkList(
        _ list: ListedSplit, _ reader: borrowing MappingReader
    ) throws(SweepError) {
        let trainable = task.trainableCount
        guard let last = list.train.last else {
            throw reader.error("split", "the list names no training example")
        }
        guard last < trainable else {
            throw reader.error(
                "split", "example \(last) is beyond the \(trainable) that may be trained on",
                hint: "numbers go from 0 to \(trainable - 1)")
        }
        guard trainCount < task.exampleCount else {
            throw reader.error("split", "the list leaves no validation example")
        }
    }

    private func checkFraction(_ reader: borrowing MappingReader) throws(SweepError) {
        let trainable = task.trainableCount
        let fraction = CanonicalJSON.number(trainFraction)
        guard trainCount >= 1 else {
            throw reader.error(
                "train_fraction", "\(fraction) of \(trainable) examples leaves no training example",
                hint: "use at least \(CanonicalJSON.number(1 / Double(trainable)))")
        }
        guard trainCount < task.exampleCount else {
            throw reader.error(
                "train_fraction",
                "\(fraction) of \(trainable) examples leaves no validation example",
                hint: "use at most \(CanonicalJSON.number(1 - 1 / Double(trainable)))")
        }
    }

    private func checkCover(
        _ cover: SplitConfiguration.Cover, _ reader: borrowing MappingReader
    ) throws(SweepError) {
        let needed: Int
        switch (cover, task) {
        case (.labels, .addition), (.labels, .modular), (.labels, .permutation):
            needed = task.classCount ?? 0
        case (.implied, .addition(let symbols)):
            // A pair for each sum, and as many more as embeddings on a line have to be told.
            needed = 2 * symbols - 1 + max(0, symbols - 2)
        case (.labels, _):
            throw reader.error(
                "split", "labels needs a task of pairs, which \(task.kind.rawValue) is not",
                hint: "use kind: random")
        case (.implied, _):
            throw reader.error(
                "split", "what examples imply is known of the task addition",
                hint: "use kind: labels")
        }
        guard trainCount >= needed else {
            throw reader.error(
                "split", "\(cover.rawValue) takes \(needed) training examples, not \(trainCount)",
                hint: "use a larger train_fraction, or kind: random")
        }
    }

    private func checkPairs(_ reader: borrowing MappingReader) throws(SweepError) {
        guard case .modular(let modular) = task, modular.operation == nil,
            Set(modular.operations.map(modular.order)).count == 1
        else {
            throw reader.error(
                "split", "pairs needs a task of several operations that all have the same pairs",
                hint: "use kind: random")
        }
    }

    private func checkExcluded(_ reader: borrowing MappingReader) throws(SweepError) {
        let size: Int
        switch split.kind {
        case .random, .pairs, .listed, .covering: return
        case .square(let side): size = side
        case .strip(let width): size = width
        }
        guard case .modular(let modular) = task,
            modular.operations.allSatisfy({ modular.order(of: $0).choice == .all })
        else {
            throw reader.error(
                "split", "an excluded region needs all ordered pairs of a modular task",
                hint: "use task: {kind: modular, pairs: ordered} and an operation but x/y")
        }
        let side = min(size + 1, modular.modulus)
        let region = side * (split.kind == .square(size: size) ? side : modular.modulus)
        let excluded = region * modular.operations.count
        let left = task.exampleCount - excluded
        guard trainCount <= left else {
            throw reader.error(
                "split",
                "size \(size) leaves \(left) pairs, fewer than the \(trainCount) to train on",
                hint: "use a smaller size or train_fraction")
        }
    }

    /// Numbers that the examples of one cell may hold; far more than MNIST, little enough to be kept in a result.
    private static let mostNumbers = 1 << 27

    /// Checks that examples can be held in memory.
    func checkSize(_ reader: borrowing MappingReader) throws(SweepError) {
        var numbers = task.exampleCount * (symbols?.places ?? task.featureCount ?? 0)
        if case .residualNetwork = model, case .polygons(let polygons) = task {
            // Pictures are put together block by block.
            numbers = task.exampleCount * polygons.places
        }
        guard numbers <= CellConfiguration.mostNumbers else {
            throw reader.error(
                "task",
                "its examples hold \(numbers) numbers, more than \(CellConfiguration.mostNumbers)",
                hint: "use fewer samples")
        }
    }

    /// Checks that model, task and loss fit each other.
    func checkCombination(_ reader: borrowing MappingReader) throws(SweepError) {
        try checkInput(reader)
        if loss.embeddingL1 > 0, !model.hasRepresentation {
            throw reader.error("loss", "embedding_l1 needs a model with embeddings")
        }
        if case .transformer(let transformer) = model, transformer.unembedding == .tied {
            try checkTied(reader)
        }
        if case .mlp(let mlp) = model, mlp.initialisation == .analytic {
            guard case .modular(let modular) = task, modular.operation?.word == .sum,
                loss.outputs == nil
            else {
                throw reader.error(
                    "model", "analytic weights solve x+y modulo p with one output per class",
                    hint: "use task: {kind: modular, operation: x+y} and targets: one-hot")
            }
        }
    }

    private func checkTied(_ reader: borrowing MappingReader) throws(SweepError) {
        guard task.classCount == symbols?.count, loss.outputs == nil else {
            throw reader.error(
                "model", "a tied unembedding needs one output per symbol",
                hint: "use unembedding: free, or another loss")
        }
        guard optimizer.lastLayer == nil else {
            throw reader.error(
                "optimizer", "last_layer has no parameters where the unembedding is tied",
                hint: "drop last_layer, or use unembedding: free")
        }
    }

    private func checkPicture(_ reader: borrowing MappingReader) throws(SweepError) {
        guard task.picture != nil else {
            throw reader.error(
                "model",
                "convolutions need square pictures, which the task \(task.kind.rawValue) has not",
                hint: "use task: {kind: polygons}, or images of a square number of pixels")
        }
    }

    private func checkInput(_ reader: borrowing MappingReader) throws(SweepError) {
        if case .residualNetwork = model { return try checkPicture(reader) }
        if model.takesNumbers {
            guard task.featureCount != nil else {
                throw reader.error(
                    "model",
                    "input: numbers needs rows of numbers, the task \(task.kind.rawValue) has"
                        + " symbols", hint: "use input: one-hot or embedding")
            }
            return
        }
        guard let symbols else {
            throw reader.error(
                "model", "the task \(task.kind.rawValue) has rows of numbers, not symbols",
                hint: "use kind: mlp, input: numbers")
        }
        if case .pairDecoder = model, !symbols.isPair {
            throw reader.error(
                "model",
                "a pair decoder combines two symbols and sees no operation; the task has "
                    + (symbols.operations > 1
                        ? "\(symbols.operations) operations" : "\(symbols.operands) operands"),
                hint: "use kind: transformer or mlp")
        }
        if case .transformer(let transformer) = model, symbols.operations > 1,
            !transformer.operatorToken
        {
            throw reader.error(
                "model",
                "without operator_token a transformer does not see which of the task's"
                    + " \(symbols.operations) operations is asked for",
                hint: "add operator_token: true")
        }
    }
}
