import Core

/// What stands for each symbol in a network: its embedding, or in a network on unit vectors the first layer's weights for
/// it as each operand, side by side.
struct SymbolVectors {
    /// Number of symbols.
    let symbols: Int
    /// Numbers that stand for a symbol.
    let dimensions: Int
    private let tensor: String
    /// Neurons of a first layer on unit vectors; 0 where there are embeddings.
    private let neurons: Int
    private let operands, inputs: Int

    /// The vectors of a problem on symbols.
    init(_ problem: borrowing CellProblem) {
        symbols = problem.examples.symbolCount
        let isEmbedded = problem.configuration.model.hasRepresentation
        tensor = (isEmbedded ? TensorName.representation : .decoder(0).weight).text
        let shape = problem.parameters.first { [tensor] in $0.tensor.name == tensor }?.tensor.shape
        neurons = isEmbedded ? 0 : shape?.first ?? 0
        operands = problem.examples.symbols?.operands ?? 0
        inputs = shape?.last ?? 0
        dimensions = isEmbedded ? inputs : operands * neurons
    }

    /// Symbols × dimensions, row-major. Tokens beyond the symbols, and those of further operands where they have their
    /// own, are left out.
    func rows(_ model: some Model) -> [Double] {
        guard let values = model.copy(tensor) else { return [] }
        guard neurons > 0 else { return Array(values.prefix(symbols * dimensions)) }
        var rows = [Double](repeating: 0, count: symbols * dimensions)
        for neuron in 0..<neurons {
            for symbol in 0..<symbols {
                for operand in 0..<operands {
                    rows[symbol * dimensions + operand * neurons + neuron] =
                        values[neuron * inputs + operand * symbols + symbol]
                }
            }
        }
        return rows
    }
}
