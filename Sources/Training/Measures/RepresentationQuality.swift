/// The representation quality index: the share of permissible parallelograms that the embeddings realise.
///
/// Permissible are the unordered pairs {(i, j), (m, n)} of distinct unordered pairs with i + j = m + n (P₀ of the full
/// addition table, 70 for ten symbols). Embeddings are standardised per dimension (sample standard deviation); a
/// parallelogram is realised when the mean over dimensions of (Eᵢ + Eⱼ − Eₘ − Eₙ)² is below 0.01 (Liu et al. 2022, §3.1 and
/// the published `train_add.py`).
struct RepresentationQuality {
    /// Four symbols per parallelogram, flat.
    private let quadruples: [Int32]
    private let symbols: Int
    private let dimensions: Int
    private var embeddings: [Double]

    /// Mean squared defect below which a parallelogram counts.
    static let tolerance = 0.01

    /// The index of embeddings symbols × dimensions.
    init(symbols: Int, dimensions: Int) {
        self.symbols = symbols
        self.dimensions = dimensions
        embeddings = [Double](repeating: 0, count: symbols * dimensions)
        var quadruples: [Int32] = []
        for sum in 0...(2 * symbols - 2) {
            let pairs = (0..<symbols).compactMap { i in
                (i...symbols).contains(sum - i) && sum - i < symbols ? (i, sum - i) : nil
            }
            for (place, left) in pairs.enumerated() {
                for right in pairs[(place + 1)...] {
                    quadruples += [left.0, left.1, right.0, right.1].map(Int32.init)
                }
            }
        }
        self.quadruples = quadruples
    }

    /// Number of permissible parallelograms.
    var permissibleCount: Int { quadruples.count / 4 }

    /// The four symbols of a parallelogram: the two of one side, then the two of the other.
    func symbols(of parallelogram: Int) -> (Int, Int, Int, Int) {
        let start = 4 * parallelogram
        return (
            Int(quadruples[start]), Int(quadruples[start + 1]), Int(quadruples[start + 2]),
            Int(quadruples[start + 3])
        )
    }

    /// The index, 0…1, of these embeddings (symbols × dimensions, row-major); 0 where there is no permissible
    /// parallelogram.
    mutating func measure(_ values: [Double]) -> Double {
        let realised = realised(values).count
        return permissibleCount == 0 ? 0 : Double(realised) / Double(permissibleCount)
    }

    /// The parallelograms that these embeddings realise, ascending.
    mutating func realised(_ values: [Double]) -> [Int] {
        embeddings = values
        standardise()
        var realised: [Int] = []
        for parallelogram in 0..<permissibleCount {
            let (i, j, m, n) = symbols(of: parallelogram)
            var sum = 0.0
            for c in 0..<dimensions {
                let defect =
                    embeddings[i * dimensions + c] + embeddings[j * dimensions + c]
                    - embeddings[m * dimensions + c] - embeddings[n * dimensions + c]
                sum += defect * defect
            }
            if sum / Double(dimensions) < RepresentationQuality.tolerance {
                realised.append(parallelogram)
            }
        }
        return realised
    }

    private mutating func standardise() {
        for c in 0..<dimensions {
            let places = stride(from: c, to: embeddings.count, by: dimensions)
            let mean = places.reduce(0) { $0 + embeddings[$1] } / Double(symbols)
            let variance =
                places.reduce(0) { $0 + (embeddings[$1] - mean) * (embeddings[$1] - mean) }
                / Double(symbols - 1)
            // Equal embeddings have no spread: 0/0 is NaN, and a NaN defect realises nothing.
            for place in places {
                embeddings[place] = (embeddings[place] - mean) / variance.squareRoot()
            }
        }
    }
}
