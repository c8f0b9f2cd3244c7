/// What breaks lines, steers terminals or turns the order of what is read.
private enum OneLine {
    /// Categories of characters that break lines or steer terminals.
    static let breakers: Set<Unicode.GeneralCategory> = [
        .control, .lineSeparator, .paragraphSeparator,
    ]

    /// Unicode Standard Annex 9: marks that change the order in which text is shown, among them all that open an embedding,
    /// override or isolate.
    static let turners: [ClosedRange<UInt32>] = [
        0x061C...0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069,
    ]

    static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20..<0x7F).contains(scalar.value) { return true }
        return !breakers.contains(scalar.properties.generalCategory)
            && !turners.contains { $0.contains(scalar.value) }
    }
}

extension String {
    /// The text on one line: what would break the line, steer a terminal or turn the order of what follows is written as
    /// an escape. For words that come from files, messages and other machines.
    package var onOneLine: String {
        // Most texts are ASCII, and bytes are looked at faster than characters.
        guard !utf8.allSatisfy({ (0x20..<0x7F).contains($0) }),
            !unicodeScalars.allSatisfy(OneLine.isPlain)
        else { return self }
        var line = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": line += "\\n"
            case "\t": line += "\\t"
            case _ where !OneLine.isPlain(scalar):
                line += "\\u{\(String(scalar.value, radix: 16))}"
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }

    /// The text on one line, cut off where it is longer than anybody means.
    package func onOneLine(atMost length: Int) -> String {
        // Counted in scalars: one character may have any number of marks on it.
        let line = String(String.UnicodeScalarView(unicodeScalars.prefix(length + 1))).onOneLine
        guard line.unicodeScalars.count > length else { return line }
        return String(String.UnicodeScalarView(line.unicodeScalars.prefix(length))) + "…"
    }
}
