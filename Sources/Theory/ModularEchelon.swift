/// Rows of whole numbers in echelon form modulo a large prime. Its rank is at most that over the rationals, and less only where
/// the prime divides every minor of that size; no number grows.
struct ModularEchelon {
    private let columns: Int
    private let prime: Int
    /// Rows by their leading column, which is 1.
    private var rows: [Int: [Int]] = [:]

    /// The prime 2³¹ − 1.
    static let largestPrime = 2_147_483_647

    /// No rows of so many columns, modulo a prime below 2³¹.
    init(columns: Int, prime: Int = largestPrime) {
        self.columns = columns
        self.prime = prime
    }

    /// Rows that are independent.
    var rank: Int { rows.count }

    /// Takes in a row, given by its non-zero places; several at one place add up.
    mutating func insert(_ entries: [(place: Int, factor: Int)]) {
        var row = [Int](repeating: 0, count: columns)
        for (place, factor) in entries { row[place] += factor }
        insert(row)
    }

    /// Takes in a row.
    mutating func insert(_ row: [Int]) {
        let rest = remainder(of: row)
        guard let first = rest.firstIndex(where: { $0 != 0 }) else { return }
        let inverse = inverse(rest[first])
        rows[first] = rest.map { $0 * inverse % prime }
    }

    /// Whether a row is a combination of those before.
    func spans(_ row: [Int]) -> Bool { remainder(of: row).allSatisfy { $0 == 0 } }

    /// What the kept rows leave of a row, from 0 to prime − 1.
    private func remainder(of row: [Int]) -> [Int] {
        var rest = row.map { ($0 % prime + prime) % prime }
        for place in 0..<columns where rest[place] != 0 {
            guard let pivot = rows[place] else { continue }
            let factor = prime - rest[place]
            for column in place..<columns {
                rest[column] = (rest[column] + factor * pivot[column]) % prime
            }
        }
        return rest
    }

    /// The inverse, by Fermat's little theorem.
    private func inverse(_ number: Int) -> Int {
        var (result, base, power) = (1, number, prime - 2)
        while power > 0 {
            if power & 1 == 1 { result = result * base % prime }
            base = base * base % prime
            power >>= 1
        }
        return result
    }
}
