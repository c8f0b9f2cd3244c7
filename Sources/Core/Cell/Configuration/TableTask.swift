/// Any binary operation on finitely many symbols, given by its table.
package struct TableTask: Sendable, Hashable {
    /// The result of x ∘ y at [x][y]: as many rows as columns, classes from 0.
    package var table: [[Int]] = []
    /// Which pairs are examples.
    package var pairs = ModularTask.Pairs.ordered

    /// Number of symbols.
    package var symbols: Int { table.count }

    /// Number of classes: all up to the largest one in the table.
    package private(set) var classes = 1

    /// The pairs in their order.
    package var pairOrder: PairOrder {
        PairOrder(symbols: symbols, pairs == .ordered ? .all : .ascending)
    }

    /// Whether x and y may be exchanged.
    package var isSymmetric: Bool {
        table.indices.allSatisfy { x in
            table[x].indices.prefix(x).allSatisfy { table[x][$0] == table[$0][x] }
        }
    }

    /// Entries of the largest table: with so many a definition still fits into a message.
    static let mostEntries = 100_000
    private static let mostClasses = 10_000
}

extension TableTask: KeyedMapping {
    static let keys: [Key<TableTask>] = [
        Key(
            KeyRow(
                name: "table", type: "list of lists", standard: "–", bounds: "2 to 316 symbols",
                meaning:
                    "any operation on finitely many symbols: row x holds x ∘ y for each y, classes from 0. `path: FILE`"
                    + " in its place names a file with a line for each row, numbers parted by spaces or commas, `#` beginning"
                    + " a remark; a cell's identity covers the table itself"),
            read: { reader, task throws(SweepError) in
                task.table = try rows(&reader)
                task.classes = 1 + (task.table.joined().max() ?? 0)
            },
            json: { task, _ in
                .array(task.table.map { .array($0.map { .number(Double($0)) }) })
            }),
        Key("pairs", \.pairs, .choice, "all (x, y), or x ≤ y only, for symmetric tables"),
    ]

    private static func rows(_ reader: inout MappingReader) throws(SweepError) -> [[Int]] {
        guard let rows = try reader.list("table") else {
            throw reader.missing("table", hint: "add path: FILE, or the rows of the table")
        }
        var table: [[Int]] = []
        for row in rows {
            guard case .sequence(let items) = row.value, items.count == rows.count else {
                throw reader.error(
                    "table",
                    "expected \(rows.count) rows of as many classes each, found "
                        + row.kindName, hint: "write [[0, 1], [1, 0]]")
            }
            var classes: [Int] = []
            for item in items {
                guard case .number(let number) = item.value, number == number.rounded(),
                    (0..<Double(TableTask.mostClasses)).contains(number)
                else {
                    throw reader.error(
                        "table",
                        "expected classes from 0 to \(TableTask.mostClasses - 1), found "
                            + item.kindName)
                }
                classes.append(Int(number))
            }
            table.append(classes)
        }
        return table
    }

    func check(_ reader: borrowing MappingReader) throws(SweepError) {
        guard symbols >= 2, symbols * symbols <= TableTask.mostEntries else {
            throw reader.error(
                "table", "\(symbols) symbols are out of range",
                hint: "use 2 to \(Int(Double(TableTask.mostEntries).squareRoot()))")
        }
        guard classes >= 2 else {
            throw reader.error("table", "has one class only", hint: "use two or more")
        }
        if pairs == .unordered, !isSymmetric {
            throw reader.error(
                "pairs", "unordered pairs need a symmetric operation, which this table is not",
                hint: "use pairs: ordered")
        }
    }
}
