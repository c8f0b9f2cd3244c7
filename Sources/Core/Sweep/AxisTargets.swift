/// What the axes of a sweep set in its cells. Categories are put into the `cell` mapping as if they were written there, which
/// is then read; numbers go into what was read, at the numeric key that an axis' path names or, where it names a key of an
/// update rule right below `optimizer`, at that key of every parameter group.
struct AxisTargets: Sendable {
    /// The cell at one combination of categories, before numbers are set.
    private struct Base: Sendable {
        var configuration: CellConfiguration
        var tree: JSONValue
        var followers: Followers
        /// The defaults that numbers decide.
        var open: OpenDefaults
        /// The numeric keys that each axis sets; none of an axis of categories.
        var paths: [[[String]]]
    }

    private let spec: SweepSpec
    /// The places of the axes of categories among the axes.
    private let categories: [Int]
    /// One per combination of categories, row-major.
    private let bases: [Base]

    private var axes: [Axis] { spec.axes }

    /// The keys that a sweep's axes set.
    ///
    /// - Throws: `SweepError` when an axis names no key of its kind, or one that another axis sets, or two combinations of
    ///   categories are the same cell.
    init(_ spec: SweepSpec) throws(SweepError) {
        self.spec = spec
        categories = spec.axes.indices.filter { spec.axes[$0].isCategorical }
        var bases: [Base] = []
        let extents = categories.map { spec.axes[$0].values.count }
        for number in 0..<extents.reduce(1, *) {
            let chosen = Array(zip(categories, CoarseToFine.place(number, in: extents)))
            bases.append(try AxisTargets.base(spec, chosen))
        }
        self.bases = bases
        try checkFollowers()
        try checkKeys()
        try checkSame()
        try check { base, _ throws(SweepError) in
            try spec.record.refuseUnavailable(in: base.configuration)
        }
    }

    /// The numeric keys that an axis sets whatever the categories; nil where it depends on them, or other keys follow, or
    /// there are none.
    func paths(of axis: Int) -> [[String]]? {
        let paths = bases[0].paths[axis]
        let isFree = bases.allSatisfy { base in
            base.paths[axis] == paths && !paths.contains(where: base.followers.follow)
        }
        return isFree && !paths.isEmpty ? paths : nil
    }

    /// The configuration at a site, read and checked.
    func configuration(at site: [Int]) throws(SweepError) -> CellConfiguration {
        let base = bases[categories.reduce(0) { $0 * axes[$1].values.count + site[$1] }]
        var tree = base.tree
        for (place, axis) in axes.enumerated() {
            for path in base.paths[place] {
                tree = tree.replacing(path[...], with: .number(axis.values[site[place]]))
            }
        }
        do {
            if base.paths.contains(where: { $0.contains { $0[0] == "task" } }) {
                tree = try base.open.filled(tree)
            }
            tree = try base.followers.applied(to: tree, base.open)
            return try CellConfiguration(reading: tree.specNode, path: "cell")
        } catch {
            // Without any axis the cell was sound, so one of them is at fault: the one that sets this key, if any does.
            let culprit = zip(axes, base.paths).first { pair in
                pair.1.contains { "cell." + $0.joined(separator: ".") == error.path }
            }?.0
            throw AxisTargets.placed(error, spec, culprit, Array(site.enumerated()))
        }
    }

    /// Refuses categories that set keys which nothing in their cell depends on.
    func refuseUnused() throws(SweepError) {
        try check { base, chosen throws(SweepError) in
            var written = SpecNode(.mapping([]))
            for (axis, index) in chosen {
                for setting in spec.axes[axis].settings[index] {
                    written.put(setting.keys[...], setting.value.specNode)
                }
            }
            try base.configuration.refuseUnused(
                in: written, path: "cell", beside: spec.axes.filter { !$0.isCategorical })
        }
    }

    // MARK: Reading

    /// The cell with these categories, each an axis and the index of its value.
    private static func base(
        _ spec: SweepSpec, _ chosen: [(Int, Int)]
    ) throws(SweepError) -> Base {
        var configuration = spec.cell
        var node = spec.cellNode
        for (axis, index) in chosen {
            for setting in spec.axes[axis].settings[index] { node.apply(setting) }
        }
        let written = node
        let followers = try Followers(takenOutOf: &node)
        if !chosen.isEmpty {
            do {
                configuration = try followers.configuration(node)
            } catch {
                let culprit = chosen.first { axis, index in
                    spec.axes[axis].settings[index].contains { setting in
                        let key = "cell." + setting.path
                        return error.path == key || error.path.hasPrefix(key + ".")
                    }
                }
                throw placed(error, spec, culprit.map { spec.axes[$0.0] }, chosen)
            }
        }
        let keys = NumericKeys(cell: configuration.json)
        let axisKeys = spec.axes.filter { !$0.isCategorical }
            .map { $0.path.split(separator: ".").map(String.init) }
        var paths: [[[String]]] = []
        for axis in spec.axes {
            guard !axis.isCategorical else {
                paths.append([])
                continue
            }
            let place = spec.axisPlaces[axis.name]
            do {
                let named = try keys.targets(
                    of: axis.path, subject: "axes.\(axis.name).path", place: place)
                // A last layer follows the decoder in what neither it nor another axis says.
                let meant = OptimizerConfiguration.keys(meantBy: named[0], in: written)
                let following = meant.dropFirst().filter { key in
                    keys.cell[key[...]] != nil && !axisKeys.contains(key)
                }
                paths.append(named.count > 1 ? named : named + following)
            } catch {
                throw chosen.isEmpty ? error : placed(error, spec, axis, chosen)
            }
        }
        return Base(
            configuration: configuration, tree: keys.cell, followers: followers,
            open: OpenDefaults(of: written, beside: axisKeys), paths: paths)
    }

    /// An error at some values of some axes, each an axis and the index of its value, and where it is to be mended.
    private static func placed(
        _ error: SweepError, _ spec: SweepSpec, _ culprit: Axis?, _ chosen: [(Int, Int)]
    ) -> SweepError {
        var error = error
        let axis = culprit ?? chosen.first.map { spec.axes[$0.0] }
        error.place = axis.flatMap { spec.axisPlaces[$0.name] }
        let settings = chosen.map { "\(spec.axes[$0.0].name)=\(spec.axes[$0.0].text(at: $0.1))" }
        error.problem += " at \(settings.joined(separator: ", "))"
        return error
    }

    // MARK: Checking

    /// Refuses axes that set the same key, or examples that a list of the split does not know.
    private func checkKeys() throws(SweepError) {
        var owners: [(key: [String], axis: Axis)] = []
        let hasList = bases.contains { base in
            if case .listed = base.configuration.split.kind { true } else { false }
        }
        for (place, axis) in axes.enumerated() {
            // Where arms say a last layer's key, it does not follow that of the decoder.
            let isDecoders = axis.path.hasPrefix("optimizer.decoder.")
            let keys = Set(
                axis.isCategorical
                    ? axis.settings.joined().flatMap(\.leaves).flatMap(AxisTargets.groups)
                    : bases.flatMap { $0.paths[place].prefix(isDecoders ? 1 : .max) })
            let followers = axis.isCategorical ? [] : bases.flatMap(\.followers.items)
            if let follower = followers.first(where: { !keys.isDisjoint(with: $0.targets) }) {
                throw following(follower, axis)
            }
            for key in keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                guard
                    let owner = owners.first(where: {
                        key.starts(with: $0.key) || $0.key.starts(with: key)
                    })
                else { continue }
                throw SweepError(
                    path: "axes.\(axis.name)",
                    problem: "sets \(key.joined(separator: ".")), which \(owner.axis.name) sets"
                        + " already", place: spec.axisPlaces[axis.name])
            }
            owners += keys.map { ($0, axis) }
            if hasList, keys.contains(where: { $0.first == "task" }) {
                throw SweepError(
                    path: "axes.\(axis.name).path",
                    problem: "\(axis.path) changes which examples the split's list means",
                    hint: "use one sweep per task, or another split",
                    place: spec.axisPlaces[axis.name])
            }
        }
    }

    /// Refuses categories that leave no cell in which a number of the `cell` mapping follows what it names.
    private func checkFollowers() throws(SweepError) {
        var written = spec.cellNode
        let paths = bases.flatMap(\.followers.items).map(\.path)
        for follower in try Followers(takenOutOf: &written).items
        where !paths.contains(follower.path) {
            let culprit = axes.first { axis in
                axis.settings.joined().flatMap(\.leaves).contains { leaf in
                    ([leaf] + AxisTargets.groups(leaf)).contains {
                        follower.path.starts(with: $0)
                    }
                }
            }
            if let culprit { throw following(follower, culprit) }
        }
    }

    private func following(_ follower: Follower, _ axis: Axis) -> SweepError {
        SweepError(
            path: "axes.\(axis.name)",
            problem: "sets \(follower.path.joined(separator: ".")), which follows another key",
            hint: "drop the axis, or say the key as a number", place: spec.axisPlaces[axis.name])
    }

    /// A key of an update rule right below `optimizer` is one of every parameter group.
    static func groups(_ key: [String]) -> [[String]] {
        guard key.count == 2, key[0] == "optimizer", UpdateRule.hasKey(key[1]) else {
            return [key]
        }
        return OptimizerConfiguration.groups.map { ["optimizer", $0, key[1]] }
    }

    /// Checks the cell at each combination of categories, each an axis and the index of its value.
    private func check(
        _ body: (Base, [(Int, Int)]) throws(SweepError) -> Void
    ) throws(SweepError) {
        guard !categories.isEmpty else { return }
        let extents = categories.map { axes[$0].values.count }
        for (number, base) in bases.enumerated() {
            let chosen = Array(zip(categories, CoarseToFine.place(number, in: extents)))
            do {
                try body(base, chosen)
            } catch {
                throw AxisTargets.placed(error, spec, nil, chosen)
            }
        }
    }

    /// Refuses categories that are the same cell: a sweep has no cell twice.
    private func checkSame() throws(SweepError) {
        var seen: [CellID: String] = [:]
        let extents = categories.map { axes[$0].values.count }
        for (number, base) in bases.enumerated() where bases.count > 1 {
            let id = CellDefinition(configuration: base.configuration, seed: 0).id
            let place = CoarseToFine.place(number, in: extents)
            let words = zip(categories, place).map { "\(axes[$0].name)=\(axes[$0].text(at: $1))" }
                .joined(separator: ", ")
            if let same = seen.updateValue(words, forKey: id) {
                let axis = axes[categories[0]].name
                throw SweepError(
                    path: "axes.\(axis)", problem: "\(same) and \(words) are the same cell",
                    hint: "keep one of them", place: spec.axisPlaces[axis])
            }
        }
    }
}
