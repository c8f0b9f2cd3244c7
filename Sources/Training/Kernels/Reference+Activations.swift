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

    /// x/(1 + e⁻ˣ) (Elfwing et al. 2018).
    static func siluForward<T: BinaryFloatingPoint>(_ x: [T]) -> [T] {
        x.map { $0 * T(logistic(Double($0))) }
    }

    /// d · (s + x s (1 − s)), s = 1/(1 + e⁻ˣ), x being the input of the activation.
    static func siluBackward<T: BinaryFloatingPoint>(_ x: [T], _ d: [T]) -> [T] {
        zip(x, d).map { x, d in
            let s = logistic(Double(x))
            return d * T(s + Double(x) * s * (1 - s))
        }
    }

    /// x (1 + tanh u)/2, u = √(2/π)(x + 0.044715 x³) (Hendrycks & Gimpel 2016, §2).
    static func geluTanhForward<T: BinaryFloatingPoint>(_ x: [T]) -> [T] {
        x.map { $0 * T((1 + hyperbolicTangent(geluTanhArgument(Double($0)))) / 2) }
    }

    /// d · ((1 + tanh u)/2 + x (1 − tanh² u) u′/2), x being the input of the activation.
    static func geluTanhBackward<T: BinaryFloatingPoint>(_ x: [T], _ d: [T]) -> [T] {
        zip(x, d).map { x, d in
            let z = Double(x)
            let h = hyperbolicTangent(geluTanhArgument(z))
            let slope = (2 / Double.pi).squareRoot() * (1 + 3 * 0.044715 * z * z)
            return d * T((1 + h) / 2 + z * (1 - h * h) * slope / 2)
        }
    }

    private static func logistic(_ x: Double) -> Double { 1 / (1 + exponential(-x)) }

    private static func geluTanhArgument(_ x: Double) -> Double {
        (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
    }

    /// x².
    static func quadraticForward<T: BinaryFloatingPoint>(_ x: [T]) -> [T] { x.map { $0 * $0 } }

    /// d · 2x, x being the input of the activation.
    static func quadraticBackward<T: BinaryFloatingPoint>(_ x: [T], _ d: [T]) -> [T] {
        zip(x, d).map { $1 * 2 * $0 }
    }
}
