/// A key of a cell, and what one value of an axis sets it to.
package struct AxisSetting: Sendable, Hashable, Codable {
    /// The key path inside `cell`: `model.hidden`.
    package var path: String
    /// What the key is set to; null takes it out.
    package var value: JSONValue

    /// A setting.
    package init(_ path: String, _ value: JSONValue) {
        self.path = path
        self.value = value
    }

    /// The keys of the path, also empty ones, which no cell has.
    var keys: [String] {
        path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    /// The value in words: a word as it is, a list as the sweep file writes it.
    var text: String {
        if case .string(let word) = value { return word }
        return value.specNode.flowText
    }

    /// The keys that it sets which hold no others.
    var leaves: [[String]] { AxisSetting.leaves(value, keys) }

    private static func leaves(_ value: JSONValue, _ path: [String]) -> [[String]] {
        guard case .object(let members) = value, !members.isEmpty else { return [path] }
        return members.sorted { $0.key < $1.key }.flatMap { leaves($0.value, path + [$0.key]) }
    }
}
