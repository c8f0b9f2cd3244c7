import BigInt

/// Rows of whole numbers in reduced echelon form, for an exact rank: no rounding decides what is independent, and no number is
/// too large.
struct IntegerEchelon {
    /// Numbers in a row.
    let columns: Int
    /// The kept rows by the column of their first number that is not zero; where one row begins, all others have zero.
    private var rows: [Int: [BigInt]] = [:]

    /// No rows yet.
    init(columns: Int) { self.columns = columns }

    /// Number of independent rows so far.
    var rank: Int { rows.count }

    /// Takes in a row.
    ///
    /// - Returns: whether it was independent of those before.
    @discardableResult
    mutating func insert(_ row: [Int]) -> Bool {
        let rest = remainder(of: row)
        guard let first = rest.firstIndex(where: { $0 != 0 }) else { return false }
        for (column, other) in rows where other[first] != 0 {
            rows[column] = IntegerEchelon.eliminating(first, from: other, with: rest)
        }
        rows[first] = rest
        return true
    }

    /// Whether a row is a combination of those before.
    func spans(_ row: [Int]) -> Bool { remainder(of: row).allSatisfy { $0 == 0 } }

    /// What the kept rows leave of a row.
    private func remainder(of row: [Int]) -> [BigInt] {
        precondition(row.count == columns, "a row has one number per column")
        var rest = row.map { BigInt($0) }
        for column in 0..<columns where rest[column] != 0 {
            guard let pivot = rows[column] else { continue }
            rest = IntegerEchelon.eliminating(column, from: rest, with: pivot)
        }
        return rest
    }

    /// (row · p − pivot · r) / gcd, with p and r the numbers at the column: fraction-free, and as small as it can be.
    private static func eliminating(
        _ column: Int, from row: [BigInt], with pivot: [BigInt]
    ) -> [BigInt] {
        let (p, r) = (pivot[column], row[column])
        let difference = zip(row, pivot).map { $0 * p - $1 * r }
        var divisor: BigInt = 0
        for number in difference where number != 0 && divisor != 1 {
            divisor = divisor.greatestCommonDivisor(with: number)
        }
        return divisor > 1 ? difference.map { $0 / divisor } : difference
    }
}
