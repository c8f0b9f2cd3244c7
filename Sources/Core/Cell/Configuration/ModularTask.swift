/// A binary operation modulo a number.
package struct ModularTask: Sendable, Hashable {
    /// What is computed of x and y.
    package enum Operation: String, Sendable, CaseIterable {
        /// x + y.
        case sum = "x+y"
        /// x − y.
        case difference = "x-y"
        /// x · y.
        case product = "x*y"
        /// x · y⁻¹ for y ≠ 0.
        case quotient = "x/y"
        /// x² + y².
        case squares = "x^2+y^2"
        /// x² + xy + y².
        case quadratic = "x^2+xy+y^2"
        /// x² + xy + y² + x.
        case quadraticPlus = "x^2+xy+y^2+x"
        /// x³ + xy.
        case cubicMixed = "x^3+xy"
        /// x³ + xy² + y.
        case cubicTwice = "x^3+xy^2+y"
        /// x³ + y³.
        case cubes = "x^3+y^3"
        /// x³ + xy + y³.
        case cubicSymmetric = "x^3+xy+y^3"
        /// x/y where y is odd, else x − y.
        case quotientOrDifference = "x/y|x-y"
        /// x + y where x is even, else x · y.
        case sumOrProduct = "x+y|x*y"
        /// x + y where x is even, else x − y.
        case sumOrDifference = "x+y|x-y"
        /// Any other polynomial, which the task has.
        case polynomial

        /// The words that a sweep file may have in the place of a polynomial.
        package static let words = allCases.filter { $0 != .polynomial }

        /// Whether x and y may be exchanged, whatever a polynomial is.
        fileprivate var isSymmetric: Bool {
            switch self {
            case .sum, .product, .squares, .quadratic, .cubes, .cubicSymmetric: true
            case .difference, .quotient, .quadraticPlus, .cubicMixed, .cubicTwice,
                .quotientOrDifference, .sumOrProduct, .sumOrDifference, .polynomial:
                false
            }
        }

        /// Whether it divides, which needs a prime modulus.
        package var divides: Bool { self == .quotient || self == .quotientOrDifference }
    }

    /// Which pairs are examples.
    package enum Pairs: String, Sendable, CaseIterable {
        /// All (x, y).
        case ordered
        /// x ≤ y only.
        case unordered
    }

    /// The operation.
    package var operation = Operation.sum
    /// What is computed where no other word says it.
    package var polynomial: Polynomial?
    /// The modulus p, which is the number of symbols.
    package var modulus = 97
    /// Which pairs are examples.
    package var pairs = Pairs.ordered

    /// The pairs in their order; those with y = 0 have no quotient.
    package var pairOrder: PairOrder {
        if operation == .quotient { return PairOrder(symbols: modulus, .invertible) }
        return PairOrder(symbols: modulus, pairs == .ordered ? .all : .ascending)
    }

    /// Whether x and y may be exchanged.
    package var isSymmetric: Bool { polynomial?.isSymmetric ?? operation.isSymmetric }

    /// The operation as a sweep file writes it.
    private var word: String { polynomial?.text ?? operation.rawValue }

    private static func operation(
        _ reader: inout MappingReader
    ) throws(SweepError) -> (Operation, Polynomial?) {
        let text = try reader.string("operation", default: Operation.sum.rawValue)
        if let word = Operation.words.first(where: { $0.rawValue == text }) { return (word, nil) }
        guard let polynomial = Polynomial(text) else {
            let words = Operation.words.map(\.rawValue)
            let nearest = NearestKey.find(text, among: words)
            throw reader.error(
                "operation",
                "unknown value \"\(text)\": known are \(words.joined(separator: ", ")), and"
                    + " polynomials such as x^4-2xy+1",
                hint: nearest.map { "did you mean \($0)?" })
        }
        let word = Operation.words.first { Polynomial($0.rawValue) == polynomial }
        return (word ?? .polynomial, word == nil ? polynomial : nil)
    }

    private static func smallestFactor(of number: Int) -> Int? {
        var factor = 2
        while factor * factor <= number {
            if number.isMultiple(of: factor) { return factor }
            factor += 1
        }
        return nil
    }
}

extension ModularTask: KeyedMapping {
    static let keys: [Key<ModularTask>] = [
        Key(
            KeyRow(
                name: "operation", type: "word", standard: "`x+y`",
                meaning:
                    "`x+y`, `x-y`, `x*y`, `x/y` (x·y⁻¹, y ≠ 0), `x^2+y^2`, `x^2+xy+y^2`, `x^2+xy+y^2+x`, `x^3+xy`,"
                    + " `x^3+xy^2+y`, `x^3+y^3`, `x^3+xy+y^3`, `x/y\\|x-y` (x/y where y is odd, else x−y), `x+y\\|x*y` and"
                    + " `x+y\\|x-y` (the first where x is even); or any polynomial in x and y with whole coefficients, as in"
                    + " `x^4-2x^2y+3`, with at most 16 terms and powers up to 64"),
            read: { reader, task throws(SweepError) in
                (task.operation, task.polynomial) = try operation(&reader)
            }, json: { task, _ in .string(task.word) }),
        Key("modulus", \.modulus, .integer(2...2_000), "p").noting(
            "prime where the operation divides"),
        Key(
            "pairs", \.pairs, .choice, "all (x, y), or x ≤ y only, for symmetric operations"),
    ]

    func check(_ reader: borrowing MappingReader) throws(SweepError) {
        if operation.divides, let factor = ModularTask.smallestFactor(of: modulus) {
            throw reader.error(
                "modulus",
                "\(modulus) = \(factor) · \(modulus / factor) is not prime, and "
                    + "\(operation.rawValue) divides", hint: "use a prime such as 97 or 113")
        }
        if pairs == .unordered, !isSymmetric {
            throw reader.error(
                "pairs",
                "unordered pairs need a symmetric operation, which \(word) is not",
                hint: "use pairs: ordered")
        }
    }
}
