// Columns and rows of tables picked by an index, and the sums that are their gradients.
extension Reference {
    /// table[r, index[c]] of a feature-major table with `symbols` columns.
    static func gatherColumns<T>(rows: Int, symbols: Int, index: [Int32], table: [T]) -> [T] {
        (0..<rows).flatMap { r in index.map { table[r * symbols + Int($0)] } }
    }

    /// The table with d[r, c] added to its [r, index[c]], for c in ascending order.
    static func scatterAddColumns<T: BinaryFloatingPoint>(
        rows: Int, symbols: Int, index: [Int32], _ d: [T], table: [T]
    ) -> [T] {
        var table = table
        for r in 0..<rows {
            for (c, symbol) in index.enumerated() {
                table[r * symbols + Int(symbol)] += d[r * index.count + c]
            }
        }
        return table
    }

    /// table[index[c], k], feature-major, of a table symbols × dims: the embedding lookup.
    static func gatherRowsTransposed<T>(dims: Int, index: [Int32], table: [T]) -> [T] {
        (0..<dims).flatMap { k in index.map { table[Int($0) * dims + k] } }
    }

    /// The table symbols × dims with d[k, c] added to its [index[c], k], for c in ascending order.
    static func scatterAddRows<T: BinaryFloatingPoint>(
        dims: Int, index: [Int32], _ d: [T], table: [T]
    ) -> [T] {
        var table = table
        for (c, symbol) in index.enumerated() {
            for k in 0..<dims { table[Int(symbol) * dims + k] += d[k * index.count + c] }
        }
        return table
    }

    /// table[first[c], k] + table[second[c], k], feature-major, of a table symbols × dims.
    static func gatherPairSums<T: BinaryFloatingPoint>(
        dims: Int, first: [Int32], second: [Int32], table: [T]
    ) -> [T] {
        zip(
            gatherRowsTransposed(dims: dims, index: first, table: table),
            gatherRowsTransposed(dims: dims, index: second, table: table)
        ).map(+)
    }

    /// The table symbols × dims with d[k, c] added to its [first[c], k], then to its [second[c], k], for c in ascending
    /// order.
    static func scatterAddPairs<T: BinaryFloatingPoint>(
        dims: Int, first: [Int32], second: [Int32], _ d: [T], table: [T]
    ) -> [T] {
        var table = table
        for c in first.indices {
            for symbol in [first[c], second[c]] {
                for k in 0..<dims { table[Int(symbol) * dims + k] += d[k * first.count + c] }
            }
        }
        return table
    }
}
