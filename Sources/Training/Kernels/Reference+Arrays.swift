// Sums and products over arrays, and over feature-major matrices column by column.
extension Reference {
    /// factor · x.
    static func scale<T: BinaryFloatingPoint>(_ factor: T, _ x: [T]) -> [T] {
        x.map { factor * $0 }
    }

    /// y + factor · x.
    static func axpy<T: BinaryFloatingPoint>(_ factor: T, _ x: [T], _ y: [T]) -> [T] {
        zip(x, y).map { $1 + factor * $0 }
    }

    /// a · x + b · y.
    static func axpby<T: BinaryFloatingPoint>(_ a: T, _ x: [T], _ b: T, _ y: [T]) -> [T] {
        zip(x, y).map { a * $0 + b * $1 }
    }

    /// x · y, element by element.
    static func multiply<T: BinaryFloatingPoint>(_ x: [T], _ y: [T]) -> [T] {
        zip(x, y).map { $0 * $1 }
    }

    /// y[r, c] + v[r]; y has v.count rows.
    static func addColumnVector<T: BinaryFloatingPoint>(_ v: [T], _ y: [T]) -> [T] {
        let columns = y.count / max(v.count, 1)
        return y.indices.map { y[$0] + v[$0 / columns] }
    }

    /// scale · Σᵣ a[r, c] · b[r, c].
    static func columnsDot<T: BinaryFloatingPoint>(
        rows: Int, columns: Int, _ a: [T], _ b: [T], scale: T
    ) -> [T] {
        (0..<columns).map { c in
            scale * (0..<rows).reduce(0) { $0 + a[$1 * columns + c] * b[$1 * columns + c] }
        }
    }

    /// Σₖ w[k, c] · x[k, r, c]; w has a row per matrix of x.
    static func columnsMix<T: BinaryFloatingPoint>(
        rows: Int, columns: Int, weights w: [T], _ x: [T]
    ) -> [T] {
        (0..<rows * columns).map { place in
            (0..<w.count / columns).reduce(0) { sum, k in
                sum + w[k * columns + place % columns] * x[k * rows * columns + place]
            }
        }
    }

    /// y[k, r, c] + w[k, c] · x[r, c]; w has a row per matrix of y.
    static func columnsSpread<T: BinaryFloatingPoint>(
        columns: Int, weights w: [T], _ x: [T], _ y: [T]
    ) -> [T] {
        y.indices.map { place in
            let k = place / x.count
            return y[place] + w[k * columns + place % columns] * x[place % x.count]
        }
    }

    /// Σ x · y in double precision.
    static func dot<T: BinaryFloatingPoint>(_ x: [T], _ y: [T]) -> Double {
        zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    /// The sum of squares in double precision.
    static func sumOfSquares<T: BinaryFloatingPoint>(_ x: [T]) -> Double {
        x.reduce(0) { $0 + Double($1) * Double($1) }
    }
}
