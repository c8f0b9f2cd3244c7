import Core

/// What stands for each symbol in a network: its embedding, or in a network on one-hot pairs the first layer's weights for
/// it as first and as second of a pair, side by side.
struct SymbolVectors {
    /// Number of symbols.
    let symbols: Int
    /// Numbers that stand for a symbol.
    let dimensions: Int
    private let tensor: String
    /// Neurons of a first layer on one-hot pairs; 0 where there are embeddings.
    private let neurons: Int

    /// The vectors of a problem on pairs of symbols.
    init(_ problem: borrowing CellProblem) {
        symbols = problem.examples.symbolCount
        let isEmbedded = problem.configuration.model.hasRepresentation
        tensor = (isEmbedded ? TensorName.representation : .decoder(0).weight).text
        let shape = problem.parameters.first { [tensor] in $0.tensor.name == tensor }?.tensor.shape
        neurons = isEmbedded ? 0 : shape?.first ?? 0
        dimensions = isEmbedded ? shape?.last ?? 0 : 2 * neurons
    }

    /// Symbols × dimensions, row-major. Tokens beyond the symbols, and those of the second place where it has its own, are
    /// left out.
    func rows(_ model: some Model) -> [Double] {
        guard let values = model.copy(tensor) else { return [] }
        guard neurons > 0 else { return Array(values.prefix(symbols * dimensions)) }
        var rows = [Double](repeating: 0, count: symbols * dimensions)
        for neuron in 0..<neurons {
            for symbol in 0..<symbols {
                let from = neuron * 2 * symbols + symbol
                rows[symbol * dimensions + neuron] = values[from]
                rows[symbol * dimensions + neurons + neuron] = values[from + symbols]
            }
        }
        return rows
    }
}
