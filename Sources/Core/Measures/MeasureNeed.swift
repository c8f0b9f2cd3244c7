/// Something that a cell must have for a measure to have a meaning.
package struct MeasureNeed: Sendable {
    /// Cells that have it, as a sweep file's author reads it: "it is for …".
    package let text: String
    /// Whether a cell has it.
    package let isMet: @Sendable (CellConfiguration) -> Bool

    init(_ text: String, isMet: @escaping @Sendable (CellConfiguration) -> Bool) {
        self.text = text
        self.isMet = isMet
    }
}

extension MeasureNeed {
    /// Sums of two embeddings may form parallelograms.
    static let parallelograms = MeasureNeed(
        "task: {kind: addition} with model: {kind: pair-decoder}"
    ) { $0.hasParallelograms }

    /// Learnt embeddings.
    static let embeddings = MeasureNeed("models with embeddings") { $0.model.hasRepresentation }

    /// Symbols that a trained tensor has a row or a column for.
    static let symbols = MeasureNeed("models that take symbols") { $0.symbols != nil }

    /// Symbols whose order has a meaning.
    static let orderedSymbols = MeasureNeed(
        "task: {kind: addition}, {kind: modular} or {kind: modular-sum}, with a model that takes symbols"
    ) {
        switch $0.task {
        case .addition, .modular: true
        case .modularSum: $0.symbols != nil
        case .permutation, .table, .parity, .teacher, .images, .rule, .constant, .polygons: false
        }
    }

    /// A hidden layer that sees each symbol with itself.
    static let hiddenSymbols = MeasureNeed(
        "task: {kind: addition}, or {kind: modular} with one operation other than x/y, with a hidden layer"
    ) {
        switch $0.task {
        case .addition: break
        case .modular(let task):
            guard let operation = task.operation, operation.word != .quotient else { return false }
        case .permutation, .table, .modularSum, .parity, .teacher, .images, .rule, .constant,
            .polygons:
            return false
        }
        return switch $0.model {
        case .pairDecoder(let model): !model.hidden.isEmpty
        case .mlp(let model): !model.hidden.isEmpty
        case .transformer: true
        case .residualNetwork: false
        }
    }

    /// Symbols that are residues, over which a discrete Fourier transform has a meaning; of fewer than three there is none.
    static let residues = MeasureNeed(
        "task: {kind: modular} or {kind: modular-sum} with a modulus of at least 3, with a model that takes symbols"
    ) {
        switch $0.task {
        case .modular(let task): task.modulus >= 3
        case .modularSum(let task): task.modulus >= 3 && $0.symbols != nil
        case .addition, .permutation, .table, .parity, .teacher, .images, .rule, .constant,
            .polygons:
            false
        }
    }

    /// Every pair of residues, and their sum to be found.
    static let modularAddition = MeasureNeed(
        "task: {kind: modular, operation: x+y, pairs: ordered} with a modulus of at least 3"
    ) {
        guard case .modular(let task) = $0.task else { return false }
        return task.operation?.word == .sum && task.pairs == .ordered && task.modulus >= 3
    }

    /// An output per class.
    static let logits = MeasureNeed(
        "tasks with classes and one output for each (loss: cross-entropy, stablemax, or mse with "
            + "targets: one-hot)"
    ) { $0.task.classCount != nil && $0.loss.targets.map { $0 == .oneHot } ?? true }

    /// Both (a, b) and (b, a) for some a and b.
    static let exchangedPairs = MeasureNeed(
        "tasks of one operation that have both (a, b) and (b, a)"
    ) {
        guard let choice = $0.task.pairs?.choice else { return false }
        return choice != .ascending
    }

    /// Inputs that are operands and nothing else.
    static let oneOperation = MeasureNeed("tasks of one operation") {
        $0.symbols.map { $0.operations == 1 } ?? true
    }

    /// A weight matrix that is wide enough for a spectrum.
    static let wideMatrix = MeasureNeed("models with a weight matrix of at least 10 × 10") {
        let outputs = $0.loss.outputs ?? $0.task.outputCount
        switch $0.model {
        case .pairDecoder(let model):
            return hasWideMatrix([model.embedding] + model.hidden + [outputs])
        case .mlp(let model):
            let inputs =
                switch model.input {
                case .oneHot: $0.symbols?.choices.reduce(0, +) ?? 0
                case .embedding: ($0.symbols?.places ?? 0) * (model.embedding ?? 0)
                case .numbers: $0.task.featureCount ?? 0
                }
            return hasWideMatrix([inputs] + model.hidden + [outputs])
        case .transformer(let model): return model.width >= 10
        case .residualNetwork(let model): return model.stages.contains { $0.channels >= 10 }
        }
    }

    /// A network that measures can look into, and whose loss depends on its parameters alone.
    static let plainNetwork = MeasureNeed(
        "models of the kinds pair-decoder, transformer and mlp"
    ) {
        if case .residualNetwork = $0.model { return false }
        return true
    }

    /// A gradient that depends on the parameters alone: no dropout, no noise, the whole training set at once.
    static let repeatableGradient = MeasureNeed(
        "training on the whole set at once, without dropout or noise"
    ) {
        guard $0.batchSize == $0.trainCount, !$0.perturbation.isOn else { return false }
        if case .transformer(let model) = $0.model { return !model.hasDropout }
        return true
    }

    private static func hasWideMatrix(_ widths: [Int]) -> Bool {
        zip(widths, widths.dropFirst()).contains { $0 >= 10 && $1 >= 10 }
    }
}
