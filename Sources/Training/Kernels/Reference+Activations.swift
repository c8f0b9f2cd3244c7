// Activations and their gradients, element by element.
extension Reference {
    /// tanh of every element.
    static func tanhForward<T: BinaryFloatingPoint>(_ x: [T]) -> [T] {
        x.map { hyperbolicTangent($0) }
    }

    /// d · (1 − h²), h being the activation.
    static func tanhBackward<T: BinaryFloatingPoint>(_ h: [T], _ d: [T]) -> [T] {
        zip(h, d).map { $1 * (1 - $0 * $0) }
    }

    /// max(x, 0), NaN staying NaN.
    static func reluForward<T: BinaryFloatingPoint>(_ x: [T]) -> [T] {
        x.map { $0 < 0 ? 0 : $0 }
    }

    /// d where h > 0, else 0.
    static func reluBackward<T: BinaryFloatingPoint>(_ h: [T], _ d: [T]) -> [T] {
        zip(h, d).map { $0 > 0 ? $1 : 0 }
    }

    /// x · P(X ≤ x) with X standard normal, the exact GELU (Hendrycks & Gimpel 2016, §2).
    static func geluForward<T: BinaryFloatingPoint>(_ x: [T]) -> [T] {
        x.map { $0 * T(normalDistribution(Double($0))) }
    }

    /// d · (P(X ≤ x) + x · density(x)), x being the input of the activation.
    static func geluBackward<T: BinaryFloatingPoint>(_ x: [T], _ d: [T]) -> [T] {
        zip(x, d).map { x, d in
            let z = Double(x)
            let density = exponential(-z * z / 2) / (2 * Double.pi).squareRoot()
            return d * T(normalDistribution(z) + z * density)
        }
    }

    /// x².
    static func quadraticForward<T: BinaryFloatingPoint>(_ x: [T]) -> [T] { x.map { $0 * $0 } }

    /// d · 2x, x being the input of the activation.
    static func quadraticBackward<T: BinaryFloatingPoint>(_ x: [T], _ d: [T]) -> [T] {
        zip(x, d).map { $1 * 2 * $0 }
    }
}
