/// A binary operation on residues: one that has a word, or a polynomial.
package struct ModularOperation: Sendable, Hashable {
    /// What is computed of x and y.
    package enum Word: String, Sendable, CaseIterable {
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
        /// Any other polynomial, which the operation has.
        case polynomial

        /// The words that a sweep file may have in the place of a polynomial.
        package static let written = allCases.filter { $0 != .polynomial }

        /// Whether x and y may be exchanged, whatever a polynomial is.
        fileprivate var isSymmetric: Bool {
            switch self {
            case .sum, .product, .squares, .quadratic, .cubes, .cubicSymmetric: true
            case .difference, .quotient, .quadraticPlus, .cubicMixed, .cubicTwice,
                .quotientOrDifference, .sumOrProduct, .sumOrDifference, .polynomial:
                false
            }
        }
    }

    /// Its word.
    package let word: Word
    /// What is computed where no other word says it.
    package let polynomial: Polynomial?

    /// The operation of a word, or a polynomial.
    init(_ word: Word, _ polynomial: Polynomial? = nil) {
        self.word = word
        self.polynomial = polynomial
    }

    /// The operation that a text says; nil where it is neither a word nor a polynomial.
    init?(_ text: String) {
        if let word = Word.written.first(where: { $0.rawValue == text }) {
            self.init(word)
            return
        }
        guard let polynomial = Polynomial(text) else { return nil }
        let word = Word.written.first { Polynomial($0.rawValue) == polynomial }
        self.init(word ?? .polynomial, word == nil ? polynomial : nil)
    }

    /// As a sweep file writes it.
    package var text: String { polynomial?.text ?? word.rawValue }

    /// Whether x and y may be exchanged.
    package var isSymmetric: Bool { polynomial?.isSymmetric ?? word.isSymmetric }

    /// Whether it divides, which needs a prime modulus.
    package var divides: Bool { word == .quotient || word == .quotientOrDifference }
}
