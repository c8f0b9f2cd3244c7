/// Reads one mapping of a sweep file key by key, with defaults and bounds, and refuses whatever was not read.
///
/// The calls themselves are the list of known keys: `finish()` names the nearest one for a key that nobody asked for.
package struct MappingReader {
    private let path: String
    private let entries: [SpecNode.Entry]
    private let line: Int?
    private var known: [String] = []

    /// A reader of the mapping at a key path.
    package init(_ node: SpecNode, path: String) throws(SweepError) {
        guard case .mapping(let entries) = node.value else {
            throw SweepError(
                path: path, problem: "expected a mapping, found \(node.kindName)",
                place: MappingReader.place(node.line))
        }
        self.path = path
        self.entries = entries
        self.line = node.line
    }

    /// The keys that stand in the mapping, in order.
    package var keys: [String] { entries.map(\.key) }

    /// Where a key stands, as an error names it.
    package func place(of key: String) -> String? {
        MappingReader.place(entries.first { $0.key == key }?.line ?? line)
    }

    /// The node at a key, or nil when the key is absent; marks the key as known.
    package mutating func node(_ key: String) -> SpecNode? {
        if !known.contains(key) { known.append(key) }
        return entries.first { $0.key == key }?.node
    }

    /// Whether a key has a mapping.
    package func isMapping(_ key: String) -> Bool {
        guard case .mapping? = entries.first(where: { $0.key == key })?.node.value else {
            return false
        }
        return true
    }

    /// Names keys that are known although this mapping has no use for them as it stands.
    package mutating func alsoKnown(_ keys: [String]) {
        known += keys.filter { !known.contains($0) }
    }

    /// A reader of an item of the list at a key.
    func item(_ node: SpecNode, of key: String) throws(SweepError) -> MappingReader {
        try MappingReader(node, path: joined(key))
    }

    /// A number within bounds; with no default the key must be there.
    package mutating func number(
        _ key: String, default standard: Double?, in range: ClosedRange<Double>,
        excludingLowerBound: Bool = false
    ) throws(SweepError) -> Double {
        guard let node = node(key) else {
            guard let standard else { throw missing(key) }
            return standard
        }
        guard case .number(let value) = node.value else {
            throw error(key, "expected a number, found \(node.kindName)")
        }
        guard value.isFinite, range.contains(value),
            !(excludingLowerBound && value == range.lowerBound)
        else {
            let low = CanonicalJSON.number(range.lowerBound)
            let high = CanonicalJSON.number(range.upperBound)
            let isOpen = range.upperBound == .greatestFiniteMagnitude && value.isFinite
            let bound =
                excludingLowerBound
                ? "more than \(low)" + (isOpen ? "" : " and at most \(high)")
                : isOpen ? "at least \(low)" : "between \(low) and \(high)"
            throw error(key, "\(CanonicalJSON.number(value)) is out of range: must be \(bound)")
        }
        return value
    }

    /// A whole number within bounds; with no default the key must be there.
    package mutating func integer(
        _ key: String, default standard: Int?, in range: ClosedRange<Int>
    ) throws(SweepError) -> Int {
        guard let node = node(key) else {
            guard let standard else { throw missing(key) }
            return standard
        }
        guard case .number(let value) = node.value, value == value.rounded() else {
            throw error(key, "expected a whole number, found \(node.kindName)")
        }
        guard abs(value) < 0x1p53, range.contains(Int(value)) else {
            // Whole numbers are exact up to here in every reader of JSON.
            let highest = min(range.upperBound, 1 << 53 - 1)
            let bound =
                range.upperBound == Int.max && value < Double(range.lowerBound)
                ? "at least \(range.lowerBound)"
                : "between \(range.lowerBound) and \(highest)"
            throw error(key, "\(CanonicalJSON.number(value)) is out of range: must be \(bound)")
        }
        return Int(value)
    }

    /// A text; with no default the key must be there.
    package mutating func string(
        _ key: String, default standard: String?
    ) throws(SweepError) -> String {
        guard let node = node(key) else {
            guard let standard else { throw missing(key) }
            return standard
        }
        guard case .string(let text) = node.value else {
            throw error(key, "expected a word, found \(node.kindName)")
        }
        return text
    }

    /// One of the words that an enumeration is made of; with no default the key must be there.
    package mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, default standard: Choice?
    ) throws(SweepError) -> Choice where Choice.RawValue == String {
        guard let node = node(key) else {
            guard let standard else { throw missing(key) }
            return standard
        }
        guard case .string(let text) = node.value else {
            throw error(key, "expected a word, found \(node.kindName)")
        }
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue)
            let nearest = NearestKey.find(text, among: words)
            throw error(
                key, "unknown value \"\(text)\": known are \(words.joined(separator: ", "))",
                hint: nearest.map { "did you mean \($0)?" })
        }
        return choice
    }

    /// True or false.
    package mutating func flag(_ key: String, default standard: Bool) throws(SweepError) -> Bool {
        guard let node = node(key) else { return standard }
        guard case .bool(let value) = node.value else {
            throw error(key, "expected true or false, found \(node.kindName)")
        }
        return value
    }

    /// Widths of layers.
    package mutating func widths(
        _ key: String, default standard: [Int]
    ) throws(SweepError) -> [Int] {
        guard let items = try list(key) else { return standard }
        var widths: [Int] = []
        for item in items {
            guard case .number(let width) = item.value, width == width.rounded(),
                (1...65_536).contains(width)
            else {
                throw error(key, "expected widths between 1 and 65536, found \(item.kindName)")
            }
            widths.append(Int(width))
        }
        return widths
    }

    /// A list, nil when the key is absent.
    package mutating func list(_ key: String) throws(SweepError) -> [SpecNode]? {
        guard let node = node(key) else { return nil }
        guard case .sequence(let items) = node.value else {
            throw error(key, "expected a list, found \(node.kindName)")
        }
        return items
    }

    /// A reader of the mapping at a key; an absent key reads as an empty mapping.
    package mutating func mapping(_ key: String) throws(SweepError) -> MappingReader {
        let node = node(key) ?? SpecNode(.mapping([]), line: line)
        return try MappingReader(node, path: joined(key))
    }

    /// Ends the reading.
    ///
    /// - Throws: `SweepError` for the first key that nobody asked for, with its line and the nearest known key.
    package func finish() throws(SweepError) {
        guard let unknown = entries.first(where: { !known.contains($0.key) }) else { return }
        let nearest = NearestKey.find(unknown.key, among: known)
        throw SweepError(
            path: joined(unknown.key), problem: "unknown key",
            hint: nearest.map { "did you mean \($0)?" }
                ?? "known keys here: \(known.joined(separator: ", "))",
            place: MappingReader.place(unknown.line))
    }

    /// An error about one of this mapping's keys, placed at its line.
    package func error(_ key: String, _ problem: String, hint: String? = nil) -> SweepError {
        SweepError(path: joined(key), problem: problem, hint: hint, place: place(of: key))
    }

    /// An error about a key that is not there; a misspelt one that may have been meant is named instead.
    package func missing(
        _ key: String, _ problem: String = "missing: this key has no default",
        hint: String? = nil
    ) -> SweepError {
        if let meant = entries.first(where: { entry in
            !known.contains(entry.key) && NearestKey.find(entry.key, among: [key]) != nil
        }) {
            return SweepError(
                path: joined(meant.key), problem: "unknown key", hint: "did you mean \(key)?",
                place: MappingReader.place(meant.line))
        }
        return SweepError(
            path: joined(key), problem: problem, hint: hint ?? "add \(key): VALUE",
            place: MappingReader.place(line))
    }

    private func joined(_ key: String) -> String { path.isEmpty ? key : path + "." + key }

    /// A line as the place of an error.
    static func place(_ line: Int?) -> String? {
        line.map { $0 == SpecNode.commandLine ? "--set" : "line \($0)" }
    }
}
