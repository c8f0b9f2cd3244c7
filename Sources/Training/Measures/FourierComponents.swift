import BLAS
import Core

/// The embeddings over the residues in the basis of constant, cosines and sines, and what is made of that.
struct FourierComponents: MeasureProbe {
    static let measures: [Measure] = [
        .fourierSpectrum, .fourierGini, .keyFrequencies, .inverseParticipation,
    ]

    private let measure: Measure
    private let vectors: SymbolVectors
    private let basis: FourierBasis

    init(_ measure: Measure, _ problem: borrowing CellProblem) {
        self.measure = measure
        vectors = SymbolVectors(problem)
        basis = FourierBasis(modulus: vectors.symbols)
    }

    var width: Int { measure == .fourierSpectrum ? basis.frequencies : 1 }

    func values(_ model: some Model) -> [Double] {
        let rows = vectors.rows(model)
        switch measure {
        case .fourierSpectrum: return basis.spectrum(rows)
        case .fourierGini: return [FourierComponents.gini(basis.norms(rows))]
        case .keyFrequencies:
            guard rows.allSatisfy(\.isFinite) else { return [.nan] }
            return [Double(basis.keyFrequencies(rows).count)]
        default: return [inverseParticipation(rows)]
        }
    }

    /// mean |xᵢ − xⱼ|/(2 mean x), from the sorted values: Σ (2i − n − 1) xᵢ/(n Σ x).
    static func gini(_ values: [Double]) -> Double {
        guard values.allSatisfy(\.isFinite) else { return .nan }
        let sorted = values.sorted()
        let count = Double(sorted.count)
        var (sum, weighted) = (0.0, 0.0)
        for (place, value) in sorted.enumerated() {
            sum += value
            weighted += (2 * Double(place + 1) - count - 1) * value
        }
        return weighted / (count * sum)
    }

    private func inverseParticipation(_ rows: [Double]) -> Double {
        let dimensions = vectors.dimensions
        let components = basis.components(rows)
        var (total, used) = (0.0, 0)
        for dimension in 0..<dimensions {
            var (sum, squares) = (0.0, 0.0)
            for frequency in 0...basis.frequencies {
                var power = 0.0
                for row in basis.rows(of: frequency) {
                    let component = components[row * dimensions + dimension]
                    power += component * component
                }
                sum += power
                squares += power * power
            }
            guard sum != 0 else { continue }
            total += squares / (sum * sum)
            used += 1
        }
        return total / Double(used)
    }
}

/// Constant, cosines and sines over the residues, each with norm 1: rows 0, then cos 1, sin 1, cos 2, sin 2, … An even
/// modulus has no sine of its last frequency, which is ±1 in turn.
struct FourierBasis {
    /// The modulus p.
    let modulus: Int
    /// Frequencies beyond the constant: ⌊p/2⌋.
    let frequencies: Int
    private let values: [Double]

    /// Share of the spectrum's squares that key frequencies hold.
    static let keyShare = 0.9

    /// The basis over residues of a modulus.
    init(modulus: Int) {
        self.modulus = modulus
        frequencies = modulus / 2
        var values = [Double](
            repeating: 1 / Double(modulus).squareRoot(), count: modulus * modulus)
        for row in 1..<modulus {
            let frequency = (row + 1) / 2
            let isLone = 2 * frequency == modulus
            let size = ((isLone ? 1 : 2) / Double(modulus)).squareRoot()
            for residue in 0..<modulus {
                // The product is reduced first, so that angles keep their digits.
                let angle =
                    2 * Double.pi * Double(frequency * residue % modulus) / Double(modulus)
                values[row * modulus + residue] =
                    size * (row.isMultiple(of: 2) ? sine(angle) : cosine(angle))
            }
        }
        self.values = values
    }

    /// The rows that belong to a frequency.
    func rows(of frequency: Int) -> ClosedRange<Int> {
        frequency == 0 ? 0...0 : 2 * frequency - 1...min(2 * frequency, modulus - 1)
    }

    /// A basis function at a residue.
    func value(row: Int, at residue: Int) -> Double { values[row * modulus + residue] }

    /// Components modulus × dimensions of vectors modulus × dimensions.
    func components(_ vectors: [Double]) -> [Double] {
        LAPACK.product(
            m: modulus, n: vectors.count / modulus, k: modulus, values, vectors)
    }

    /// Norm of each component.
    func norms(_ vectors: [Double]) -> [Double] {
        let dimensions = vectors.count / modulus
        let components = components(vectors)
        return (0..<modulus).map { row in
            components[row * dimensions..<(row + 1) * dimensions].reduce(0) { $0 + $1 * $1 }
                .squareRoot()
        }
    }

    /// Norm at each frequency from 1 on, sine and cosine together.
    func spectrum(_ vectors: [Double]) -> [Double] {
        let norms = norms(vectors)
        return (1...frequencies).map { frequency in
            rows(of: frequency).reduce(0) { $0 + norms[$1] * norms[$1] }.squareRoot()
        }
    }

    /// The fewest frequencies from 1 on that hold `keyShare` of the spectrum's squares, the largest first.
    func keyFrequencies(_ vectors: [Double]) -> [Int] {
        let squares = spectrum(vectors).map { $0 * $0 }
        let wanted = FourierBasis.keyShare * squares.reduce(0, +)
        var (held, keys) = (0.0, [Int]())
        for place in squares.indices.sorted(by: { (squares[$0], $1) > (squares[$1], $0) })
        where held < wanted {
            held += squares[place]
            keys.append(place + 1)
        }
        return keys
    }
}
