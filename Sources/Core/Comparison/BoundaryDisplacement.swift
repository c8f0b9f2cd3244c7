/// How far the boundaries between phases lie from each other in two maps of one grid, in cells.
///
/// A *piece* of a boundary lies between two neighbouring sites of unlike phase. Its displacement is the distance from its middle
/// to that of the nearest piece between the same two phases in the other map, a step along any axis being 1. Pieces of both
/// maps count (the modified Hausdorff distance of Dubuisson & Jain 1994 takes the larger of the two means, this one
/// the mean over all). Only sites count that have a phase in both maps.
package struct BoundaryDisplacement: Sendable, Equatable {
    /// Mean over the pieces with a counterpart; nil where there are none.
    package let mean: Double?
    /// The largest displacement; nil where there are none.
    package let largest: Double?
    /// Pieces whose two phases touch in the other map too.
    package let matched: Int
    /// Pieces whose two phases touch nowhere in the other map.
    package let unmatched: Int

    private struct Pair: Hashable {
        var low: Phase
        var high: Phase
    }

    /// Compares the boundaries of two maps, their sites in row-major order.
    package init(_ first: [Phase?], _ second: [Phase?], extents: [Int]) {
        let both = zip(first, second).map { $0 != nil && $1 != nil }
        let pieces = [first, second].map { sites in
            BoundaryDisplacement.pieces(
                zip(sites, both).map { $1 ? $0 : nil }, extents)
        }
        var distances: [Double] = []
        var unmatched = 0
        for (own, other) in [(pieces[0], pieces[1]), (pieces[1], pieces[0])] {
            for (pair, middles) in own {
                guard let others = other[pair] else {
                    unmatched += middles.count
                    continue
                }
                for middle in middles {
                    let nearest = others.lazy.map { BoundaryDisplacement.square(middle, $0) }.min()
                    if let nearest { distances.append(Double(nearest).squareRoot() / 2) }
                }
            }
        }
        matched = distances.count
        self.unmatched = unmatched
        // In ascending order, because a dictionary has none and sums depend on it.
        mean =
            distances.isEmpty
            ? nil : distances.sorted().reduce(0, +) / Double(distances.count)
        largest = distances.max()
    }

    /// The middles of all pieces by the phases that they part, in half steps.
    private static func pieces(_ sites: [Phase?], _ extents: [Int]) -> [Pair: [[Int]]] {
        var pieces: [Pair: [[Int]]] = [:]
        for number in sites.indices {
            guard let phase = sites[number] else { continue }
            let place = CoarseToFine.place(number, in: extents)
            var stride = 1
            for axis in extents.indices.reversed() {
                defer { stride *= extents[axis] }
                guard place[axis] + 1 < extents[axis], let other = sites[number + stride],
                    other != phase
                else { continue }
                var middle = place.map { 2 * $0 }
                middle[axis] += 1
                let pair =
                    phase.rawValue < other.rawValue
                    ? Pair(low: phase, high: other) : Pair(low: other, high: phase)
                pieces[pair, default: []].append(middle)
            }
        }
        return pieces
    }

    private static func square(_ left: [Int], _ right: [Int]) -> Int {
        zip(left, right).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
}
