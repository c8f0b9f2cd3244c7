/// The part of a sweep's grid that is asked for: a union of smaller grids over its axes, or all of it.
package struct GridUnion: Sendable, Equatable {
    /// Of each smaller grid the indices that it has of each axis; none means the whole grid.
    private var grids: [[Set<Int>]] = []

    /// All of a grid.
    init() {}

    /// Whether all of the grid is asked for.
    package var isWhole: Bool { grids.isEmpty }

    /// Whether a site is asked for.
    package func contains(_ site: [Int]) -> Bool {
        isWhole || grids.contains { grid in zip(grid, site).allSatisfy { $0.contains($1) } }
    }

    /// Reads the key `grids`: a list of mappings from axes to one value, some values or a spacing; an axis that a mapping does
    /// not name has all of its values there.
    ///
    /// - Parameters:
    ///   - items: the list.
    ///   - axes: the sweep's axes.
    /// - Throws: `SweepError` for an axis or a value that the sweep does not have.
    init(_ items: [SpecNode], _ axes: [Axis]) throws(SweepError) {
        for (number, item) in items.enumerated() {
            var mapping = try MappingReader(item, path: "grids[\(number)]")
            var grid: [Set<Int>] = []
            for axis in axes {
                guard let node = mapping.node(axis.name) else {
                    grid.append(Set(axis.values.indices))
                    continue
                }
                var indices: Set<Int> = []
                for value in try GridUnion.values(node, axis.name) {
                    guard let index = GridUnion.index(of: value, in: axis) else {
                        throw mapping.error(axis.name, "the axis has no value \(value.flowText)")
                    }
                    indices.insert(index)
                }
                guard !indices.isEmpty else { throw mapping.error(axis.name, "names no value") }
                grid.append(indices)
            }
            try mapping.finish()
            grids.append(grid)
        }
    }

    /// Gives axes that have no values of their own those that grids name: numbers in ascending order, all else in the order
    /// of the file.
    static func addingValues(to axes: SpecNode, from grids: [SpecNode]) throws(SweepError)
        -> SpecNode
    {
        guard case .mapping(var entries) = axes.value else { return axes }
        for (place, entry) in entries.enumerated() {
            guard case .mapping = entry.node.value,
                !AxisForm.allCases.contains(where: { entry.node.member($0.rawValue) != nil })
            else { continue }
            var values: [SpecNode] = []
            for grid in grids {
                guard let node = grid.member(entry.key) else { continue }
                for value in try GridUnion.values(node, entry.key)
                where !values.contains(where: { $0.json == value.json }) { values.append(value) }
            }
            let numbers = values.compactMap { (node: SpecNode) -> Double? in
                guard case .number(let number) = node.value else { return nil }
                return number
            }
            if numbers.count == values.count {
                values = numbers.sorted().map { SpecNode(.number($0), line: entry.line) }
            }
            guard !values.isEmpty else { continue }
            entries[place].node.set(["values"], SpecNode(.sequence(values), line: entry.line))
        }
        return SpecNode(.mapping(entries), line: axes.line)
    }

    /// The values that an entry of a grid names.
    private static func values(_ node: SpecNode, _ name: String) throws(SweepError) -> [SpecNode] {
        switch node.value {
        case .sequence(let items): return items
        case .mapping:
            var spaced = node
            spaced.set(["path"], SpecNode(.string(name)))
            let axis = try Axis(
                name: name, reading: try MappingReader(spaced, path: "grids.\(name)"))
            return axis.values.map { SpecNode(.number($0), line: node.line) }
        case .null, .bool, .number, .string: return [node]
        }
    }

    private static func index(of value: SpecNode, in axis: Axis) -> Int? {
        guard axis.isCategorical else {
            guard case .number(let number) = value.value else { return nil }
            return axis.values.firstIndex(of: number)
        }
        if case .string(let word) = value.value, let index = axis.labels.firstIndex(of: word) {
            return index
        }
        return axis.settings.firstIndex { settings in
            settings.count == 1
                ? settings[0].value == value.json
                : JSONValue.array(settings.map(\.value)) == value.json
        }
    }
}
