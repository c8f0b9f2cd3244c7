import Core

extension ModularOperation {
    /// What it makes of x and y, 0 ≤ x, y < p.
    func label(_ x: Int, _ y: Int, modulo modulus: Int) -> Int {
        if let polynomial { return polynomial.value(x, y, modulo: modulus) }
        // No term is beyond p³, far from overflow for the moduli that there are.
        let value =
            switch word {
            case .sum: x + y
            case .difference: x - y
            case .product: x * y
            case .quotient: x * ModularOperation.inverse(y, modulo: modulus)
            case .squares: x * x + y * y
            case .quadratic: x * x + x * y + y * y
            case .quadraticPlus: x * x + x * y + y * y + x
            case .cubicMixed: x * x * x + x * y
            case .cubicTwice: x * x * x + x * y * y + y
            case .cubes: x * x * x + y * y * y
            case .cubicSymmetric: x * x * x + x * y + y * y * y
            case .quotientOrDifference:
                y.isMultiple(of: 2) ? x - y : x * ModularOperation.inverse(y, modulo: modulus)
            case .sumOrProduct: x.isMultiple(of: 2) ? x + y : x * y
            case .sumOrDifference: x.isMultiple(of: 2) ? x + y : x - y
            case .polynomial: preconditionFailure("an operation of this word has its polynomial")
            }
        let rest = value % modulus
        return rest < 0 ? rest + modulus : rest
    }

    /// y⁻¹ = y^(p−2) modulo a prime p (Fermat), by repeated squaring.
    private static func inverse(_ y: Int, modulo modulus: Int) -> Int {
        var result = 1
        var power = y
        var exponent = modulus - 2
        while exponent > 0 {
            if !exponent.isMultiple(of: 2) { result = result * power % modulus }
            power = power * power % modulus
            exponent /= 2
        }
        return result
    }
}
