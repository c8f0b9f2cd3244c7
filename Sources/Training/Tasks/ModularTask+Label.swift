import Core

extension ModularTask {
    /// What the operation makes of x and y, 0 ≤ x, y < p.
    func label(_ x: Int, _ y: Int) -> Int {
        if let polynomial { return polynomial.value(x, y, modulo: modulus) }
        // No term is beyond p³, far from overflow for the moduli that there are.
        let value =
            switch operation {
            case .sum: x + y
            case .difference: x - y
            case .product: x * y
            case .quotient: x * inverse(y)
            case .squares: x * x + y * y
            case .quadratic: x * x + x * y + y * y
            case .quadraticPlus: x * x + x * y + y * y + x
            case .cubicMixed: x * x * x + x * y
            case .cubicTwice: x * x * x + x * y * y + y
            case .cubes: x * x * x + y * y * y
            case .cubicSymmetric: x * x * x + x * y + y * y * y
            case .quotientOrDifference: y.isMultiple(of: 2) ? x - y : x * inverse(y)
            case .sumOrProduct: x.isMultiple(of: 2) ? x + y : x * y
            case .sumOrDifference: x.isMultiple(of: 2) ? x + y : x - y
            case .polynomial: preconditionFailure("a task of this operation has its polynomial")
            }
        let rest = value % modulus
        return rest < 0 ? rest + modulus : rest
    }

    /// y⁻¹ = y^(p−2) modulo a prime p (Fermat), by repeated squaring.
    private func inverse(_ y: Int) -> Int {
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
