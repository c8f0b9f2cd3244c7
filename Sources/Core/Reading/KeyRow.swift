/// What documentation says of a key: its row in a table of docs/sweep-file.md, which a test compares.
struct KeyRow: Sendable, Equatable {
    /// The key.
    var name: String
    /// What may be written.
    var type: String
    /// What holds where nothing is written; – where something must be.
    var standard: String
    /// Within which bounds, and beside which other keys.
    var bounds = ""
    /// What it means.
    var meaning: String

    /// The row, without what stands before the key.
    var text: String {
        "| "
            + ["`\(name)`", type, standard, bounds, meaning].joined(separator: " | ")
            .replacing("|  |", with: "| |") + " |"
    }

    /// A default as a table shows it.
    static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let word): "`\(word)`"
        case .array: "`\(value.specNode.flowText)`"
        case .null, .bool, .number, .object: value.specNode.flowText
        }
    }

    /// A bound as a table shows it: 10,000.
    static func text(_ bound: Double) -> String {
        guard bound == bound.rounded(), (1000..<1e15).contains(abs(bound)) else {
            return CanonicalJSON.number(bound)
        }
        return Int(bound).grouped
    }
}
