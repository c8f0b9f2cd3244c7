import Core

/// Positions as rotations of queries and keys (Su et al. 2021, RoFormer, §3.2.2): within each head, features 2i and 2i + 1 at
/// position t are turned by the angle t · 10000^(−2i/d), d being the head's width.
struct RotaryPositions {
    private let headWidth: Int
    /// Cosine and sine of each position's angles, one per pair of a head's features.
    private let turns: [[(cosine: Float, sine: Float)]]

    /// The rotations of a model with so many positions; nil where its positions are of another kind.
    init?(_ model: TransformerConfiguration, positions: Int) {
        guard model.positionKind == .rotary else { return nil }
        headWidth = model.headWidth
        turns = (0..<positions).map { position in
            (0..<model.headWidth / 2).map { pair in
                let angle = RotaryPositions.angle(position, pair, width: model.headWidth)
                return (Float(Training.cosine(angle)), Float(Training.sine(angle)))
            }
        }
    }

    /// t · 10000^(−2i/d) for a position t and a pair i of d features.
    static func angle(_ position: Int, _ pair: Int, width: Int) -> Double {
        Double(position) * exponential(-logarithm(10_000) * Double(2 * pair) / Double(width))
    }

    /// Turns features × columns, which hold these positions side by side, each of so many columns; back again where `back`.
    func turn(_ matrix: Matrix, positions: Range<Int>, segment: Int, back: Bool = false) {
        for (place, position) in positions.enumerated() {
            let first = place * segment
            for pair in 0..<matrix.rows / 2 {
                let angle = turns[position][pair % (headWidth / 2)]
                let sine = back ? -angle.sine : angle.sine
                let (a, b) = (matrix.row(2 * pair) + first, matrix.row(2 * pair + 1) + first)
                for column in 0..<segment {
                    let (x, y) = (a[column], b[column])
                    a[column] = angle.cosine * x - sine * y
                    b[column] = sine * x + angle.cosine * y
                }
            }
        }
    }
}
