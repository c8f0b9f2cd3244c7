/// The keys of a cell whose values are numbers, found by the paths that a sweep file names them by.
struct NumericKeys {
    /// The cell, every key that has a meaning present.
    let cell: JSONValue

    /// The keys that a path names: itself or, where it is a key of an update rule right below `optimizer`, that key of every
    /// parameter group that has it.
    ///
    /// - Throws: `SweepError` about `subject` when there is no such numeric key.
    func targets(
        of path: String, subject: String, place: String?
    ) throws(SweepError) -> [[String]] {
        let keys = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if case .number = cell[keys[...]] { return [keys] }
        guard cell[keys[...]] == nil else {
            throw SweepError(
                path: subject, problem: "\(path) is not a number",
                hint: NumericKeys.hint(near: keys, in: cell), place: place)
        }
        let shared = NumericKeys.shared(cell)
        if let groups = shared[path] { return groups.map { ["optimizer", $0] + keys.dropFirst() } }
        let known = NumericKeys.paths(cell, prefix: "") + shared.keys.sorted()
        let alike = known.filter { NumericKeys.ends(alike: $0, path) }
        let lasts = alike.compactMap { $0.split(separator: ".").last.map(String.init) }
        // Under its other name the last key tells nothing of how near the whole path is.
        let last = NearestKey.synonym(of: keys.last ?? "", among: lasts)
        let meant = last.map { (keys.dropLast() + [$0]).joined(separator: ".") } ?? path
        let nearest = NearestKey.find(meant, among: alike)
        throw SweepError(
            path: subject, problem: "the cell has no key \(path)",
            hint: nearest.map { "did you mean \($0)?" } ?? NumericKeys.hint(near: keys, in: cell),
            place: place)
    }

    /// Whether the last keys of two paths are near each other; long common beginnings say nothing.
    private static func ends(alike known: String, _ path: String) -> Bool {
        let (left, right) = (known.split(separator: ".").last, path.split(separator: ".").last)
        guard let left, let right else { return false }
        return NearestKey.find(String(right), among: [String(left)]) != nil
    }

    /// Numeric keys of update rules as they are written right below `optimizer`, with the groups that have them.
    private static func shared(_ cell: JSONValue) -> [String: [String]] {
        var shared: [String: [String]] = [:]
        for group in OptimizerConfiguration.groups {
            guard case .object(let rule) = cell[["optimizer", group]] else { continue }
            for case (let key, .number) in rule {
                shared["optimizer.\(key)", default: []].append(group)
            }
        }
        return shared
    }

    /// The numeric keys of the innermost mapping on the way to a path that has any, itself or in its mappings.
    private static func hint(near keys: [String], in cell: JSONValue) -> String {
        var depth = keys.count
        var found: [String] = []
        while true {
            if case .object? = cell[keys[..<depth]] {
                let prefix = keys[..<depth].joined(separator: ".")
                found = cell[keys[..<depth]].map { paths($0, prefix: prefix) } ?? []
            }
            guard found.isEmpty, depth > 0 else { break }
            depth -= 1
        }
        let direct = found.filter { $0.count { $0 == "." } == depth }
        return "numeric keys here: " + (direct.isEmpty ? found : direct).joined(separator: ", ")
    }

    private static func paths(_ value: JSONValue, prefix: String) -> [String] {
        switch value {
        case .number: [prefix]
        case .object(let members):
            members.sorted { $0.key < $1.key }.flatMap {
                paths($0.value, prefix: prefix.isEmpty ? $0.key : prefix + "." + $0.key)
            }
        case .null, .bool, .string, .array: []
        }
    }
}
