/// Which keys of a cell the axes of a sweep set: the numeric key that an axis' path names or, where it names a key of an
/// update rule right below `optimizer`, that key of every parameter group.
struct AxisTargets: Sendable {
    private let base: JSONValue
    private let axes: [Axis]
    /// The key paths that each axis sets.
    let paths: [[[String]]]

    /// The keys that a sweep's axes set.
    ///
    /// - Throws: `SweepError` when an axis names no numeric key, or one that another axis sets.
    init(_ spec: SweepSpec) throws(SweepError) {
        base = spec.cell.json
        axes = spec.axes
        var paths: [[[String]]] = []
        var owners: [[String]: Axis] = [:]
        for axis in spec.axes {
            let place = spec.axisPlaces[axis.name]
            let targets = try AxisTargets.targets(of: axis, in: base, place: place)
            for path in targets {
                guard let owner = owners.updateValue(axis, forKey: path) else { continue }
                let key = path.joined(separator: ".")
                throw SweepError(
                    path: "axes.\(axis.name)",
                    problem: "sets \(key), which \(owner.name) sets already", place: place)
            }
            if case .listed = spec.cell.split.kind, axis.path.hasPrefix("task.") {
                throw SweepError(
                    path: "axes.\(axis.name).path",
                    problem: "\(axis.path) changes which examples the split's list means",
                    hint: "use one sweep per task, or another split", place: place)
            }
            paths.append(targets)
        }
        self.paths = paths
    }

    /// The cell at a site of the grid.
    private func cell(at site: [Int]) -> JSONValue {
        var tree = base
        for (place, axis) in axes.enumerated() {
            let value = JSONValue.number(axis.values[site[place]])
            for path in paths[place] { tree = tree.replacing(path[...], with: value) }
        }
        return tree
    }

    /// The configuration at a site, read and checked.
    func configuration(
        _ spec: SweepSpec, at site: [Int]
    ) throws(SweepError) -> CellConfiguration {
        do {
            return try CellConfiguration(reading: cell(at: site).specNode, path: "cell")
        } catch {
            var error = error
            let settings = zip(axes, site).map {
                "\($0.name)=\(CanonicalJSON.number($0.values[$1]))"
            }
            // Without any axis the cell was sound, so one of them is at fault: the one that sets this key, if any does.
            let culprit = axis(setting: error.path) ?? axes.first
            error.place = culprit.flatMap { spec.axisPlaces[$0.name] }
            error.problem += " at \(settings.joined(separator: ", "))"
            throw error
        }
    }

    /// The axis that sets a key, given as in errors: `cell.steps`.
    func axis(setting key: String) -> Axis? {
        zip(axes, paths).first { pair in
            pair.1.contains { "cell." + $0.joined(separator: ".") == key }
        }?.0
    }

    // MARK: Finding keys

    private static func targets(
        of axis: Axis, in base: JSONValue, place: String?
    ) throws(SweepError) -> [[String]] {
        let keys = axis.path.split(separator: ".", omittingEmptySubsequences: false)
            .map(String.init)
        if case .number = base[keys[...]] { return [keys] }
        let path = "axes.\(axis.name).path"
        guard base[keys[...]] == nil else {
            throw SweepError(
                path: path, problem: "\(axis.path) is not a number",
                hint: numericKeys(near: keys, in: base), place: place)
        }
        let shared = sharedKeys(base)
        if let groups = shared[axis.path] {
            return groups.map { ["optimizer", $0] + keys.dropFirst() }
        }
        let known = numericPaths(base, prefix: "") + shared.keys.sorted()
        let alike = known.filter { ends(alike: $0, axis.path) }
        let lasts = alike.compactMap { $0.split(separator: ".").last.map(String.init) }
        // Under its other name the last key tells nothing of how near the whole path is.
        let last = NearestKey.synonym(of: keys.last ?? "", among: lasts)
        let meant = last.map { (keys.dropLast() + [$0]).joined(separator: ".") } ?? axis.path
        let nearest = NearestKey.find(meant, among: alike)
        throw SweepError(
            path: path, problem: "the cell has no key \(axis.path)",
            hint: nearest.map { "did you mean \($0)?" } ?? numericKeys(near: keys, in: base),
            place: place)
    }

    /// Whether the last keys of two paths are near each other; long common beginnings say nothing.
    private static func ends(alike known: String, _ path: String) -> Bool {
        let (left, right) = (known.split(separator: ".").last, path.split(separator: ".").last)
        guard let left, let right else { return false }
        return NearestKey.find(String(right), among: [String(left)]) != nil
    }

    /// Numeric keys of update rules as they are written right below `optimizer`, with the groups that have them.
    private static func sharedKeys(_ base: JSONValue) -> [String: [String]] {
        var shared: [String: [String]] = [:]
        for group in OptimizerConfiguration.groups {
            guard case .object(let rule) = base[["optimizer", group]] else { continue }
            for case (let key, .number) in rule {
                shared["optimizer.\(key)", default: []].append(group)
            }
        }
        return shared
    }

    /// The numeric keys of the innermost mapping on the way to a path that has any, itself or in its mappings.
    private static func numericKeys(near keys: [String], in base: JSONValue) -> String {
        var depth = keys.count
        var paths: [String] = []
        while true {
            if case .object? = base[keys[..<depth]] {
                let prefix = keys[..<depth].joined(separator: ".")
                paths = base[keys[..<depth]].map { numericPaths($0, prefix: prefix) } ?? []
            }
            guard paths.isEmpty, depth > 0 else { break }
            depth -= 1
        }
        let direct = paths.filter { $0.count { $0 == "." } == depth }
        return "numeric keys here: " + (direct.isEmpty ? paths : direct).joined(separator: ", ")
    }

    private static func numericPaths(_ value: JSONValue, prefix: String) -> [String] {
        switch value {
        case .number: [prefix]
        case .object(let members):
            members.sorted { $0.key < $1.key }.flatMap {
                numericPaths($0.value, prefix: prefix.isEmpty ? $0.key : prefix + "." + $0.key)
            }
        case .null, .bool, .string, .array: []
        }
    }
}
