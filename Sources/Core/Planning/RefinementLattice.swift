/// A grid cut into boxes: coarse ones first, each of them cut into smaller ones down to single steps of the grid.
///
/// Along each axis the coarse nodes are every pitch-th index and the last; each finer level adds the middle of every
/// interval. Indices of a log axis are even in the logarithm, and so are their middles. A box is a product of intervals; along
/// an axis whose every value is a coarse node, as of one without an order, it lies at one value, since nothing is between two.
struct RefinementLattice: Sendable {
    /// A box of one level: an interval along each axis.
    struct Box: Hashable, Sendable {
        /// Its level, 0 the coarsest.
        var level: Int
        /// The interval along each axis, by number.
        var intervals: [Int]
    }

    /// Number of values of each axis.
    let extents: [Int]
    /// The nodes of each level along each axis, ascending.
    private let nodes: [[[Int]]]
    private let strides: [Int]
    /// Whether boxes lie at one value of an axis.
    private let isSeparate: [Bool]
    /// Whether two values of an axis can be neighbours.
    private let hasOrder: [Bool]

    /// The lattice over a grid; `pitch` is the coarse spacing along each axis, 0 where it has no order.
    init(extents: [Int], pitch: [Int]) {
        self.extents = extents
        isSeparate = pitch.map { $0 < 2 }
        hasOrder = pitch.map { $0 > 0 }
        strides = extents.indices.map { extents[($0 + 1)...].reduce(1, *) }
        var levels: [[[Int]]] = [
            zip(extents, pitch).map { extent, pitch in
                let regular = Array(stride(from: 0, to: extent, by: max(1, pitch)))
                return regular.last == extent - 1 ? regular : regular + [extent - 1]
            }
        ]
        while true {
            let last = levels[levels.count - 1]
            let next = last.map(RefinementLattice.halved)
            if next == last { break }
            levels.append(next)
        }
        nodes = levels
    }

    /// The nodes with the middle of every interval.
    private static func halved(_ nodes: [Int]) -> [Int] {
        var finer: [Int] = []
        for (low, high) in zip(nodes, nodes.dropFirst()) {
            finer.append(low)
            if high - low > 1 { finer.append((low + high) / 2) }
        }
        return finer + nodes.suffix(1)
    }

    /// Number of levels; boxes of the last hold no site that is not a node.
    var levels: Int { nodes.count }

    /// Number of sites.
    var count: Int { extents.reduce(1, *) }

    /// The row-major number of a site.
    func number(_ place: [Int]) -> Int {
        zip(place, strides).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// The sites one step of the grid away from a site, along each axis.
    func steps(from site: Int) -> [Int] {
        extents.indices.filter { hasOrder[$0] }.flatMap { axis in
            let index = site / strides[axis] % extents[axis]
            return (index > 0 ? [site - strides[axis]] : [])
                + (index < extents[axis] - 1 ? [site + strides[axis]] : [])
        }
    }

    /// The coarse nodes, ascending.
    var coarse: [Int] { numbers(nodes[0]) }

    /// Every box of the coarsest level.
    var coarsest: [Box] {
        RefinementLattice.product(extents.indices.map { Array(0..<intervals(0, $0)) })
            .map { Box(level: 0, intervals: $0) }
    }

    /// Number of intervals of an axis at a level.
    private func intervals(_ level: Int, _ axis: Int) -> Int {
        let count = nodes[level][axis].count
        return isSeparate[axis] ? count : max(1, count - 1)
    }

    /// The sites of a box, its faces included.
    func sites(_ box: Box) -> [Int] { numbers(bounds(box).map(Array.init)) }

    /// The nodes of the next level in a box: its corners, the middles of its edges and faces, and its own.
    func subdivision(_ box: Box) -> [Int] {
        let next = nodes[min(box.level + 1, levels - 1)]
        return numbers(
            zip(next, bounds(box)).map { nodes, bounds in nodes.filter(bounds.contains) })
    }

    /// The sites of that part of a box which a node of its subdivision is the middle of: the box, a face, an edge or a corner.
    func face(of box: Box, around node: Int) -> [Int] {
        numbers(
            zip(bounds(box).enumerated(), extents).map { bounds, extent in
                let index = node / strides[bounds.offset] % extent
                let whole = bounds.element
                return whole.lowerBound == index || whole.upperBound == index
                    ? [index] : Array(whole)
            })
    }

    /// The boxes of the next level that a box is cut into.
    func children(_ box: Box) -> [Box] {
        guard box.level + 1 < levels else { return [] }
        let intervals = zip(nodes[box.level + 1], bounds(box)).map { nodes, bounds in
            let first = nodes.firstIndex(of: bounds.lowerBound) ?? 0
            let last = nodes.firstIndex(of: bounds.upperBound) ?? 0
            return Array(first..<max(first + 1, last))
        }
        return RefinementLattice.product(intervals)
            .map { Box(level: box.level + 1, intervals: $0) }
    }

    /// The boxes of the same level that share a face with a box.
    func neighbours(_ box: Box) -> [Box] {
        box.intervals.indices.filter { !isSeparate[$0] }.flatMap { axis in
            [-1, 1].compactMap { step -> Box? in
                let interval = box.intervals[axis] + step
                guard (0..<intervals(box.level, axis)).contains(interval) else { return nil }
                var other = box
                other.intervals[axis] = interval
                return other
            }
        }
    }

    /// First and last index of a box along each axis: the same one where an axis has a single value.
    private func bounds(_ box: Box) -> [ClosedRange<Int>] {
        box.intervals.enumerated().map { axis, interval in
            let nodes = nodes[box.level][axis]
            let last = isSeparate[axis] ? interval : min(interval + 1, nodes.count - 1)
            return nodes[interval]...nodes[last]
        }
    }

    /// The numbers of the sites with one of these indices along each axis, ascending.
    private func numbers(_ indices: [[Int]]) -> [Int] {
        zip(indices, strides).reduce([0]) { sums, axis in
            sums.flatMap { sum in axis.0.map { sum + $0 * axis.1 } }
        }
    }

    /// Every tuple with one element of each list, the last fastest.
    private static func product(_ lists: [[Int]]) -> [[Int]] {
        lists.reduce([[]]) { tuples, list in
            tuples.flatMap { tuple in list.map { tuple + [$0] } }
        }
    }
}
