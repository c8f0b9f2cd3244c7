/// A text in a column of a table on the terminal.
enum TextColumn {
    /// The text with blanks to at least this width, before it, or behind it when it stands on the left.
    static func of(_ text: String, _ width: Int, left: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        return left ? text + blanks : blanks + text
    }
}
