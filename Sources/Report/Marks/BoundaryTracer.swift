/// A corner of a grid of cells: 0…columns, 0…rows.
struct GridCorner: Hashable, Comparable {
    var column: Int
    var row: Int

    static func < (left: GridCorner, right: GridCorner) -> Bool {
        (left.column, left.row) < (right.column, right.row)
    }
}

/// Follows the edges between unlike neighbours of a grid and joins them into as few lines as meet no junction.
struct BoundaryTracer<Class: Equatable> {
    /// The lines, each from junction to junction or closed; corners on a straight run are left out.
    let lines: [[GridCorner]]

    /// Traces a grid of `columns` × `rows` cells; no line is drawn beside a cell without a class, nor between columns or
    /// rows that are no neighbours.
    init(
        columns: Int, rows: Int, areColumnsNeighbours: Bool = true, areRowsNeighbours: Bool = true,
        classOf: (_ column: Int, _ row: Int) -> Class?
    ) {
        var neighbours: [GridCorner: [GridCorner]] = [:]
        func join(_ a: GridCorner, _ b: GridCorner) {
            neighbours[a, default: []].append(b)
            neighbours[b, default: []].append(a)
        }
        for column in 0..<columns {
            for row in 0..<rows {
                guard let own = classOf(column, row) else { continue }
                if areColumnsNeighbours, column + 1 < columns, let right = classOf(column + 1, row),
                    right != own
                {
                    join(
                        GridCorner(column: column + 1, row: row),
                        GridCorner(column: column + 1, row: row + 1))
                }
                if areRowsNeighbours, row + 1 < rows, let next = classOf(column, row + 1),
                    next != own
                {
                    join(
                        GridCorner(column: column, row: row + 1),
                        GridCorner(column: column + 1, row: row + 1))
                }
            }
        }
        for corner in neighbours.keys { neighbours[corner]?.sort() }
        lines = BoundaryTracer.chains(neighbours)
    }

    private static func chains(_ graph: [GridCorner: [GridCorner]]) -> [[GridCorner]] {
        var left = graph
        var lines: [[GridCorner]] = []
        func degree(_ corner: GridCorner) -> Int { graph[corner]?.count ?? 0 }
        func follow(from start: GridCorner) {
            while let first = left[start]?.first {
                var line = [start]
                var next: GridCorner? = first
                while let corner = next, let last = line.last {
                    left[last]?.removeAll { $0 == corner }
                    left[corner]?.removeAll { $0 == last }
                    line.append(corner)
                    next = degree(corner) == 2 ? left[corner]?.first : nil
                }
                lines.append(straightened(line))
            }
        }
        let corners = graph.keys.sorted()
        for corner in corners where degree(corner) != 2 { follow(from: corner) }
        // What is left are closed loops.
        for corner in corners { follow(from: corner) }
        return lines
    }

    private static func straightened(_ line: [GridCorner]) -> [GridCorner] {
        line.indices.filter { index in
            guard index > 0, index + 1 < line.count else { return true }
            let (before, corner, after) = (line[index - 1], line[index], line[index + 1])
            return !(before.column == corner.column && corner.column == after.column)
                && !(before.row == corner.row && corner.row == after.row)
        }.map { line[$0] }
    }
}
