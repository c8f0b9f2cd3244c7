/// Rows of whole numbers in echelon form modulo a large prime. Its rank is that over the rationals unless the prime divides a
/// minor, which no row of a few small numbers makes likely; no number grows.
struct ModularEchelon {
    private let columns: Int
    /// Rows by their leading column, which is 1.
    private var rows: [Int: [Int]] = [:]

    /// The prime 2³¹ − 1.
    private static let prime = 2_147_483_647

    /// No rows of so many columns.
    init(columns: Int) { self.columns = columns }

    /// Rows that are independent.
    var rank: Int { rows.count }

    /// Takes in a row, given by its non-zero places; several at one place add up.
    mutating func insert(_ entries: [(place: Int, factor: Int)]) {
        let prime = ModularEchelon.prime
        var row = [Int](repeating: 0, count: columns)
        for (place, factor) in entries { row[place] = (row[place] + factor + prime) % prime }
        for place in 0..<columns where row[place] != 0 {
            guard let pivot = rows[place] else {
                let inverse = ModularEchelon.inverse(row[place])
                rows[place] = row.map { $0 * inverse % prime }
                return
            }
            let factor = prime - row[place]
            for column in place..<columns {
                row[column] = (row[column] + factor * pivot[column]) % prime
            }
        }
    }

    /// The inverse, by Fermat's little theorem.
    private static func inverse(_ number: Int) -> Int {
        var (result, base, power) = (1, number, prime - 2)
        while power > 0 {
            if power & 1 == 1 { result = result * base % prime }
            base = base * base % prime
            power >>= 1
        }
        return result
    }
}
