/// Estimates of text widths, on the wide side of common sans-serif fonts, since SVG text cannot be measured here.
enum TextMeasure {
    /// How much wider bold text is.
    static let bold = 1.2

    /// Width in px of one line at this font size.
    static func width(_ text: String, _ size: Double) -> Double {
        text.reduce(0) { $0 + factor($1) } * size
    }

    /// Lines of at most `width` px, broken at spaces; a longer word stands alone.
    static func wrap(_ text: String, width: Double, size: Double) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace) {
            let longer = line.isEmpty ? String(word) : "\(line) \(word)"
            if !line.isEmpty, self.width(longer, size) > width {
                lines.append(line)
                line = String(word)
            } else {
                line = longer
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }

    private static let narrow = Set<Character>("ijltfrI.,:;|'!()[] ·-")
    private static let wide = Set<Character>("mwMWGOQ%@—≥≤=+<>")

    private static func factor(_ character: Character) -> Double {
        if narrow.contains(character) { return 0.38 }
        if wide.contains(character) { return 0.84 }
        return character.isUppercase ? 0.68 : 0.6
    }
}
