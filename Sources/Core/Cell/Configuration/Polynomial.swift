/// A polynomial in x and y with whole coefficients, as in `x^4-2x^2y+3`.
package struct Polynomial: Sendable, Hashable {
    /// One term.
    package struct Term: Sendable, Hashable {
        /// Its factor, not 0.
        package var coefficient: Int
        /// The exponents of x and y.
        package var powers: [Int]
    }

    /// Its terms, the highest powers of x first, then of y.
    package private(set) var terms: [Term]

    private static let mostTerms = 16
    private static let highestPower = 64
    private static let largestCoefficient = 1_000_000

    /// Reads a text; nil where it is no polynomial, is constant, or is larger than what there is room for.
    init?(_ text: String) {
        // A sign begins a term.
        let signed = text.filter { $0 != " " }.replacing("-", with: "+-")
        let pieces = signed.split(separator: "+", omittingEmptySubsequences: false)
        var sums: [[Int]: Int] = [:]
        for (place, piece) in pieces.enumerated() {
            if place == 0, piece.isEmpty, pieces.count > 1 { continue }
            guard let term = Polynomial.term(piece) else { return nil }
            sums[term.powers, default: 0] += term.coefficient
        }
        terms = sums.filter { $0.value != 0 }.map { Term(coefficient: $0.value, powers: $0.key) }
            .sorted { $1.powers.lexicographicallyPrecedes($0.powers) }
        guard terms.count <= Polynomial.mostTerms, terms.contains(where: { $0.powers != [0, 0] })
        else { return nil }
    }

    /// A term: a sign, a number, x and y with powers, parted by `*` or not.
    private static func term(_ text: Substring) -> Term? {
        var rest = text
        var term = Term(coefficient: rest.first == "-" ? -1 : 1, powers: [0, 0])
        if rest.first == "-" { rest = rest.dropFirst() }
        guard !rest.isEmpty else { return nil }
        func number() -> Int? {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(digits.count)
            return digits.isEmpty ? nil : Int(digits)
        }
        if let first = rest.first, ("0"..."9").contains(first) {
            guard let factor = number(), factor <= largestCoefficient else { return nil }
            term.coefficient *= factor
        } else {
            // A product may not begin with its sign.
            guard rest.first != "*" else { return nil }
        }
        while let sign = rest.first {
            if sign == "*" { rest = rest.dropFirst() }
            guard let variable = rest.first, let place = ["x", "y"].firstIndex(of: variable) else {
                return nil
            }
            rest = rest.dropFirst()
            var power = 1
            if rest.first == "^" {
                rest = rest.dropFirst()
                guard let given = number() else { return nil }
                power = given
            }
            guard term.powers[place] + power <= highestPower else { return nil }
            term.powers[place] += power
        }
        return term
    }

    /// The text that reads as it, one for all ways to write it.
    package var text: String {
        var text = ""
        for term in terms {
            let size = abs(term.coefficient)
            text += term.coefficient < 0 ? "-" : text.isEmpty ? "" : "+"
            let variables = zip(["x", "y"], term.powers).filter { $0.1 > 0 }
                .map { $0.1 == 1 ? $0.0 : "\($0.0)^\($0.1)" }.joined()
            text += size == 1 && !variables.isEmpty ? variables : "\(size)\(variables)"
        }
        return text
    }

    /// Whether x and y may be exchanged.
    package var isSymmetric: Bool {
        let own = Set(terms)
        return terms.allSatisfy {
            own.contains(Term(coefficient: $0.coefficient, powers: $0.powers.reversed()))
        }
    }

    /// Its value modulo p, 0 ≤ x, y < p.
    package func value(_ x: Int, _ y: Int, modulo p: Int) -> Int {
        let sum = terms.reduce(0) { sum, term in
            var value = term.coefficient % p
            for (base, power) in zip([x, y], term.powers) {
                for _ in 0..<power { value = value * base % p }
            }
            return (sum + value) % p
        }
        return sum < 0 ? sum + p : sum
    }
}
