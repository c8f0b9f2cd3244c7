/// The exact rank of rows of small whole numbers: no rounding decides what is independent.
///
/// Elimination runs modulo as many primes as it takes for their product to exceed every minor, which Hadamard's inequality bounds
/// by the product of its rows' lengths. A minor that is not 0 is then not 0 modulo one of them at least, so the largest of
/// the ranks is that over the rationals.
struct IntegerEchelon {
    private let squaredLength: Int
    private var echelons: [ModularEchelon]

    /// No rows yet.
    ///
    /// - Parameters:
    ///   - columns: numbers in a row.
    ///   - squaredLength: the largest sum of squares of a row.
    init(columns: Int, squaredLength: Int) {
        self.squaredLength = squaredLength
        // A row is shorter than 2 to half of these bits, and each prime is above 2³⁰.
        let bits = Int.bitWidth - squaredLength.leadingZeroBitCount
        echelons = IntegerEchelon.primes(columns * bits / 60 + 1).map {
            ModularEchelon(columns: columns, prime: $0)
        }
    }

    /// Number of independent rows so far.
    var rank: Int { echelons.map(\.rank).max() ?? 0 }

    /// Takes in a row.
    ///
    /// - Returns: whether it was independent of those before.
    @discardableResult
    mutating func insert(_ row: [Int]) -> Bool {
        let before = rank
        precondition(
            row.reduce(0) { $0 + $1 * $1 } <= squaredLength, "a row is no longer than was said")
        for place in echelons.indices { echelons[place].insert(row) }
        return rank > before
    }

    /// Whether a row is a combination of those before: where it is not, one of the primes with the largest rank shows it.
    func spans(_ row: [Int]) -> Bool {
        let rank = rank
        return echelons.allSatisfy { $0.rank < rank || $0.spans(row) }
    }

    /// The largest primes below 2³¹.
    static func primes(_ count: Int) -> [Int] {
        var found: [Int] = []
        var candidate = ModularEchelon.largestPrime
        while found.count < count {
            let root = Int(Double(candidate).squareRoot())
            if stride(from: 3, through: root, by: 2).allSatisfy({ candidate % $0 != 0 }) {
                found.append(candidate)
            }
            candidate -= 2
        }
        return found
    }
}
