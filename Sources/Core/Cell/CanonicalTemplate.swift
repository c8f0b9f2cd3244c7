/// A canonical JSON text with gaps in the place of some numbers: cells that differ in these alone share the rest.
struct CanonicalTemplate: Sendable {
    /// The text before each gap, and behind the last.
    private var pieces = [""]
    /// Which number goes into each gap, in the order of the text.
    private var gaps: [Int] = []

    /// The text of a value with gaps.
    ///
    /// - Parameters:
    ///   - value: what the text says.
    ///   - gaps: by its path, which number goes in the place of a number of the value.
    init(_ value: JSONValue, gaps: [[String]: Int]) { append(value, path: [], gaps) }

    /// The text with numbers.
    func text(_ number: (Int) -> Double) -> String {
        var text = pieces[0]
        for (gap, piece) in zip(gaps, pieces.dropFirst()) {
            text += CanonicalJSON.number(number(gap))
            text += piece
        }
        return text
    }

    private mutating func append(_ value: JSONValue, path: [String], _ gaps: [[String]: Int]) {
        if case .number = value, let gap = gaps[path] {
            self.gaps.append(gap)
            pieces.append("")
            return
        }
        guard case .object(let members) = value else {
            pieces[pieces.count - 1] += CanonicalJSON.text(value)
            return
        }
        var separator = "{"
        for (key, member) in members.sorted(by: { $0.key < $1.key }) {
            pieces[pieces.count - 1] += separator + CanonicalJSON.text(.string(key)) + ":"
            append(member, path: path + [key], gaps)
            separator = ","
        }
        pieces[pieces.count - 1] += members.isEmpty ? "{}" : "}"
    }
}
