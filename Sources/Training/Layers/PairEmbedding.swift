/// The sum of two symbols' embeddings, feature-major: X[c, n] = E[iₙ, c] + E[jₙ, c] (Liu et al. 2022, §2).
///
/// E is symbols × dimensions, X is dimensions × examples; dE accumulates over the examples.
struct PairEmbedding {
    /// Number of symbols.
    let symbols: Int
    /// Dimensions of an embedding.
    let dimensions: Int
    /// Symbols × dimensions.
    let table: UnsafeMutablePointer<Float>
    /// Gradient of `table`.
    let gradient: UnsafeMutablePointer<Float>
    /// Pairs of symbols, two per example.
    let pairs: [Int32]

    /// Fills `output` for the examples in this order.
    func forward(_ examples: UnsafeBufferPointer<Int32>, output: Matrix) {
        for place in 0..<output.columns {
            let example = Int(examples[place])
            let first = table + Int(pairs[2 * example]) * dimensions
            let second = table + Int(pairs[2 * example + 1]) * dimensions
            for c in 0..<dimensions {
                output.base[c * output.stride + place] = first[c] + second[c]
            }
        }
    }

    /// Fills `gradient` from the gradient of the sums, or adds to it.
    func backward(
        _ examples: UnsafeBufferPointer<Int32>, graded: Int, outputGradient: Matrix,
        accumulates: Bool
    ) {
        if !accumulates { gradient.update(repeating: 0, count: symbols * dimensions) }
        for place in 0..<graded {
            let example = Int(examples[place])
            let first = gradient + Int(pairs[2 * example]) * dimensions
            let second = gradient + Int(pairs[2 * example + 1]) * dimensions
            for c in 0..<dimensions {
                let slope = outputGradient.base[c * outputGradient.stride + place]
                first[c] += slope
                second[c] += slope
            }
        }
    }
}
