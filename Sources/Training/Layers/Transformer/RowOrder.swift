/// Puts the columns of a block in the order of the table rows that they take, so that a row is read once for all of them.
struct RowOrder {
    private let rows: Int
    /// Columns with rows before each.
    private let counts: UnsafeMutablePointer<Int32>

    /// Orders by so many rows.
    init(rows: Int, _ space: Workspace) {
        self.rows = rows
        counts = space.takeIndices(rows + 1)
    }

    /// Fills `order` with the columns, sorted by their rows, which stand `stride` apart; those of one row keep their order.
    func fill(
        _ order: UnsafeMutablePointer<Int32>, columns: Int, rowOf index: UnsafePointer<Int32>,
        stride: Int = 1
    ) {
        counts.update(repeating: 0, count: rows + 1)
        for column in 0..<columns { counts[Int(index[column * stride]) + 1] += 1 }
        for row in 0..<rows { counts[row + 1] += counts[row] }
        for column in 0..<columns {
            let row = Int(index[column * stride])
            order[Int(counts[row])] = Int32(column)
            counts[row] += 1
        }
    }
}
