import Core

/// c · mean |E| over all embeddings (Liu et al. 2022, App. H); its gradient is c/count · sign(E), 0 where E is.
struct EmbeddingPenalty {
    private let table: Parameters.Tensor
    private let slope: Float

    /// The penalty of a configuration, nil where it has none.
    init?(_ configuration: CellConfiguration, _ parameters: Parameters) {
        guard configuration.loss.embeddingL1 > 0 else { return nil }
        table = parameters[.representation]
        slope = Float(configuration.loss.embeddingL1 / Double(table.count))
    }

    /// Adds the gradient to that of the embeddings.
    func addGradient() {
        for place in 0..<table.count {
            let value = table.value[place]
            if value > 0 {
                table.gradient[place] += slope
            } else if value < 0 {
                table.gradient[place] -= slope
            }
        }
    }
}
