/// A phase diagram as far as it can be compared with another one: the phase at each site of a grid.
package struct PhaseMap: Sendable, Equatable {
    /// One direction of the grid.
    package struct Axis: Sendable, Equatable {
        /// The axis' name.
        package var name: String
        /// Its values, in the order of the grid; of categories their places.
        package var values: [Double]
        /// What categories are called; empty where values are numbers.
        package var labels: [String]

        /// An axis.
        package init(name: String, values: [Double], labels: [String] = []) {
            self.name = name
            self.values = values
            self.labels = labels
        }

        /// A value in words, exactly.
        package func text(at index: Int) -> String {
            labels.isEmpty ? CanonicalJSON.number(values[index]) : labels[index]
        }

        /// The index of a value of another axis: the category of the same name, or the same number.
        func index(of other: Axis, at index: Int) -> Int? {
            guard labels.isEmpty, other.labels.isEmpty else {
                return values.indices.first { text(at: $0) == other.text(at: index) }
            }
            return values.firstIndex { PhaseMap.isSame(other.values[index], $0) }
        }

        /// The axis at some of its indices.
        func selecting(_ kept: [Int]) -> Axis {
            Axis(
                name: name, values: kept.map { values[$0] },
                labels: labels.isEmpty ? [] : kept.map { labels[$0] })
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
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, line) in lines.enumerated() {
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
    package func plane(_ name: String, at value: String) throws(ComparisonError) -> PhaseMap {
        guard let axis = axes.firstIndex(where: { $0.name == name }) else {
            throw ComparisonError("there is no axis \(name)")
        }
        let wanted =
            axes[axis].labels.isEmpty
            ? Double(value).map { Axis(name: name, values: [$0]) }
            : Axis(name: name, values: [0], labels: [value])
        guard let wanted, let index = axes[axis].index(of: wanted, at: 0) else {
            throw ComparisonError("\(name) has no value \(value)")
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
            let pairs = axis.values.indices.compactMap { index in
                second.axes[place].index(of: axis, at: index).map { (index, $0) }
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
            axes: zip(order, kept).map { axis, kept in axes[axis].selecting(kept) },
            sites: places.map { sites[$0] },
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
