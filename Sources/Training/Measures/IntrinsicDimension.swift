import Core

/// Dimension of what the sample's outputs lie on, from the distances to their two nearest neighbours (TwoNN, Facco et al.
/// 2017; Notsawo et al. 2023, App. C).
struct IntrinsicDimension: MeasureProbe {
    static let measures: [Measure] = [.intrinsicDimension]

    private let sample: MeasureSample

    /// Share of the ratios, the smallest, that the slope is taken over: the largest are the least certain.
    static let share = 0.9

    init(_ measure: Measure, _ problem: borrowing CellProblem) { sample = MeasureSample(problem) }

    func values(_ model: some Model) -> [Double] {
        [IntrinsicDimension.of(model.outputs(of: sample.examples), width: sample.outputs)]
    }

    /// The dimension of these rows; NaN where fewer than three differ.
    static func of(_ rows: [Double], width: Int) -> Double {
        guard rows.allSatisfy(\.isFinite) else { return .nan }
        let count = rows.count / width
        var ratios: [Double] = []
        rows.withUnsafeBufferPointer { values in
            for row in 0..<count {
                var (first, second) = (Double.infinity, Double.infinity)
                for other in 0..<count where other != row {
                    var squares = 0.0
                    for place in 0..<width {
                        let step = values[row * width + place] - values[other * width + place]
                        squares += step * step
                    }
                    if squares < first {
                        (first, second) = (squares, first)
                    } else if squares < second {
                        second = squares
                    }
                }
                if first > 0, second < .infinity { ratios.append((second / first).squareRoot()) }
            }
        }
        ratios.sort()
        let total = ratios.count
        var (products, squares) = (0.0, 0.0)
        for (place, ratio) in ratios.prefix(Int(share * Double(total))).enumerated() {
            let x = logarithm(ratio)
            let y = -logarithm(1 - Double(place + 1) / Double(total))
            products += x * y
            squares += x * x
        }
        return products / squares
    }
}
