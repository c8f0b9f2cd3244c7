import Core

/// Cross-entropy with nothing but, or without, the logits that come from adding by angles (Nanda et al. 2023).
///
/// A component along cos 2πk(a+b)/p or sin 2πk(a+b)/p is the same for all pairs of one sum s. With M the logits' mean over the
/// pairs of each sum (p × p), the components of frequency k are B_kᵀB_k·M, B_k being the rows of k in the Fourier basis
/// over s; and the logits' mean is the component along the constant.
struct TrigonometricLoss: MeasureProbe {
    static let measures: [Measure] = [.restrictedLoss, .excludedLoss, .excludedLosses]

    private let measure: Measure
    private let vectors: SymbolVectors
    private let basis: FourierBasis
    /// All p² pairs.
    private let pairs: [Int32]
    private let sums: [Int]
    private let trained, labels: [Int]

    init(_ measure: Measure, _ problem: borrowing CellProblem) {
        self.measure = measure
        vectors = SymbolVectors(problem)
        let modulus = vectors.symbols
        basis = FourierBasis(modulus: modulus)
        let inputs = problem.examples.inputs
        pairs = (0..<problem.examples.count).map { Int32($0) }
        sums = pairs.map { (Int(inputs[2 * Int($0)]) + Int(inputs[2 * Int($0) + 1])) % modulus }
        trained = problem.split.train.map { Int($0) }
        let all = problem.examples.labels
        labels = trained.map { Int(all[$0]) }
    }

    var width: Int { measure == .excludedLosses ? basis.frequencies : 1 }

    func values(_ model: some Model) -> [Double] {
        let logits = model.outputs(of: pairs)
        let means = means(logits)
        let components = basis.components(means)
        guard logits.allSatisfy(\.isFinite) else {
            return [Double](repeating: .nan, count: width)
        }
        if measure == .excludedLosses {
            return (1...basis.frequencies).map { excluded([$0], logits, components) }
        }
        let keys = basis.keyFrequencies(vectors.rows(model))
        guard measure == .restrictedLoss else { return [excluded(keys, logits, components)] }
        let restricted = synthesis([0] + keys, components)
        let loss = (0..<basis.modulus).reduce(0) { sum, residue in
            sum + crossEntropy(restricted, row: residue, label: residue)
        }
        return [loss / Double(basis.modulus)]
    }

    /// Mean logits of the pairs of each sum, of which there are p.
    private func means(_ logits: [Double]) -> [Double] {
        let modulus = basis.modulus
        var means = [Double](repeating: 0, count: modulus * modulus)
        for (pair, sum) in sums.enumerated() {
            for output in 0..<modulus {
                means[sum * modulus + output] += logits[pair * modulus + output]
            }
        }
        return means.map { $0 / Double(modulus) }
    }

    /// Sums × outputs of the components of some frequencies.
    private func synthesis(_ frequencies: [Int], _ components: [Double]) -> [Double] {
        let modulus = basis.modulus
        var result = [Double](repeating: 0, count: modulus * modulus)
        for row in frequencies.flatMap({ basis.rows(of: $0) }) {
            for residue in 0..<modulus {
                let factor = basis.value(row: row, at: residue)
                for output in 0..<modulus {
                    result[residue * modulus + output] +=
                        factor * components[row * modulus + output]
                }
            }
        }
        return result
    }

    private func excluded(
        _ frequencies: [Int], _ logits: [Double], _ components: [Double]
    ) -> Double {
        let modulus = basis.modulus
        let part = synthesis(frequencies, components)
        var row = [Double](repeating: 0, count: modulus)
        var loss = 0.0
        for (pair, label) in zip(trained, labels) {
            for output in 0..<modulus {
                row[output] =
                    logits[pair * modulus + output] - part[sums[pair] * modulus + output]
            }
            loss += crossEntropy(row, row: 0, label: label)
        }
        return loss / Double(trained.count)
    }

    private func crossEntropy(_ logits: [Double], row: Int, label: Int) -> Double {
        let modulus = basis.modulus
        var largest = -Double.infinity
        for output in 0..<modulus { largest = max(largest, logits[row * modulus + output]) }
        var sum = 0.0
        for output in 0..<modulus { sum += exponential(logits[row * modulus + output] - largest) }
        return logarithm(sum) + largest - logits[row * modulus + label]
    }
}
