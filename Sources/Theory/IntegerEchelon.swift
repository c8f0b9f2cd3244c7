/// Rows of whole numbers in echelon form, for an exact rank: no rounding decides what is independent.
struct IntegerEchelon {
    /// Numbers in a row.
    let columns: Int
    /// The kept rows by the column of their first non-zero number.
    private var rows: [[Int]?]
    /// Number of independent rows so far.
    private(set) var rank = 0

    /// No rows yet.
    init(columns: Int) {
        self.columns = columns
        rows = Array(repeating: nil, count: columns)
    }

    /// Takes in a row by fraction-free elimination; every row is divided by the greatest common divisor of its numbers, so
    /// that they stay as small as they can.
    ///
    /// - Returns: whether it was independent of those before.
    /// - Throws: `TheoryError` when a number outgrows 64 bits.
    mutating func insert(_ row: [Int]) throws(TheoryError) -> Bool {
        precondition(row.count == columns, "a row has one number per column")
        var row = row
        for column in 0..<columns where row[column] != 0 {
            guard let pivot = rows[column] else {
                rows[column] = row
                rank += 1
                return true
            }
            try IntegerEchelon.eliminate(column, of: &row, with: pivot)
        }
        return false
    }

    /// row ← (row · p − pivot · r) / gcd, with p and r the numbers at the column.
    private static func eliminate(
        _ column: Int, of row: inout [Int], with pivot: [Int]
    ) throws(TheoryError) {
        let common = gcd(row[column], pivot[column])
        let p = pivot[column] / common
        let r = row[column] / common
        var divisor = 0
        for place in column..<row.count {
            let (left, overflow) = row[place].multipliedReportingOverflow(by: p)
            let (right, overflow2) = pivot[place].multipliedReportingOverflow(by: r)
            let (value, overflow3) = left.subtractingReportingOverflow(right)
            guard !overflow, !overflow2, !overflow3, value != .min else {
                throw TheoryError(
                    action: "compute an exact rank", subject: "\(row.count) symbols",
                    reason: "a number outgrows 64 bits")
            }
            row[place] = value
            divisor = gcd(divisor, value)
        }
        guard divisor > 1 else { return }
        for place in column..<row.count { row[place] /= divisor }
    }

    /// Euclid's algorithm; the result is not negative.
    static func gcd(_ a: Int, _ b: Int) -> Int {
        var (a, b) = (abs(a), abs(b))
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}
