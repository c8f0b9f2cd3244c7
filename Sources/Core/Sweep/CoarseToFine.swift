/// Orders a grid so that a coarse picture of the whole comes first and is then refined.
package enum CoarseToFine {
    /// All index tuples of a grid with these extents: first the corners and every 2ᵏ-th point, then every 2ᵏ⁻¹-th, down
    /// to every point; within a level in row-major order.
    package static func order(_ extents: [Int]) -> [[Int]] {
        let largest = extents.max() ?? 1
        var stride = 1
        while stride * 2 < largest { stride *= 2 }
        var points: [[Int]] = [[]]
        for extent in extents {
            points = points.flatMap { point in (0..<extent).map { point + [$0] } }
        }
        let ranked = points.map { point in
            (
                point: point,
                level: zip(point, extents).map { level($0, extent: $1, stride: stride) }.max() ?? 0
            )
        }
        // A stable order by level keeps the row-major order within it.
        return ranked.enumerated()
            .sorted { ($0.element.level, $0.offset) < ($1.element.level, $1.offset) }
            .map(\.element.point)
    }

    /// How many times the coarsest stride is halved before it meets this index; the last index belongs to level 0, so
    /// that both ends of an axis are seen at once.
    private static func level(_ index: Int, extent: Int, stride: Int) -> Int {
        guard index != extent - 1 else { return 0 }
        var level = 0
        var stride = stride
        while index % stride != 0 {
            stride /= 2
            level += 1
        }
        return level
    }
}
