/// The matrix product of two symbols' embeddings read as square matrices, both row-major (Liu et al. 2022, App. H).
///
/// With A = E[iₙ] and B = E[jₙ] as side × side: X[·, n] = A·B; dA += dX·Bᵀ, dB += Aᵀ·dX.
struct PairProduct: InputStage {
    private let embeddings: Parameters.Tensor
    /// Pairs of symbols, two per example.
    private let pairs: [Int32]
    private let side: Int
    let features: Int

    /// The product of these embeddings (symbols × side²) for every pair.
    init(_ embeddings: Parameters.Tensor, pairs: [Int32]) {
        self.embeddings = embeddings
        self.pairs = pairs
        features = embeddings.shape[1]
        side = Int(Double(features).squareRoot().rounded())
        precondition(side * side == features)
    }

    func forward(_ examples: UnsafeBufferPointer<Int32>, output: Matrix, _ pass: Pass) {
        for place in 0..<output.columns {
            let example = Int(examples[place])
            let first = embeddings.value + Int(pairs[2 * example]) * features
            let second = embeddings.value + Int(pairs[2 * example + 1]) * features
            for row in 0..<side {
                for column in 0..<side {
                    var sum: Float = 0
                    for k in 0..<side {
                        sum += first[row * side + k] * second[k * side + column]
                    }
                    output.row(row * side + column)[place] = sum
                }
            }
        }
    }

    func backward(
        _ examples: UnsafeBufferPointer<Int32>, outputGradient: Matrix, accumulates: Bool
    ) {
        let (value, gradient) = (embeddings.value, embeddings.gradient)
        if !accumulates { gradient.update(repeating: 0, count: embeddings.count) }
        for place in 0..<outputGradient.columns {
            let example = Int(examples[place])
            let first = Int(pairs[2 * example]) * features
            let second = Int(pairs[2 * example + 1]) * features
            for row in 0..<side {
                for column in 0..<side {
                    let slope = outputGradient.row(row * side + column)[place]
                    for k in 0..<side {
                        let (left, right) = (first + row * side + k, second + k * side + column)
                        gradient[left] += slope * value[right]
                        gradient[right] += slope * value[left]
                    }
                }
            }
        }
    }
}
