/// A phase diagram as far as it can be compared with another one: the phase at each site of a grid.
package struct PhaseMap: Sendable, Equatable {
    /// One direction of the grid.
    package struct Axis: Sendable, Equatable {
        /// The axis' name.
        package var name: String
        /// Its values, in the order of the grid.
        package var values: [Double]

        /// An axis.
        package init(name: String, values: [Double]) {
            self.name = name
            self.values = values
        }
    }

    /// The axes, the last one fastest.
    package let axes: [Axis]
    /// The phase of each site, the majority over its seeds; nil where it is not known.
    package let sites: [Phase?]
    /// The phase of each site's cell with a seed, by seed; none of a published map.
    package let seeds: [UInt64: [Phase?]]

    /// A map, its sites in row-major order.
    package init(axes: [Axis], sites: [Phase?], seeds: [UInt64: [Phase?]] = [:]) {
        let count = axes.reduce(1) { $0 * $1.values.count }
        precondition(
            sites.count == count && seeds.values.allSatisfy { $0.count == count },
            "a map has one phase per site")
        self.axes = axes
        self.sites = sites
        self.seeds = seeds
    }

    /// A published map in letters: a line per value of `rows` with a letter (C, G, M, X) per value of `columns`; a dot or `·` is
    /// a site without a phase, `#` begins a comment.
    ///
    /// - Throws: `ComparisonError` naming the line that does not fit.
    package init(letters text: String, rows: Axis, columns: Axis) throws(ComparisonError) {
        var sites: [Phase?] = []
        var count = 0
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let letters = line.prefix { $0 != "#" }.filter { !$0.isWhitespace }
            guard !letters.isEmpty else { continue }
            count += 1
            guard letters.count == columns.values.count else {
                throw ComparisonError(
                    "line \(number + 1) has \(letters.count) letters, but \(columns.name) has "
                        + "\(columns.values.count) values")
            }
            for letter in letters {
                let phase = Phase.allCases.first { $0.letter == letter }
                guard phase != nil || letter == "." || letter == "·" else {
                    throw ComparisonError(
                        "line \(number + 1): a letter is C, G, M, X or a dot for none")
                }
                sites.append(phase)
            }
        }
        guard count == rows.values.count else {
            throw ComparisonError(
                "it has \(count) lines of letters, but \(rows.name) has \(rows.values.count) values"
            )
        }
        self.init(axes: [rows, columns], sites: sites)
    }

    /// Number of values of each axis.
    package var extents: [Int] { axes.map(\.values.count) }

    /// The plane at one value of an axis; the axis is left out.
    ///
    /// - Throws: `ComparisonError` when there is no such axis or value.
    package func plane(_ name: String, at value: Double) throws(ComparisonError) -> PhaseMap {
        guard let axis = axes.firstIndex(where: { $0.name == name }) else {
            throw ComparisonError("there is no axis \(name)")
        }
        guard
            let index = axes[axis].values.firstIndex(where: { PhaseMap.isSame($0, value) })
        else {
            throw ComparisonError("\(name) has no value \(CanonicalJSON.number(value))")
        }
        var kept = extents.map { Array(0..<$0) }
        kept[axis] = [index]
        let map = selecting(axes: Array(axes.indices), kept)
        var axes = axes
        axes.remove(at: axis)
        return PhaseMap(axes: axes, sites: map.sites, seeds: map.seeds)
    }

    /// Both maps on the sites that they share, with the axes of the first.
    ///
    /// - Throws: `ComparisonError` when they have other axes, or no value in common.
    package static func common(
        _ first: PhaseMap, _ second: PhaseMap
    ) throws(ComparisonError) -> (PhaseMap, PhaseMap) {
        let names = first.axes.map(\.name)
        guard Set(names) == Set(second.axes.map(\.name)), names.count == second.axes.count else {
            throw ComparisonError(
                "the axes are \(names.joined(separator: ", ")) there, and "
                    + "\(second.axes.map(\.name).joined(separator: ", ")) here")
        }
        let order = names.compactMap { name in second.axes.firstIndex { $0.name == name } }
        var kept: (first: [[Int]], second: [[Int]]) = ([], [])
        for (axis, place) in zip(first.axes, order) {
            let other = second.axes[place].values
            let pairs = axis.values.enumerated().compactMap { index, value in
                other.firstIndex { isSame($0, value) }.map { (index, $0) }
            }
            guard !pairs.isEmpty else {
                throw ComparisonError("the maps share no value of \(axis.name)")
            }
            kept.first.append(pairs.map(\.0))
            kept.second.append(pairs.map(\.1))
        }
        return (
            first.selecting(axes: Array(first.axes.indices), kept.first),
            second.selecting(axes: order, kept.second)
        )
    }

    /// Values that were computed in two ways differ in their last digits.
    private static func isSame(_ left: Double, _ right: Double) -> Bool {
        abs(left - right) <= 1e-9 * max(abs(left), abs(right))
    }

    /// The map with its axes in another order, at some of their indices.
    private func selecting(axes order: [Int], _ kept: [[Int]]) -> PhaseMap {
        let extents = extents
        let strides = extents.indices.map { extents[($0 + 1)...].reduce(1, *) }
        let places = zip(order, kept).reduce([0]) { places, pair in
            places.flatMap { place in pair.1.map { place + strides[pair.0] * $0 } }
        }
        return PhaseMap(
            axes: zip(order, kept).map { axis, kept in
                Axis(name: axes[axis].name, values: kept.map { axes[axis].values[$0] })
            }, sites: places.map { sites[$0] },
            seeds: seeds.mapValues { cells in places.map { cells[$0] } })
    }
}

/// Why two maps cannot be compared.
package struct ComparisonError: Error, Hashable, CustomStringConvertible {
    /// The reason.
    package let description: String

    /// An error with this reason.
    package init(_ description: String) { self.description = description }
}
