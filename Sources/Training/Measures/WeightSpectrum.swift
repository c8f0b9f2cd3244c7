import BLAS
import Core

/// Spectra of the weight matrices against random ones: heavy tails and correlation traps.
struct WeightSpectrum: MeasureProbe {
    static let measures: [Measure] = [.tailExponent, .correlationTraps]

    /// One weight matrix, rows × columns as stored.
    private struct Matrix {
        let name: String
        let rows, columns: Int
        /// Where each element goes when shuffled; empty where that is not asked for.
        let shuffle: [Int]
    }

    private let measure: Measure
    private let matrices: [Matrix]

    /// Fewest rows and columns of a matrix that is looked at.
    static let least = 10
    /// Fewest eigenvalues of a tail.
    static let shortestTail = 5

    init(_ measure: Measure, _ problem: borrowing CellProblem) {
        self.measure = measure
        var stream = RandomStream(seed: problem.seed, purpose: .measures)
        var matrices: [Matrix] = []
        for parameter in problem.parameters where parameter.group != .representation {
            let shape = parameter.tensor.shape
            guard shape.count == 2, shape.allSatisfy({ $0 >= WeightSpectrum.least }) else {
                continue
            }
            matrices.append(
                Matrix(
                    name: parameter.tensor.name, rows: shape[0], columns: shape[1],
                    shuffle: measure == .correlationTraps
                        ? stream.permutation(shape[0] * shape[1]) : []))
        }
        self.matrices = matrices
    }

    func values(_ model: some Model) -> [Double] {
        var sum = 0.0
        for matrix in matrices {
            let values = model.copy(matrix.name) ?? []
            sum +=
                measure == .tailExponent
                ? WeightSpectrum.tailExponent(values, rows: matrix.rows, columns: matrix.columns)
                : WeightSpectrum.traps(
                    matrix.shuffle.map { values[$0] }, rows: matrix.rows, columns: matrix.columns)
        }
        return [measure == .tailExponent ? sum / Double(matrices.count) : sum]
    }

    /// Eigenvalues, ascending, of WᵀW/N with N the larger side; nil where there are none.
    static func spectrum(_ values: [Double], rows: Int, columns: Int) -> [Double]? {
        var (wide, less, more) = (values, rows, columns)
        if rows > columns {
            (less, more) = (columns, rows)
            for row in 0..<rows {
                for column in 0..<columns {
                    wide[column * rows + row] = values[row * columns + column]
                }
            }
        }
        let square = LAPACK.gram(rows: less, columns: more, wide).map { $0 / Double(more) }
        return LAPACK.eigenvalues(order: less, square)
    }

    /// α of the tail that is nearest to a power law by its Kolmogorov–Smirnov distance (Clauset et al. 2009, §3).
    static func tailExponent(_ values: [Double], rows: Int, columns: Int) -> Double {
        guard let spectrum = spectrum(values, rows: rows, columns: columns) else { return .nan }
        let positive = spectrum.filter { $0 > 0 }
        guard positive.count >= shortestTail else { return .nan }
        var (best, exponent) = (Double.infinity, Double.nan)
        for start in 0...(positive.count - shortestTail) {
            let tail = positive[start...]
            let (least, count) = (positive[start], Double(tail.count))
            let logs = tail.reduce(0) { $0 + logarithm($1 / least) }
            guard logs > 0 else { continue }
            let alpha = 1 + count / logs
            var distance = 0.0
            for (place, value) in tail.enumerated() {
                let law = 1 - exponential((1 - alpha) * logarithm(value / least))
                distance = max(
                    distance, abs(law - Double(place) / count), abs(law - Double(place + 1) / count)
                )
            }
            if distance < best { (best, exponent) = (distance, alpha) }
        }
        return exponent
    }

    /// Eigenvalues beyond the Marchenko–Pastur edge and three of the Tracy–Widom law's scales (Johnstone 2001).
    static func traps(_ values: [Double], rows: Int, columns: Int) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        let centred = values.map { $0 - mean }
        guard let spectrum = spectrum(centred, rows: rows, columns: columns) else { return .nan }
        let variance = centred.reduce(0) { $0 + $1 * $1 } / Double(values.count)
        let (less, more) = (Double(min(rows, columns)), Double(max(rows, columns)))
        let edge = variance * (1 + (less / more).squareRoot()) * (1 + (less / more).squareRoot())
        let scale =
            variance / more * (more.squareRoot() + less.squareRoot())
            * cubeRoot(1 / more.squareRoot() + 1 / less.squareRoot())
        return Double(spectrum.count { $0 > edge + 3 * scale })
    }
}
