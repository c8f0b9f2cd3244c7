/// Orders a grid so that a coarse picture of the whole comes first and is then refined.
package enum CoarseToFine {
    /// The row-major number of every point of a grid with these extents: first the corners and every 2ᵏ-th point, then
    /// every 2ᵏ⁻¹-th, down to every point; within a level in row-major order.
    package static func order(_ extents: [Int]) -> [Int] {
        let largest = extents.max() ?? 1
        var stride = 1
        while stride * 2 < largest { stride *= 2 }
        let levels = extents.map { extent in
            (0..<extent).map { level($0, extent: extent, stride: stride) }
        }
        // A point is of the finest level that one of its indices is of.
        let points = levels.reduce([0]) { points, axis in
            points.flatMap { level in axis.map { max(level, $0) } }
        }
        return (0...(points.max() ?? 0)).flatMap { level in
            points.indices.filter { points[$0] == level }
        }
    }

    /// The indices of the point with this row-major number.
    package static func place(_ number: Int, in extents: [Int]) -> [Int] {
        var rest = number
        var place = extents
        for axis in extents.indices.reversed() {
            place[axis] = rest % extents[axis]
            rest /= extents[axis]
        }
        return place
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
