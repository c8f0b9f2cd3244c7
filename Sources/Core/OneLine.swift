private enum OneLine {
    /// Categories of what breaks lines or steers terminals.
    static let breakers: Set<Unicode.GeneralCategory> = [
        .control, .lineSeparator, .paragraphSeparator,
    ]
}

extension String {
    /// The text on one line: what would break the line or steer a terminal is written as an escape. For words that come
    /// from files, messages and other machines.
    package var onOneLine: String {
        var line = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": line += "\\n"
            case "\t": line += "\\t"
            case _ where OneLine.breakers.contains(scalar.properties.generalCategory):
                line += "\\u{\(String(scalar.value, radix: 16))}"
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }
}
